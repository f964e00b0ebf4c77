import { describe, expect, test } from "vitest";
import { changes, defineTable, type ChangesFunction, type ChangesOptions } from "@isobar/core";
import { bound, canonical, lineOf, linesOf, readByPosition } from "../../testing/planned.ts";
import { changesPlan, type ChangesSettings } from "./plan.ts";

const users = defineTable("users");
const on = (options: Partial<ChangesOptions> = {}): ChangesFunction => changes(users, { ...canonical, ...options } as ChangesOptions, () => {});
const follow = (settings: ChangesSettings = {}, options: Partial<ChangesOptions> = {}, others: Readonly<Record<string, ChangesFunction>> = {}) => bound("follow", on(options), settings, others);

describe("a table by DynamoDB Streams", () => {
  test("its promises: attempts inside the invocation, both images", () => {
    expect([changesPlan.variant({}), linesOf(changesPlan.assess(follow()))]).toEqual([
      "dynamodb-streams",
      { ...readByPosition, maxAge: "exact | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1 | DynamoDB itself drops what is older than 24 hours", images: "exact | AWS::DynamoDB::Table StreamSpecification.StreamViewType = NEW_AND_OLD_IMAGES" },
    ]);
  });
  test("what is rendered: a mapping whose own retries never end", () => {
    expect(changesPlan.render(follow())).toEqual({
      maker: "changes",
      keeping: "inside",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "follow", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        UsersTable: { Type: "AWS::DynamoDB::Table", Metadata: { Isobar: { table: "users" } }, Properties: { BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }], KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } } },
        FollowFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "follow" } }, Properties: { Timeout: 59 } },
        FollowMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "follow" } }, Properties: { FunctionName: { Ref: "FollowFunction" }, EventSourceArn: { "Fn::GetAtt": ["UsersTable", "StreamArn"] }, StartingPosition: "TRIM_HORIZON", BatchSize: 1, MaximumBatchingWindowInSeconds: 0, ParallelizationFactor: 1, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1, BisectBatchOnFunctionError: false, FunctionResponseTypes: ["ReportBatchItemFailures"] } },
      },
      grants: [
        { actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], on: "UsersTable", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("its keys are the target's to name", () => {
    expect(changesPlan.render(follow({ partitionKey: { name: "tenant", type: "S" }, sortKey: { name: "n", type: "N" } })).resources.UsersTable).toMatchObject({
      Properties: { AttributeDefinitions: [{ AttributeName: "tenant", AttributeType: "S" }, { AttributeName: "n", AttributeType: "N" }], KeySchema: [{ AttributeName: "tenant", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }] },
    });
  });
});

describe("a table's gaps", () => {
  test("two functions follow a table, a third is a gap", () => {
    const isolation = (others: Readonly<Record<string, ChangesFunction>>) => lineOf(changesPlan.assess(follow({}, {}, others)).isolation);
    expect([isolation({ index: on() }), isolation({ index: on(), copy: on() }), isolation({ index: on(), copy: changes(defineTable("other"), canonical, () => {}) })]).toEqual([
      "exact | a Lambda function of its own",
      'unsupported | a shard of a DynamoDB stream has two readers at most, and follow, index, copy follow "users" | two functions on this table, one of which sends to a topic that the others hear',
      "exact | a Lambda function of its own",
    ]);
  });
  test("older than a day is a gap: the stream keeps no more", () => {
    expect(lineOf(changesPlan.assess(follow({}, { delivery: { ...canonical.delivery, maxAge: "25h" } })).maxAge)).toBe('unsupported | DynamoDB keeps a record for 24 hours | maxAge: "24h"');
  });
});
