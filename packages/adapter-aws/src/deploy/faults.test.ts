import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App } from "@isobar/core";
import { plan, type Rendered } from "@isobar/core/plan";
import { canonical, failed } from "../testing/planned.ts";
import { adapter } from "./entries.ts";
import { faultsOf } from "./faults.ts";
import { aws } from "./target.ts";

const byKey = { order: "by-key" } as const;
const functions = {
  charge: queue(defineQueue("orders"), { ...canonical, batch: { maxSize: 100 } }, () => {}),
  order: queue(defineQueue("ordered", byKey), { ...canonical, delivery: { maxAttempts: 3, deadLetter: defineQueue("failed-in-order", byKey) } }, () => {}),
  hear: topic(defineTopic("news"), canonical, () => {}),
  resize: storage(defineBucket("uploads"), canonical, () => {}),
  tick: schedule("0 6 * * *", canonical, () => {}),
  follow: changes(defineTable("users"), canonical, () => {}),
  count: stream(defineStream("clicks"), { ...canonical, batch: { maxSize: 100 } }, () => {}),
  listen: bus(defineBus("events"), canonical, () => {}),
  read: logs(defineLog("access"), canonical, () => {}),
  ask: call(canonical, () => null),
  page: http.get("/a", { access: "public" }, () => empty()),
} satisfies Readonly<Record<string, AnyFunction>>;
type Name = keyof typeof functions;
const direct = { variant: "direct" } as const;
/** Behind a queue or a stream; `Direct` in the name: invoked by the service. */
const planned = (settings: object, app: App) => Object.fromEntries(plan(aws(app, { functions: settings } as never), adapter).bindings.map(({ function: name, rendered }) => [name, rendered]));
const queued = planned({ ask: { variant: "async" } }, defineApp("shop", functions));
const invoked = planned({ hear: direct, resize: direct, tick: direct, listen: direct, read: direct }, defineApp("shop", functions));
const shared = planned({}, defineApp("shop", { resize: functions.resize, index: functions.resize }));
const apart = planned({}, defineApp("shop", { resize: storage(defineBucket("uploads"), { ...canonical, prefix: "in/" }, () => {}), index: storage(defineBucket("uploads"), { ...canonical, prefix: "out/" }, () => {}) }));

type Resources = Readonly<Record<string, { readonly Properties: Readonly<Record<string, unknown>> }>>;
/** One resource's properties changed; those that are undefined are taken away. */
const broken = (rendered: Rendered | undefined, id: string, more: object): readonly string[] => {
  const resource = (rendered!.resources as Resources)[id];
  if (resource === undefined) throw new Error(`nothing is rendered as ${id}`);
  return faultsOf({ ...rendered!, resources: { ...rendered!.resources, [id]: { ...resource, Properties: Object.fromEntries(Object.entries({ ...resource.Properties, ...more }).filter(([, value]) => value !== undefined)) } } });
};
const without = (rendered: Rendered | undefined, ...ids: readonly string[]) => faultsOf({ ...rendered!, resources: Object.fromEntries(Object.entries(rendered!.resources).filter(([id]) => !ids.includes(id))) });
const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

describe("what is rendered breaks no rule", () => {
  test.each(Object.keys(functions) as Name[])("%s, by its queue or stream, and invoked directly", (name) => {
    expect([faultsOf(queued[name]!), faultsOf(invoked[name]!)]).toEqual([[], []]);
  });
  test("functions that share a bucket", () => {
    expect([faultsOf(shared["resize"]!), faultsOf(shared["index"]!), faultsOf(apart["resize"]!), faultsOf(apart["index"]!)]).toEqual([[], [], [], []]);
  });
});

describe("a queue's mapping", () => {
  test.each([
    ["ChargeMapping", { FunctionResponseTypes: undefined }, "the mapping has no ReportBatchItemFailures: a failed message would count as done"],
    ["ChargeMapping", { FunctionResponseTypes: [] }, "the mapping has no ReportBatchItemFailures: a failed message would count as done"],
    ["ChargeMapping", { EventSourceArn: arn("Other") }, "the mapping reads what is no resource of this path"],
    ["ChargeMapping", { MaximumBatchingWindowInSeconds: 0 }, "a batch of 100 needs a batching window of a second or more"],
    ["ChargeMapping", { MaximumBatchingWindowInSeconds: undefined }, "a batch of 100 needs a batching window of a second or more"],
    ["OrdersQueue", { VisibilityTimeout: 9 }, "the queue hides messages for 9 s, the function may take 10 s"],
    ["OrdersQueue", { VisibilityTimeout: undefined }, "the queue hides messages for undefined s, the function may take 10 s"],
    ["OrdersQueue", { RedrivePolicy: undefined }, "the queue has no redrive policy: a failing message would come again until its retention ends"],
  ])("%s with %j", (id, more, sentence) => {
    expect(broken(queued["charge"], id, more)).toEqual([sentence]);
  });
  test("a FIFO queue's batch is ten at most", () => {
    expect(broken(queued["order"], "OrderMapping", { BatchSize: 11, MaximumBatchingWindowInSeconds: 1 })).toEqual(["a FIFO queue is read in batches of 10 at most, not 11"]);
  });
});

describe("a stream's mapping", () => {
  test.each([
    ["count", "CountMapping", { FunctionResponseTypes: [] }, "the mapping has no ReportBatchItemFailures: a failed message would count as done"],
    ["count", "CountMapping", { MaximumRetryAttempts: 2 }, "Lambda gives a batch up after 2 retries: what the run time has not settled would be lost"],
    ["count", "CountMapping", { MaximumRecordAgeInSeconds: 3600 }, "Lambda passes over records older than 3600 s: what the run time has not settled would be lost"],
    ["count", "CountMapping", { StartingPosition: undefined }, "a mapping of a stream begins at TRIM_HORIZON or LATEST, not at undefined"],
    ["count", "CountMapping", { MaximumBatchingWindowInSeconds: 0 }, "a batch of 100 needs a batching window of a second or more"],
    ["follow", "UsersTable", { StreamSpecification: undefined }, "the table's stream has no images: items before and after would be missing"],
    ["follow", "UsersTable", { StreamSpecification: { StreamViewType: "KEYS_ONLY" } }, "the table's stream has KEYS_ONLY only: items before and after would be missing"],
    ["read", "ReadMapping", { MaximumRetryAttempts: 2 }, "Lambda gives a batch up after 2 retries: what the run time has not settled would be lost"],
  ] as const)("%s: %s with %j", (name, id, more, sentence) => {
    expect(broken(queued[name], id, more)).toEqual([sentence]);
  });
});

describe("an asynchronous invocation", () => {
  test.each([
    ["HearInvokeConfig", { MaximumRetryAttempts: 3 }, "Lambda retries an asynchronous invocation 0 to 2 times, not 3"],
    ["HearInvokeConfig", { MaximumRetryAttempts: undefined }, "Lambda retries an asynchronous invocation 0 to 2 times, not undefined"],
    ["HearInvokeConfig", { MaximumEventAgeInSeconds: 30 }, "Lambda keeps an asynchronous invocation for 60 to 21,600 s, not 30"],
    ["HearInvokeConfig", { FunctionName: { Ref: "OtherFunction" } }, "Lambda's own two retries and six hours apply: no EventInvokeConfig says how often and how long"],
    ["FailedQueue", { FifoQueue: true }, "Lambda's dead letters go to a standard queue only"],
  ])("%s with %j", (id, more, sentence) => {
    expect(broken(invoked["hear"], id, more)).toEqual([sentence]);
  });
  test("without what configures it", () => {
    expect(without(invoked["read"], "ReadInvokeConfig")).toEqual(["Lambda's own two retries and six hours apply: no EventInvokeConfig says how often and how long"]);
  });
});

describe("a service in front", () => {
  test.each([
    ["hear", ["HearInboxPolicy"], "SNS is not let in to HearInbox: nothing lets HearSubscription deliver there"],
    ["hear", ["HearUndeliveredPolicy"], "SNS is not let in to HearUndelivered: what HearSubscription cannot deliver would be lost"],
    ["listen", ["ListenInboxPolicy"], "EventBridge is not let in to ListenInbox: nothing lets ListenRule deliver there"],
    ["tick", ["TickUndelivered"], "Scheduler is not let in to TickUndelivered: what TickSchedule cannot deliver would be lost"],
    ["read", ["ReadDeliveryRole"], "CloudWatch Logs is not let in to ReadInbox: nothing lets ReadSubscription deliver there"],
  ] as const)("%s without %j", (name, ids, sentence) => {
    expect(without(queued[name], ...ids)).toEqual([sentence]);
  });
  test("S3 without the queue's policy is not waited for either", () => {
    expect(without(queued["resize"], "ResizeInboxPolicy")).toEqual(["S3 is not let in to ResizeInbox: nothing lets UploadsBucket deliver there", "UploadsBucket does not wait for what lets S3 in: S3 refuses a notification that it cannot deliver"]);
  });
  test.each([
    ["hear", "HearPermission", "SNS is not let in to HearFunction: nothing lets HearSubscription deliver there"],
    ["listen", "ListenPermission", "EventBridge is not let in to ListenFunction: nothing lets ListenRule deliver there"],
    ["tick", "TickPermission", "EventBridge is not let in to TickFunction: nothing lets TickRule deliver there"],
    ["read", "ReadPermission", "CloudWatch Logs is not let in to ReadFunction: nothing lets ReadSubscription deliver there"],
  ] as const)("%s invoked without %s", (name, id, sentence) => {
    expect(without(invoked[name], id)).toEqual([sentence]);
  });
  const target = { Id: "function", Arn: arn("ListenInbox"), RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }, DeadLetterConfig: { Arn: arn("ListenUndelivered") } };
  test.each([
    ["hear", "HearSubscription", { RedrivePolicy: undefined }, "SNS has no dead letter: what HearSubscription cannot deliver would be lost"],
    ["hear", "HearSubscription", { Endpoint: "arn:aws:sqs:eu-central-1:123456789012:other" }, "SNS is not let in to what is no resource of this path: nothing lets HearSubscription deliver there"],
    ["hear", "HearSubscription", { RawMessageDelivery: true }, "HearSubscription is raw: the envelope, which the function reads, would be missing"],
    ["listen", "ListenRule", { Targets: [{ ...target, DeadLetterConfig: undefined }] }, "EventBridge has no dead letter: what ListenRule cannot deliver would be lost"],
    ["listen", "ListenRule", { Targets: [{ ...target, RetryPolicy: { MaximumRetryAttempts: 186, MaximumEventAgeInSeconds: 86_400 } }] }, "ListenRule retries its delivery 0 to 185 times, not 186"],
    ["listen", "ListenRule", { Targets: [{ ...target, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 59 } }] }, "ListenRule tries to deliver for 60 to 86,400 s, not 59"],
    ["tick", "TickSchedule", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }, "TickSchedule may run late by its flexible time window"],
  ] as const)("%s: %s with %j", (name, id, more, sentence) => {
    expect(broken(queued[name], id, more)).toEqual([sentence]);
  });
  test("Scheduler without retries of its own", () => {
    const { Target } = (queued["tick"]!.resources as Resources)["TickSchedule"]!.Properties;
    expect(broken(queued["tick"], "TickSchedule", { Target: { ...(Target as object), RetryPolicy: undefined } })).toEqual(["TickSchedule retries its delivery 0 to 185 times, not undefined", "TickSchedule tries to deliver for 60 to 86,400 s, not undefined"]);
  });
  test("a bucket that notifies others only", () => {
    const notified = { QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: arn("OtherInbox") }] };
    expect(broken(apart["resize"], "UploadsBucket", { NotificationConfiguration: notified })).toEqual(["S3 is not let in to OtherInbox: nothing lets UploadsBucket deliver there"]);
  });
  test("a bucket's topic that S3 may not publish to, and one whose envelope nobody reads", () => {
    expect(without(shared["resize"], "UploadsNotificationsPolicy")).toEqual([
      "S3 is not let in to UploadsNotifications: nothing lets UploadsBucket deliver there",
      "UploadsBucket does not wait for what lets S3 in: S3 refuses a notification that it cannot deliver",
    ]);
    expect(broken(shared["resize"], "ResizeSubscription", { RawMessageDelivery: false })).toEqual(["ResizeSubscription wraps S3's notification in an envelope, which the function does not read"]);
  });
});

test("more instances asked for than are reserved is no fault: the verdict says so, and the target may accept it", () => {
  const target = aws(defineApp("shop", { charge: functions.charge }), { functions: { charge: { maximumConcurrency: 20, reservedConcurrency: 10, accept: ["saturation"] } } });
  const { gaps, faults } = plan(target, adapter);
  expect([gaps.map(({ capability, accepted }) => [capability, accepted]), faults]).toEqual([[["saturation", true]], []]);
});
test("the adapter answers with them: an attempt too many is a fault of what is rendered, whatever the plan says of it", () => {
  const { hear } = planned({ hear: direct }, defineApp("shop", { hear: topic(defineTopic("news"), { delivery: { maxAttempts: 4, deadLetter: failed } }, () => {}) }));
  expect(adapter.faults(hear!)).toEqual(["Lambda retries an asynchronous invocation 0 to 2 times, not 3"]);
});
