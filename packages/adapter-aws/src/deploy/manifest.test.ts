import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, empty, http, queue, stream, defineStream, logs, defineLog, type App } from "@isobar/core";
import { composed, everyKind, invokedDirectly, propertiesIn, refusals, resourceIn, templateOf } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";
import type { AwsSettings } from "./target.ts";

const orders = defineQueue("orders");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") } as const;
const shop = defineApp("shop", {
  checkout: http.post("/orders/{tenant}", { access: "public", sends: [orders], secrets: ["stripe-key"], environment: { LEVEL: "debug" } }, () => empty()),
  charge: queue(orders, { timeout: "1s", delivery }, () => {}),
});

test("an app of one queue function and one HTTP function is this template, to the last word", () => {
  const assumed = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] };
  const traces = { Sid: "Tracing", Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" };
  const checkout = { Isobar: { for: "checkout", at: "functions/checkout.ts:5" } };
  const charge = { Isobar: { for: "charge", at: "functions/charge.ts:5" } };
  const api = { Isobar: { api: "http-api", for: "checkout", at: "functions/checkout.ts:5" } };
  expect(templateOf(shop)).toEqual({
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "shop, stage dev",
    Resources: {
      CheckoutFunction: {
        Type: "AWS::Lambda::Function",
        Metadata: checkout,
        Properties: {
          FunctionName: "shop-dev-checkout",
          Timeout: 21,
          Description: "shop, stage dev: checkout",
          Code: "./checkout",
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Architectures: ["arm64"],
          MemorySize: 512,
          Role: { "Fn::GetAtt": ["CheckoutRole", "Arn"] },
          Environment: { Variables: { ISOBAR_QUEUE_ORDERS: { Ref: "OrdersQueue" }, ISOBAR_SECRET_STRIPE_KEY: "shop-dev/stripe-key", LEVEL: "debug" } },
          LoggingConfig: { LogFormat: "Text", LogGroup: { Ref: "CheckoutLogs" } },
          TracingConfig: { Mode: "Active" },
        },
      },
      CheckoutLogs: { Type: "AWS::Logs::LogGroup", Metadata: checkout, Properties: { LogGroupName: "/aws/lambda/shop-dev-checkout", RetentionInDays: 30 } },
      CheckoutRole: {
        Type: "AWS::IAM::Role",
        Metadata: checkout,
        Properties: {
          AssumeRolePolicyDocument: assumed,
          Policies: [{ PolicyName: "unit", PolicyDocument: { Version: "2012-10-17", Statement: [
            { Sid: "SendingToQueues", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: { "Fn::GetAtt": ["OrdersQueue", "Arn"] } },
            { Sid: "Secrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: { "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop-dev/stripe-key-??????" } },
            { Sid: "Logs", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: { "Fn::GetAtt": ["CheckoutLogs", "Arn"] } },
            traces,
          ] } }],
        },
      },
      HttpApi: { Type: "AWS::ApiGatewayV2::Api", Metadata: api, Properties: { Name: "shop-dev", ProtocolType: "HTTP", Description: "routes of shop" } },
      HttpApiStage: { Type: "AWS::ApiGatewayV2::Stage", Metadata: api, Properties: { ApiId: { Ref: "HttpApi" }, StageName: "$default", AutoDeploy: true } },
      CheckoutIntegration: { Type: "AWS::ApiGatewayV2::Integration", Metadata: checkout, Properties: { ApiId: { Ref: "HttpApi" }, IntegrationType: "AWS_PROXY", IntegrationUri: { "Fn::GetAtt": ["CheckoutFunction", "Arn"] }, PayloadFormatVersion: "2.0", TimeoutInMillis: 30000 } },
      CheckoutHttpPermission: { Type: "AWS::Lambda::Permission", Metadata: checkout, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "CheckoutFunction" }, Principal: "apigateway.amazonaws.com", SourceArn: { "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*" } } },
      CheckoutRoute: { Type: "AWS::ApiGatewayV2::Route", Metadata: checkout, Properties: { ApiId: { Ref: "HttpApi" }, RouteKey: "POST /orders/{tenant}", Target: { "Fn::Sub": "integrations/${CheckoutIntegration}" }, AuthorizationType: "NONE" } },
      OrdersFailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { queue: "orders-failed", for: "charge", at: "functions/charge.ts:5" } }, Properties: { QueueName: "shop-dev-orders-failed", MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true }, UpdateReplacePolicy: "Retain" },
      OrdersQueue: {
        Type: "AWS::SQS::Queue",
        Metadata: { Isobar: { queue: "orders", for: "charge, checkout", at: "functions/charge.ts:5, functions/checkout.ts:5" } },
        Properties: { QueueName: "shop-dev-orders", VisibilityTimeout: 12, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["OrdersFailedQueue", "Arn"] }, maxReceiveCount: 5 } },
        UpdateReplacePolicy: "Retain",
      },
      ChargeFunction: {
        Type: "AWS::Lambda::Function",
        Metadata: charge,
        Properties: {
          FunctionName: "shop-dev-charge",
          Timeout: 2,
          Description: "shop, stage dev: charge",
          Code: "./charge",
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Architectures: ["arm64"],
          MemorySize: 512,
          Role: { "Fn::GetAtt": ["ChargeRole", "Arn"] },
          Environment: { Variables: { ISOBAR_QUEUE_ORDERS_FAILED: { Ref: "OrdersFailedQueue" } } },
          LoggingConfig: { LogFormat: "Text", LogGroup: { Ref: "ChargeLogs" } },
          TracingConfig: { Mode: "Active" },
        },
      },
      ChargeMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: charge, Properties: { FunctionName: { Ref: "ChargeFunction" }, EventSourceArn: { "Fn::GetAtt": ["OrdersQueue", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      ChargeLogs: { Type: "AWS::Logs::LogGroup", Metadata: charge, Properties: { LogGroupName: "/aws/lambda/shop-dev-charge", RetentionInDays: 30 } },
      ChargeRole: {
        Type: "AWS::IAM::Role",
        Metadata: charge,
        Properties: {
          AssumeRolePolicyDocument: assumed,
          Policies: [{ PolicyName: "unit", PolicyDocument: { Version: "2012-10-17", Statement: [
            { Sid: "Consuming", Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], Resource: { "Fn::GetAtt": ["OrdersQueue", "Arn"] } },
            { Sid: "DeadLetters", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: { "Fn::GetAtt": ["OrdersFailedQueue", "Arn"] } },
            { Sid: "Logs", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: { "Fn::GetAtt": ["ChargeLogs", "Arn"] } },
            traces,
          ] } }],
        },
      },
      OrdersFailedQueueAlarm: {
        Type: "AWS::CloudWatch::Alarm",
        Metadata: { Isobar: { queue: "orders-failed", for: "charge", at: "functions/charge.ts:5" } },
        Properties: {
          AlarmDescription: "a message was given up: it lies in this queue",
          Namespace: "AWS/SQS",
          MetricName: "ApproximateNumberOfMessagesVisible",
          Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": ["OrdersFailedQueue", "QueueName"] } }],
          Statistic: "Maximum",
          Period: 300,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: "GreaterThanThreshold",
          TreatMissingData: "notBreaching",
        },
      },
    },
    Outputs: {
      HttpApiAddress: { Description: "where the HTTP API answers", Value: { "Fn::GetAtt": ["HttpApi", "ApiEndpoint"] } },
      OrdersFailedQueueAddress: { Description: "ISOBAR_QUEUE_ORDERS_FAILED", Value: { Ref: "OrdersFailedQueue" } },
      OrdersQueueAddress: { Description: "ISOBAR_QUEUE_ORDERS", Value: { Ref: "OrdersQueue" } },
    },
  });
});
test("the same input is the same manifest, to the byte; it is JSON of two spaces that ends a line", () => {
  const once = composed(everyKind, invokedDirectly);
  expect(composed(everyKind, invokedDirectly)).toEqual(once);
  expect(once.files["template.json"]).toMatch(/^\{\n {2}"AWSTemplateFormatVersion": "2010-09-09",\n[^]*\}\n$/);
});
test("a unit has a folder of its own, with nothing beside its bundle", () => {
  expect([composed(shop).units, Object.keys(composed(shop).files)]).toEqual([{ checkout: {}, charge: {} }, ["template.json"]]);
});

describe("every kind has its parts", () => {
  const own = (name: string) => [`${name}Function`, `${name}Logs`, `${name}Role`];
  const letters = ["FailedQueue", "FailedQueueAlarm"];
  const undelivered = (name: string) => [`${name}Undelivered`, `${name}UndeliveredPolicy`, `${name}UndeliveredAlarm`];
  const inbox = (name: string) => [`${name}Inbox`, `${name}InboxPolicy`, `${name}Mapping`];
  const only = (name: string, settings: AwsSettings = {}) => {
    const one = defineApp("shop", { [name]: (everyKind as App).functions[name]! });
    const { functions = {}, ...rest } = settings as { readonly functions?: Readonly<Record<string, object>> };
    return Object.keys(templateOf(one, { ...rest, functions: functions[name] === undefined ? {} : { [name]: functions[name] } } as AwsSettings).Resources).sort();
  };
  test.each([
    ["charge", ["OrdersQueue", "ChargeMapping", ...letters, ...own("Charge")]],
    ["hear", ["NewsTopic", "HearSubscription", ...inbox("Hear"), ...undelivered("Hear"), ...letters, ...own("Hear")]],
    ["resize", ["UploadsBucket", ...inbox("Resize"), ...letters, ...own("Resize")]],
    ["tick", ["TickSchedule", "TickDeliveryRole", "TickInbox", "TickMapping", "TickUndelivered", "TickUndeliveredAlarm", ...letters, ...own("Tick")]],
    ["follow", ["UsersTable", "FollowMapping", ...letters, ...own("Follow")]],
    ["count", ["ClicksStream", "CountMapping", ...letters, ...own("Count")]],
    ["listen", ["EventsBus", "ListenRule", ...inbox("Listen"), ...undelivered("Listen"), ...letters, ...own("Listen")]],
    ["read", ["AccessLogGroup", "ReadInbox", "ReadMapping", "ReadDeliveryRole", "ReadSubscription", ...letters, ...own("Read")]],
    // Whoever waits for a call has the payload itself.
    ["ask", own("Ask")],
    ["page", ["HttpApi", "HttpApiStage", "PageIntegration", "PageHttpPermission", "PageRoute", "PageHeadRoute", ...own("Page")]],
  ])("%s, by its default", (name, parts) => {
    expect(only(name)).toEqual([...parts].sort());
  });
  test.each([
    ["hear", ["NewsTopic", "HearSubscription", "HearPermission", "HearInvokeConfig", ...undelivered("Hear"), ...letters, ...own("Hear")]],
    ["resize", ["UploadsBucket", "ResizePermission", "ResizeInvokeConfig", ...letters, ...own("Resize")]],
    ["tick", ["TickRule", "TickPermission", "TickInvokeConfig", ...undelivered("Tick"), ...letters, ...own("Tick")]],
    ["listen", ["EventsBus", "ListenRule", "ListenPermission", "ListenInvokeConfig", ...undelivered("Listen"), ...letters, ...own("Listen")]],
    ["read", ["AccessLogGroup", "ReadPermission", "ReadSubscription", "ReadInvokeConfig", ...letters, ...own("Read")]],
    ["ask", ["AskInbox", "AskMapping", ...letters, ...own("Ask")]],
  ])("%s, by its other path", (name, parts) => {
    expect(only(name, invokedDirectly)).toEqual([...parts].sort());
  });
});

describe("what a unit is given", () => {
  const page = (options: object = {}) => defineApp("shop", { page: http.get("/a", { access: "public", ...options }, () => empty()) });
  const of = (app: App, settings: AwsSettings = {}, id = "PageFunction") => propertiesIn(templateOf(app, settings), id);
  test("memory, architecture, runtime, tracing, a network, reserved instances and how long its log is kept, as the target and the function say", () => {
    const network = { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] };
    const settings: AwsSettings = { runtime: "nodejs22.x", architecture: "x86_64", tracing: false, logRetentionDays: 7, network };
    expect(of(page({ memoryMb: 1024 }), { ...settings, functions: { page: { reservedConcurrency: 5, logRetentionDays: 90 } } as never })).toMatchObject({
      MemorySize: 1024, Architectures: ["x86_64"], Runtime: "nodejs22.x", TracingConfig: { Mode: "PassThrough" }, VpcConfig: { SubnetIds: ["subnet-1", "subnet-2"], SecurityGroupIds: ["sg-1"] }, ReservedConcurrentExecutions: 5,
    });
    expect(of(page(), { ...settings, functions: { page: { logRetentionDays: 90 } } as never }, "PageLogs")).toMatchObject({ RetentionInDays: 90 });
    expect(of(page(), settings, "PageLogs")).toMatchObject({ RetentionInDays: 7 });
  });
  test("an address for everything that it writes to, once, and no environment where it writes to nothing", () => {
    const news = defineTopic("news-2");
    const app = defineApp("shop", { charge: queue(orders, { delivery: { ...delivery, deadLetter: orders2 }, sends: [orders2, news] }, () => {}), idle: http.get("/", { access: "public" }, () => empty()) });
    expect([of(app, {}, "ChargeFunction").Environment, "Environment" in of(app, {}, "IdleFunction")]).toEqual([{ Variables: { ISOBAR_QUEUE_ORDERS_2: { Ref: "Orders2Queue" }, ISOBAR_TOPIC_NEWS_2: { Ref: "News2Topic" } } }, false]);
  });
  const orders2 = defineQueue("orders-2");
  test("channels that nobody here reads are there, ordered where they are", () => {
    const ordered = { order: "by-key" } as const;
    const app = page({ sends: [defineQueue("out"), defineQueue("out-in-order", ordered), defineTopic("told"), defineTopic("told-in-order", ordered)] });
    const template = templateOf(app);
    expect(["OutQueue", "OutInOrderQueue", "ToldTopic", "ToldInOrderTopic"].map((id) => propertiesIn(template, id))).toEqual([
      { QueueName: "shop-dev-out", MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true },
      { QueueName: "shop-dev-out-in-order.fifo", MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, FifoQueue: true },
      { TopicName: "shop-dev-told" },
      { TopicName: "shop-dev-told-in-order.fifo", FifoTopic: true, ContentBasedDeduplication: false },
    ]);
    expect(Object.keys(template.Resources).filter((id) => id.endsWith("Alarm"))).toEqual([]);
  });
  test("members of a unit are one function, with one of each; where they disagree, all of it is told", () => {
    const app = defineApp("shop", {
      a: http.get("/a", { access: "public", group: "web", sends: [orders] }, () => empty()),
      b: http.get("/b", { access: "public", group: "web", memoryMb: 256 }, () => empty()),
      c: http.get("/c", { access: "public", group: "other", memoryMb: 256 }, () => empty()),
      d: http.get("/d", { access: "public", group: "other", memoryMb: 512 }, () => empty()),
    });
    const functions = { a: { reservedConcurrency: 1 }, b: { reservedConcurrency: 2 } } as never;
    expect(refusals(app, { functions })).toEqual([
      'reservedConcurrency: 1 for a, 2 for b · unit "web" · its members are one Lambda function · say the same, or give them groups of their own',
      'memoryMb: 256 for c, 512 for d · unit "other" · its members are deployed together, with one of each · say the same, or give them groups of their own',
    ]);
    const agreed = templateOf(defineApp("shop", { a: app.functions.a, b: app.functions.b }));
    expect(resourceIn(agreed, "WebFunction")).toMatchObject({ Metadata: { Isobar: { unit: "web", for: "a, b", at: "functions/a.ts:5, functions/b.ts:5" } }, Properties: { Code: "./web", MemorySize: 256, Environment: { Variables: { ISOBAR_QUEUE_ORDERS: { Ref: "OrdersQueue" } } } } });
  });
});

describe("alarms", () => {
  const ids = (settings: AwsSettings) => Object.keys(templateOf(everyKind, settings).Resources).filter((id) => id.endsWith("Alarm"));
  test("stand on every queue in which messages end, and are off where the target says so", () => {
    expect([ids({}), ids({ alarms: false })]).toEqual([["FailedQueueAlarm", "HearUndeliveredAlarm", "TickUndeliveredAlarm", "ListenUndeliveredAlarm"], []]);
  });
  test("not on what is discarded, and tell whom the target names", () => {
    const app = defineApp("shop", { charge: queue(orders, { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}), count: stream(defineStream("clicks"), { delivery: { maxAttempts: 1, deadLetter: failed } }, () => {}) });
    const template = templateOf(app, { alarms: { notify: ["arn:aws:sns:eu-central-1:123456789012:pager"] } });
    expect(Object.keys(template.Resources).filter((id) => id.endsWith("Alarm"))).toEqual(["FailedQueueAlarm"]);
    expect(propertiesIn(template, "FailedQueueAlarm").AlarmActions).toEqual(["arn:aws:sns:eu-central-1:123456789012:pager"]);
  });
});

describe("what is kept when it leaves the stack", () => {
  test("items and objects; of queues and streams what another one would not have", () => {
    const { Resources } = templateOf(everyKind);
    const kept = Object.entries(Resources).filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => DeletionPolicy !== undefined || UpdateReplacePolicy !== undefined).map(([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, DeletionPolicy, UpdateReplacePolicy]);
    expect(kept.filter(([, deleted]) => deleted !== undefined)).toEqual([["UploadsBucket", "RetainExceptOnCreate", "Retain"], ["UsersTable", "RetainExceptOnCreate", "Retain"]]);
    expect(kept.filter(([, deleted]) => deleted === undefined).map(([id]) => id)).toEqual(["FailedQueue", "OrdersQueue", "HearInbox", "HearUndelivered", "ResizeInbox", "TickInbox", "TickUndelivered", "ClicksStream", "ListenInbox", "ListenUndelivered", "ReadInbox"]);
  });
});

test("two bindings that want one resource to differ are told of, with both functions", () => {
  const count = (name: string, settings: object) => [[name, stream(defineStream("clicks"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {})], [name, settings]] as const;
  const both = [count("count", { shardCount: 1 }), count("sum", { shardCount: 2 })];
  expect(refusals(defineApp("shop", Object.fromEntries(both.map(([fn]) => fn))), { functions: Object.fromEntries(both.map(([, settings]) => settings)) as never })).toEqual(["count and sum both need ClicksStream, and want it to differ in Properties.ShardCount: make them agree, or give each a channel of its own"]);
});
test("a log that is a channel is kept as long as the target says", () => {
  const app = defineApp("shop", { read: logs(defineLog("access"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) });
  expect(propertiesIn(templateOf(app, { logRetentionDays: 14 }), "AccessLogGroup")).toEqual({ LogGroupName: "shop-dev-access", RetentionInDays: 14 });
});
