import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bus, changes, defineBucket, defineBus, defineLog, defineStream, defineTable, defineTopic, logs, retry, schedule, storage, stream, topic, type DeliveryPolicy, type Invocation, type Retry, type TriggerKind } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { native, type LambdaContext } from "../native.ts";
import { wires } from "../testing/wires.ts";
import * as runtime from "./index.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } satisfies DeliveryPolicy;
const context: LambdaContext = { awsRequestId: "request-1", functionName: "shop", getRemainingTimeInMillis: () => 30_000 };
const enqueuedAt = Date.UTC(2030, 0, 1);
beforeEach(() => (["error", "warn", "debug"] as const).forEach((level) => vi.spyOn(console, level).mockImplementation(() => {})));
afterEach(() => void vi.restoreAllMocks());

type Handle = (event: { readonly type: string; readonly subject?: string; readonly source: string }, ctx: Invocation) => Promise<Retry | void>;
const topics = (handle: Handle) => topic(defineTopic("news", { format: "text" }), { delivery }, handle);
const buckets = (handle: Handle) => storage(defineBucket("uploads"), { delivery }, handle);
const ticks = (handle: Handle) => schedule("0 6 * * *", { delivery }, handle);
const tables = (handle: Handle) => changes(defineTable("users"), { delivery }, handle);
const streams = (handle: Handle) => stream(defineStream("clicks", { format: "text" }), { delivery }, handle);
const buses = (handle: Handle) => bus(defineBus("events"), { delivery }, handle);
const lines = (handle: Handle) => logs(defineLog("access"), { delivery }, handle);

const told = {
  topic: { subject: "greetings" },
  storage: { change: "created", object: { bucket: "uploads-1", key: "a b" } },
  schedule: { scheduledTime: "2030-01-01T06:00:00Z" },
  changes: { change: { operation: "created", key: { id: "a" }, after: { id: "a" } }, subject: "a" },
  stream: { partitionKey: "key-1", sequence: "1" },
  bus: { event: { source: "shop.orders", detailType: "placed", detail: {} } },
  logs: { log: { resource: "/app/access", entries: [{ id: "1", time: "2030-01-01T00:00:00.000Z", message: "line" }] } },
} as const;
type Entry = (event: never, context: LambdaContext) => Promise<unknown>;
const cases: readonly (readonly [kind: keyof typeof told, variant: string, make: (handle: Handle) => Entry, failed: unknown])[] = [
  ["topic", "sns-sqs", (handle) => runtime.topic(topics(handle)), { batchItemFailures: [{ itemIdentifier: "m-1-in-sqs" }] }],
  ["topic", "direct", (handle) => runtime.topicDirect(topics(handle)), "handler-failed"],
  ["storage", "s3-sqs", (handle) => runtime.storage(buckets(handle)), { batchItemFailures: [{ itemIdentifier: "m-1" }] }],
  ["storage", "direct", (handle) => runtime.storageDirect(buckets(handle)), "handler-failed"],
  ["schedule", "scheduler-sqs", (handle) => runtime.schedule(ticks(handle)), { batchItemFailures: [{ itemIdentifier: "m-1" }] }],
  ["schedule", "direct", (handle) => runtime.scheduleDirect(ticks(handle)), "handler-failed"],
  ["changes", "dynamodb-streams", (handle) => runtime.changes(tables(handle)), { batchItemFailures: [{ itemIdentifier: "23932209" }] }],
  ["stream", "kinesis", (handle) => runtime.stream(streams(handle)), { batchItemFailures: [{ itemIdentifier: "1" }] }],
  ["stream", "kafka", (handle) => runtime.streamKafka(streams(handle)), "handler-failed"],
  ["bus", "eventbridge-sqs", (handle) => runtime.bus(buses(handle)), { batchItemFailures: [{ itemIdentifier: "m-1-in-sqs" }] }],
  ["bus", "direct", (handle) => runtime.busDirect(buses(handle)), "handler-failed"],
  ["logs", "kinesis", (handle) => runtime.logs(lines(handle)), { batchItemFailures: [{ itemIdentifier: "23932209" }] }],
  ["logs", "direct", (handle) => runtime.logsDirect(lines(handle)), "handler-failed"],
];
const expected: Readonly<Record<keyof typeof told, readonly [source: string, type: string, subject: string | undefined]>> = {
  topic: ["/topics/news", "topic.message", "greetings"],
  storage: ["/buckets/uploads", "storage.object.created", "a b"],
  schedule: ["/schedules", "schedule.tick", "0 6 * * *"],
  changes: ["/tables/users", "changes.created", '{"id":"a"}'],
  stream: ["/streams/clicks", "stream.record", "key-1"],
  bus: ["/buses/events", "bus.event", undefined],
  logs: ["/logs/access", "logs.entries", "/app/access"],
};
const invocation = (kind: TriggerKind, variant: string): never => {
  const wire = wires.find((each) => each.kind === kind && each.variant === variant) as Wire;
  return JSON.parse(JSON.stringify(wire.side!.fabricate([{ id: "m-1", attempt: 1, enqueuedAt, body: "hello", group: "key-1", told: told[kind as keyof typeof told] } as never], "source"))) as never;
};

describe.each(cases)("%s by %s", (kind, variant, make, failed) => {
  test("its event reaches the handler, with the record and Lambda's context behind it", async () => {
    const seen: unknown[] = [];
    await make(async (event, ctx) => void seen.push(event.source, event.type, event.subject, native(ctx)?.context === context, typeof native(ctx)?.record))(invocation(kind, variant), context);
    expect(seen).toEqual([...expected[kind], true, "object"]);
  });
  test("one that comes again is named, or fails the invocation", async () => {
    const entry = make(async () => retry());
    if (typeof failed === "string") await expect(entry(invocation(kind, variant), context)).rejects.toMatchObject({ name: "IsobarError", code: failed });
    else expect(await entry(invocation(kind, variant), context)).toEqual(failed);
  });
  test.each([[null], [{}], [{ Records: [{ eventSource: "aws:codecommit" }] }]])("the envelope %j rejects, and nothing in it is run", async (given) => {
    const handle = vi.fn();
    await expect(make(handle)(given as never, context)).rejects.toMatchObject({ code: "invalid-native-event" });
    expect(handle).not.toHaveBeenCalled();
  });
});

test("a dead letter of a topic's queue is the notification, which can go back where it came from", async () => {
  const effects: unknown[] = [];
  const given = invocation("topic", "sns-sqs") as { Records: [{ body: string }] };
  const failedQueue = { resource: "queue", name: "failed", order: "none", format: "json", data: undefined } as const;
  await runtime.topic(topic(defineTopic("news"), { delivery: { maxAttempts: 3, deadLetter: failedQueue } }, () => {}), { name: "hear", outbox: { perform: async (effect) => void effects.push(effect) } })(given as never, context);
  expect(effects).toMatchObject([{ do: "dead-letter", to: { name: "failed" }, body: given.Records[0].body }]);
});
