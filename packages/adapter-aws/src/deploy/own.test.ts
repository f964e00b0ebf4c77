import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue } from "@isobar/core";
import { composed, propertiesIn, refusals, resourceIn, templateOf } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";

const app = defineApp("shop", { charge: queue(defineQueue("orders"), { timeout: "9s", delivery: { maxAttempts: 3, deadLetter: failed } }, () => {}), page: http.get("/a", { access: "public" }, () => empty()) });

describe("overrides", () => {
  test("are laid over a resource last, and the resource says which", () => {
    const template = templateOf(app, { overrides: { OrdersQueue: { Properties: { VisibilityTimeout: 300, KmsMasterKeyId: "alias/own", SqsManagedSseEnabled: null, RedrivePolicy: { maxReceiveCount: 9 } }, DeletionPolicy: "Retain" } } });
    expect(resourceIn(template, "OrdersQueue")).toEqual({
      Type: "AWS::SQS::Queue",
      Metadata: { Isobar: { queue: "orders", for: "charge", at: "functions/charge.ts:5", overridden: "Properties.VisibilityTimeout, Properties.KmsMasterKeyId, Properties.SqsManagedSseEnabled, Properties.RedrivePolicy.maxReceiveCount, DeletionPolicy" } },
      Properties: { QueueName: "shop-dev-orders", VisibilityTimeout: 300, MessageRetentionPeriod: 1209600, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 9 }, KmsMasterKeyId: "alias/own" },
      UpdateReplacePolicy: "Retain",
      DeletionPolicy: "Retain",
    });
  });
  test("that break a rule of a path are told of, with the function", () => {
    expect(refusals(app, { overrides: { OrdersQueue: { Properties: { VisibilityTimeout: 5 } }, ChargeMapping: { Properties: { FunctionResponseTypes: [] } } } })).toEqual([
      "charge, with what overrides say: the mapping has no ReportBatchItemFailures: a failed message would count as done",
      "charge, with what overrides say: the queue hides messages for 5 s, the function may take 10 s",
    ]);
  });
  test("of no resource are told of, and of a name that is too long", () => {
    expect(refusals(app, { overrides: { OrderQueue: { Properties: {} }, ChargeFunction: { Properties: { FunctionName: "x".repeat(65) } } } })).toEqual(["overrides: there is no resource OrderQueue", `ChargeFunction: "${"x".repeat(65)}" is no name of a AWS::Lambda::Function: 64 characters at most`]);
  });
});

test("what refers to nothing is told of, also to what is there already", () => {
  const existing = { queues: { orders: { arn: "arn:aws:sqs:eu-central-1:123456789012:x", url: "https://sqs.eu-central-1.amazonaws.com/123456789012/x" } } };
  const resources = { Name: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: { "Fn::Sub": "${OrdersQueue.Arn} ${OrdersQueue.Arn} ${AWS::Region}" } }, DependsOn: ["Nothing"] } };
  expect(refusals(app, { existing, resources })).toEqual(["template.json: Name refers to OrdersQueue, which is not there", "template.json: Name refers to Nothing, which is not there"]);
});

describe("resources of the user's own", () => {
  const bucket = { Type: "AWS::S3::Bucket", Properties: { Tags: [{ Key: "for", Value: "reports" }] } };
  test("stand in the template as they were written, also nested", () => {
    expect([resourceIn(templateOf(app, { resources: { Reports: bucket, Bare: { Type: "AWS::SNS::Topic" } } }), "Reports"), resourceIn(templateOf(app, { resources: { Bare: { Type: "AWS::SNS::Topic" } } }), "Bare")]).toEqual([bucket, { Type: "AWS::SNS::Topic", Properties: {} }]);
    const { files } = composed(app, { nested: true, resources: { Name: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: { "Fn::GetAtt": ["ChargeFunction", "Arn"] } } } } });
    expect((JSON.parse(files["template.json"]!) as { readonly Resources: { readonly Name: { readonly Properties: object } } }).Resources.Name.Properties).toEqual({ Type: "String", Value: { "Fn::GetAtt": [expect.stringMatching(/^Stack\d\d$/), "Outputs.ChargeFunctionArn"] } });
  });
  test("may be overridden, and be one another's", () => {
    expect(propertiesIn(templateOf(app, { resources: { Reports: bucket }, overrides: { Reports: { Properties: { Tags: null } } } }), "Reports")).toEqual({});
  });
  test.each([
    ["a name that is taken", { OrdersQueue: bucket }, ["resources: OrdersQueue is taken: it is one of the app's own, which overrides change"]],
    ["no type", { Reports: {} }, ["resources: Reports has no Type"]],
    ["a name that is no logical id", { "my-bucket": bucket }, ['resources: "my-bucket" is no logical id: letters and digits, 255 at most']],
  ] as const)("with %s are refused", (_, resources, sentences) => {
    expect(refusals(app, { resources })).toEqual(sentences);
  });
});
