import { describe, expect, test } from "vitest";
import { bus, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, logs, queue, storage, stream, topic } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { linesOf } from "../testing/planned.ts";
import { propertiesIn, refusals, resourceIn, templateOf } from "../testing/composed.ts";
import { adapter } from "./entries.ts";
import { aws, type AwsSettings } from "./target.ts";

const region = "eu-central-1:123456789012";
const [orders, failed, news] = [defineQueue("orders"), defineQueue("failed"), defineTopic("news")];
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const charge = queue(orders, { delivery, sends: [news, defineQueue("out")], secrets: ["stripe-key"] }, () => {});
const queueAt = (name: string) => ({ arn: `arn:aws:sqs:${region}:${name}`, url: `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}` });
const arnsOf = (template: ReturnType<typeof templateOf>, role: string) => (propertiesIn(template, role).Policies as readonly [{ readonly PolicyDocument: { readonly Statement: readonly { readonly Sid: string; readonly Resource: unknown }[] } }])[0].PolicyDocument.Statement.map(({ Sid, Resource }) => [Sid, Resource]);

describe("a channel that is there already is not made, and named wherever it would have been referred to", () => {
  test("queues by their ARN and URL, topics and secrets by theirs", () => {
    const topicArn = `arn:aws:sns:${region}:company-news`;
    const existing = { queues: { orders: queueAt("company-orders"), failed: queueAt("company-failed") }, topics: { news: topicArn }, secrets: { "stripe-key": "company/stripe" } };
    const template = templateOf(defineApp("shop", { charge }), { existing, tracing: false });
    expect(Object.keys(template.Resources)).toEqual(["ChargeFunction", "ChargeMapping", "ChargeLogs", "ChargeRole", "OutQueue"]);
    expect(propertiesIn(template, "ChargeFunction").Environment).toEqual({ Variables: { ISOBAR_TOPIC_NEWS: topicArn, ISOBAR_QUEUE_OUT: { Ref: "OutQueue" }, ISOBAR_QUEUE_FAILED: "https://sqs.eu-central-1.amazonaws.com/123456789012/company-failed", ISOBAR_SECRET_STRIPE_KEY: "company/stripe" } });
    expect(propertiesIn(template, "ChargeMapping").EventSourceArn).toBe("arn:aws:sqs:eu-central-1:123456789012:company-orders");
    expect(arnsOf(template, "ChargeRole")).toEqual([
      ["Consuming", "arn:aws:sqs:eu-central-1:123456789012:company-orders"],
      ["DeadLetters", "arn:aws:sqs:eu-central-1:123456789012:company-failed"],
      ["SendingToTopics", topicArn],
      ["SendingToQueues", { "Fn::GetAtt": ["OutQueue", "Arn"] }],
      ["Secrets", { "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:company/stripe-??????" }],
      ["Logs", { "Fn::GetAtt": ["ChargeLogs", "Arn"] }],
    ]);
    expect(template.Outputs).toEqual({ OutQueueAddress: { Description: "ISOBAR_QUEUE_OUT", Value: { Ref: "OutQueue" } } });
  });
  test("a secret's ARN is what may be read, and where", () => {
    const own = `arn:aws:secretsmanager:${region}:secret:stripe-a1b2c3`;
    const template = templateOf(defineApp("shop", { charge }), { existing: { secrets: { "stripe-key": own } } });
    expect([JSON.stringify(propertiesIn(template, "ChargeFunction").Environment).includes(`"ISOBAR_SECRET_STRIPE_KEY":"${own}"`), arnsOf(template, "ChargeRole").find(([sid]) => sid === "Secrets")]).toEqual([true, ["Secrets", own]]);
  });
  test("topics, buses, tables, streams and logs that functions hear of", () => {
    const app = defineApp("shop", {
      hear: topic(news, { delivery }, () => {}),
      listen: bus(defineBus("events"), { delivery, sources: ["aws.s3"] }, () => {}),
      follow: changes(defineTable("users"), { delivery }, () => {}),
      count: stream(defineStream("clicks"), { delivery }, () => {}),
      read: logs(defineLog("access"), { delivery }, () => {}),
    });
    const streamArn = `arn:aws:dynamodb:${region}:table/users/stream/2030-01-01T00:00:00.000`;
    const existing = { topics: { news: `arn:aws:sns:${region}:company-news` }, buses: { events: "default" }, tables: { users: { streamArn, streamViewType: "NEW_AND_OLD_IMAGES" } }, streams: { clicks: `arn:aws:kinesis:${region}:stream/company-clicks` }, logs: { access: "/aws/vpc/flow" } } as const;
    const template = templateOf(app, { existing });
    expect(["NewsTopic", "EventsBus", "UsersTable", "ClicksStream", "AccessLogGroup"].filter((id) => id in template.Resources)).toEqual([]);
    expect([propertiesIn(template, "HearSubscription").TopicArn, propertiesIn(template, "ListenRule").EventBusName, propertiesIn(template, "FollowMapping").EventSourceArn, propertiesIn(template, "CountMapping").EventSourceArn, propertiesIn(template, "ReadSubscription").LogGroupName]).toEqual([
      "arn:aws:sns:eu-central-1:123456789012:company-news", "default", streamArn, "arn:aws:kinesis:eu-central-1:123456789012:stream/company-clicks", "/aws/vpc/flow",
    ]);
    expect(JSON.stringify(propertiesIn(template, "HearInboxPolicy"))).toContain('"aws:SourceArn":"arn:aws:sns:eu-central-1:123456789012:company-news"');
    expect(resourceIn(template, "ReadSubscription").DependsOn).toEqual(["ReadDeliveryRole"]);
    expect(arnsOf(template, "FollowRole").slice(0, 2)).toEqual([["Consuming", streamArn], ["Consuming2", "*"]]);
  });
  test("a log that invokes its reader is let in by its ARN", () => {
    const app = defineApp("shop", { read: logs(defineLog("access"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) });
    const template = templateOf(app, { existing: { logs: { access: "/aws/vpc/flow" } }, functions: { read: { variant: "direct" } } as never });
    expect(propertiesIn(template, "ReadPermission").SourceArn).toEqual({ "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/vpc/flow:*" });
  });
});

describe("what cannot be referred to is refused", () => {
  const app = defineApp("shop", { charge });
  test.each([
    ["a channel that the app has not", { queues: { order: queueAt("x") } }, ['existing.queues: the app has no queue "order"']],
    ["a channel of another kind", { topics: { orders: `arn:aws:sns:${region}:x` } }, ['existing.topics: the app has no topic "orders"']],
    ["what is no queue's ARN", { queues: { orders: { ...queueAt("x"), arn: "orders" } } }, ['existing.queues.orders: "orders" is no queue\'s ARN']],
    ["a URL of another queue", { queues: { orders: { ...queueAt("x"), url: queueAt("y").url } } }, ['existing.queues.orders: "https://sqs.eu-central-1.amazonaws.com/123456789012/y" is no URL of arn:aws:sqs:eu-central-1:123456789012:x']],
    ["a queue in order for one in none", { queues: { orders: queueAt("x.fifo") } }, ["existing.queues.orders: arn:aws:sqs:eu-central-1:123456789012:x.fifo is a FIFO one, and the app's has no order"]],
    ["what is no topic's ARN", { topics: { news: "news" } }, ['existing.topics.news: "news" is no topic\'s ARN']],
    ["a secret that no function has", { secrets: { other: "x" } }, ['existing.secrets: no function has a secret "other"']],
    ["what is no secret's name", { secrets: { "stripe-key": "a b" } }, ['existing.secrets.stripe-key: "a b" is no name of a secret']],
    ["what is no secret's ARN", { secrets: { "stripe-key": "arn:aws:sqs:x" } }, ['existing.secrets.stripe-key: "arn:aws:sqs:x" is no secret\'s ARN']],
    ["a name that is also a property of all objects", { queues: { valueof: queueAt("x") } }, ['existing.queues: the app has no queue "valueof"']],
  ] as const)("%s", (_, existing, sentences) => {
    expect(refusals(app, { existing })).toEqual(sentences);
  });
  test("a function on its own log", () => {
    const reading = defineApp("shop", { read: logs(defineLog("access"), { delivery }, () => {}) });
    const on = (name: string) => refusals(reading, { existing: { logs: { access: name } } });
    expect([on("/aws/lambda/shop-dev-read"), on("/aws/lambda/shop-dev-other")]).toEqual([["read would read its own log group, and write a line there for each that it reads"], []]);
  });
});

describe("what a plan says of promises that another's resource has to keep", () => {
  const verdicts = (app: ReturnType<typeof defineApp>, settings: AwsSettings) => {
    const [binding] = plan(aws(app, settings as never), adapter).bindings;
    return linesOf(Object.fromEntries(binding!.verdicts.map(({ capability, verdict }) => [capability, verdict])));
  };
  test("of a queue: nothing is exact by settings that are not ours", () => {
    expect(verdicts(defineApp("shop", { charge: queue(orders, { delivery: { ...delivery, backoff: "10s", maxAge: "1h" } }, () => {}) }), { existing: { queues: { orders: queueAt("x") } } })).toMatchObject({
      attempts: 'emulated | the run time dead-letters what has used its attempts up, and what comes after that without running it | the queue "orders" is another\'s: its redrive policy has to count 3 receives or more, which this plan cannot see',
      backoff: 'emulated | the run time hides the failed message for the wait, from its settlement (ChangeMessageVisibility), in whole seconds rounded up | the queue "orders" is another\'s: after a crash the wait is its own visibility timeout',
      maxAge: 'emulated | the run time looks at SentTimestamp before each attempt, and before a wait that would pass it | the queue "orders" is another\'s: SQS drops what is older than its own retention',
      deadLetter: 'emulated | the run time writes the letter before it acknowledges; the queue\'s own redrive to the same place catches what never reached the run time | the queue "orders" is another\'s: what its own redrive policy moves lies where that says, and a crash between letter and acknowledgement leaves a second letter',
      timeout: 'exact | AWS::Lambda::Function Timeout = 21 | the queue "orders" is another\'s: Lambda refuses a mapping if it hides messages for less than 21 s',
    });
  });
  test("of a queue from which nothing is asked but attempts", () => {
    expect(verdicts(defineApp("shop", { charge: queue(orders, { delivery }, () => {}) }), { existing: { queues: { orders: queueAt("x") } } })).toMatchObject({
      backoff: 'exact | the queue "orders" is another\'s: the wait is its own visibility timeout',
      retryAfter: "exact",
      maxAge: 'exact | the queue "orders" is another\'s: SQS drops what is older than its own retention',
    });
  });
  test("of a bucket: it gives no notification, and what does", () => {
    const app = defineApp("shop", { resize: storage(defineBucket("uploads"), { delivery }, () => {}) });
    const existing = { buckets: { uploads: "company-uploads" } };
    expect(verdicts(app, { existing }).filter).toBe('unsupported | plain CloudFormation gives a notification to a bucket of its own stack only, and "uploads" is another\'s | a bus function on the account\'s own bus (existing.buses, "default") with sources: ["aws.s3"], once the bucket publishes to EventBridge');
    expect(verdicts(app, { existing, functions: { resize: { variant: "direct" } } as never }).filter).toMatch(/^unsupported /);
    expect(refusals(app, { existing })[0]).toBe("a promise that cannot be kept:");
  });
  test("of a bucket, also where the target was made by other means than aws()", () => {
    const app = defineApp("shop", { resize: storage(defineBucket("uploads"), { delivery }, () => {}) });
    const target = { cloud: "aws", app, settings: { existing: { buckets: { uploads: "company-uploads" } } } };
    expect(() => adapter.compose!(target, plan(target, adapter))).toThrow("existing.buckets.uploads: plain CloudFormation gives no notification to a bucket of another stack, and resize would hear of nothing");
  });
  test("of a table: what its stream carries, unless the target says it", () => {
    const app = defineApp("shop", { follow: changes(defineTable("users"), { delivery }, () => {}) });
    const streamArn = `arn:aws:dynamodb:${region}:table/users/stream/2030-01-01T00:00:00.000`;
    const images = (more: object) => verdicts(app, { existing: { tables: { users: { streamArn, ...more } } } }).images;
    expect([images({}), images({ streamViewType: "NEW_AND_OLD_IMAGES" })]).toEqual([
      'approximated | the table "users" is another\'s, and this plan cannot see what its stream carries | streamViewType: "NEW_AND_OLD_IMAGES" beside its ARN, if that is what it carries',
      'exact | the table "users" is another\'s, whose stream carries both, as the target says',
    ]);
  });
  test("of a stream: its retention is not ours to set", () => {
    const app = defineApp("shop", { count: stream(defineStream("clicks"), { delivery }, () => {}) });
    expect([verdicts(app, {}).maxAge, verdicts(app, { existing: { streams: { clicks: `arn:aws:kinesis:${region}:stream/x` } } }).maxAge]).toEqual([
      "exact | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1, AWS::Kinesis::Stream RetentionPeriodHours = 24 | Kinesis itself drops what is older than 24 hours",
      "exact | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1 | Kinesis itself drops what is older than 24 hours",
    ]);
  });
});
