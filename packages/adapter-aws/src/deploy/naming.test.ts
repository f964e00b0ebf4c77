import { describe, expect, test } from "vitest";
import { defineApp, defineBucket, defineBus, defineQueue, defineTable, defineTopic, empty, http, queue, storage, topic, changes, bus, type AnyFunction } from "@isobar/core";
import { everyKind, propertiesIn, refusals, templateOf } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";
import { shortened } from "./naming.ts";

const delivery = { maxAttempts: 1, deadLetter: failed } as const;
const app = (functions: Readonly<Record<string, AnyFunction>>, name = "shop") => defineApp(name, functions);
const consume = (name: string) => queue(defineQueue(name), { delivery }, () => {});
const page = (options: object = {}) => http.get("/a", { access: "public", ...options }, () => empty());

describe("names that somebody has to know carry app and stage", () => {
  test("functions, queues, topics, streams, buses, logs and buckets; others are CloudFormation's to make", () => {
    const names = (stage: string) =>
      Object.entries(templateOf(everyKind, { stage }).Resources).flatMap(([id, { Properties: { FunctionName, QueueName, TopicName, Name, LogGroupName, BucketName }, Type }]) => {
        const own = [Type === "AWS::Lambda::Function" ? FunctionName : undefined, QueueName, TopicName, Name, Type === "AWS::Logs::LogGroup" ? LogGroupName : undefined, BucketName].find((name) => name !== undefined);
        return own === undefined ? [] : [`${id}: ${typeof own === "string" ? own : (own as { readonly "Fn::Sub": string })["Fn::Sub"]}`];
      });
    expect(names("live").filter((line) => !/(?:Function|Logs): /.test(line))).toEqual([
      "FailedQueue: shop-live-failed", "OrdersQueue: shop-live-orders", "HearInbox: shop-live-hear-inbox", "NewsTopic: shop-live-news", "HearUndelivered: shop-live-hear-undelivered",
      "ResizeInbox: shop-live-resize-inbox", "UploadsBucket: shop-live-uploads-${AWS::AccountId}-${AWS::Region}", "TickInbox: shop-live-tick-inbox", "TickUndelivered: shop-live-tick-undelivered", "ClicksStream: shop-live-clicks",
      "ListenInbox: shop-live-listen-inbox", "EventsBus: shop-live-events", "ListenUndelivered: shop-live-listen-undelivered", "AccessLogGroup: shop-live-access", "ReadInbox: shop-live-read-inbox", "HttpApi: shop-live",
    ]);
    expect(names("live").filter((line) => /^(?:Ask|Page)/.test(line))).toEqual(["AskFunction: shop-live-ask", "AskLogs: /aws/lambda/shop-live-ask", "PageFunction: shop-live-page", "PageLogs: /aws/lambda/shop-live-page"]);
  });
  test("no two stages, and no stage of another app's, share any", () => {
    const texts = (name: string, stage: string) => JSON.stringify(templateOf(app({ charge: consume("orders") }, name), { stage }));
    expect([texts("shop", "dev").includes("shop-dev-charge"), texts("shop", "live").includes("shop-dev-"), refusals(app({ page: page() }), { stage: "dev-x" })]).toEqual([true, false, ['stage "dev-x": use a lower-case letter, then lower-case letters and digits, 20 at most']]);
  });
  test.each(["", "Dev", "1dev", "a".repeat(21), "dev\n", "${x}"])("stage %j is none", (stage) => {
    expect(refusals(app({ page: page() }), { stage })).toEqual([`stage ${JSON.stringify(stage)}: use a lower-case letter, then lower-case letters and digits, 20 at most`]);
  });
  test("what is FIFO ends in .fifo", () => {
    const byKey = { order: "by-key" } as const;
    const template = templateOf(app({ hear: topic(defineTopic("news", byKey), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) }));
    expect(["NewsTopic", "HearInbox", "HearUndelivered", "HearDiscardedQueue"].map((id) => propertiesIn(template, id).TopicName ?? propertiesIn(template, id).QueueName)).toEqual(["shop-dev-news.fifo", "shop-dev-hear-inbox.fifo", "shop-dev-hear-undelivered.fifo", "shop-dev-hear-discarded.fifo"]);
  });
});

describe("a name that is too long", () => {
  test("ends in a digest of itself, so that two of one beginning stay two", () => {
    expect([shortened("shop-dev-charge", 64), shortened("a".repeat(65), 64), shortened(`${"a".repeat(54)}-${"b".repeat(20)}`, 64)]).toEqual(["shop-dev-charge", `${"a".repeat(55)}-635361c4`, `${"a".repeat(54)}-f5a38772`]);
  });
  test("of a function, of a queue and of a bucket fits, and the bucket's is the same for whom it lets in", () => {
    const long = "a-name-that-is-as-long-as-a-channel-of-an-app-may-be-made-1";
    const fn = `f${"x".repeat(59)}`;
    const template = templateOf(app({ [fn]: storage(defineBucket(long), { delivery: { maxAttempts: 1, deadLetter: defineQueue(long) } }, () => {}) }, "an-app-of-a-long-name-as-apps-may-have"), { stage: "production" });
    const id = `F${"x".repeat(59)}`;
    const names = [propertiesIn(template, `${id}Function`).FunctionName, propertiesIn(template, "ANameThatIsAsLongAsAChannelOfAnAppMayBeMade1Queue").QueueName].map(String);
    const bucket = (propertiesIn(template, "ANameThatIsAsLongAsAChannelOfAnAppMayBeMade1Bucket").BucketName as { readonly "Fn::Sub": string })["Fn::Sub"];
    expect([names.map((name) => name.length), /^an-app-of-a-long-name-as-a-[0-9a-f]{8}-\$\{AWS::AccountId\}-\$\{AWS::Region\}$/.test(bucket)]).toEqual([[64, 80], true]);
    expect(JSON.stringify(propertiesIn(template, `${id}InboxPolicy`))).toContain(`arn:\${AWS::Partition}:s3:::${bucket}`);
    expect(JSON.stringify(template)).not.toContain(`s3:::an-app-of-a-long-name-as-apps-may-have-production-${long}`);
  });
});

describe("two things that would have one name", () => {
  test.each([
    ["channels in the template", { a: consume("a-1"), b: consume("a1") }, ['queue "a-1" and queue "a1" would both be A1Queue in the template: rename one']],
    ["a function's own queue and a channel", { charge: queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}), drop: consume("charge-discarded") }, ['charge and queue "charge-discarded" would both be ChargeDiscardedQueue in the template: rename one']],
    ["a function's role and what another is delivered by", { chargeDelivery: consume("orders"), charge: everyKind.functions.tick }, ["chargeDelivery and charge would both be ChargeDeliveryRole in the template: rename one"]],
    ["queues in the account", { charge: topic(defineTopic("news"), { delivery }, () => {}), drop: consume("charge-inbox") }, ["ChargeInbox and ChargeInboxQueue would both be called shop-dev-charge-inbox: rename one"]],
  ])("are told of: %s", (_, functions, sentences) => {
    expect([...refusals(app(functions))].sort()).toEqual([...sentences].sort());
  });
});

describe("names that JavaScript has for something else are names", () => {
  test("of functions, channels and secrets", () => {
    const template = templateOf(app({ constructor: queue(defineQueue("constructor"), { delivery: { maxAttempts: 1, deadLetter: defineQueue("prototype") }, secrets: ["constructor"] }, () => {}), toString: changes(defineTable("valueof"), { delivery }, () => {}), valueOf: bus(defineBus("hasownproperty"), { delivery }, () => {}) }), { existing: {} });
    expect([propertiesIn(template, "ConstructorFunction").Environment, propertiesIn(template, "ConstructorQueue").QueueName, propertiesIn(template, "ToStringFunction").FunctionName]).toEqual([{ Variables: { ISOBAR_QUEUE_PROTOTYPE: { Ref: "PrototypeQueue" }, ISOBAR_SECRET_CONSTRUCTOR: "shop-dev/constructor" } }, "shop-dev-constructor", "shop-dev-toString"]);
  });
});
