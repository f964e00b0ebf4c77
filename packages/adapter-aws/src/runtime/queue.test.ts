import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ack, defineQueue, queue as define, reject, retry, type DeliveryPolicy } from "@isobar/core";
import type { Effect } from "@isobar/core/adapter";
import { native, type LambdaContext, type SqsEvent } from "../native.ts";
import { queue } from "./queue.ts";

const orders = defineQueue("orders", { format: "text" });
const failed = defineQueue("orders-failed");
const delivery = { maxAttempts: 3, deadLetter: failed } satisfies DeliveryPolicy;
const context: LambdaContext = { awsRequestId: "request-1", functionName: "shop-charge", getRemainingTimeInMillis: () => 30_000 };
const record = (messageId: string | undefined, body: string | undefined, count = "1", change: object = {}) => ({ messageId, body, attributes: { ApproximateReceiveCount: count, SentTimestamp: "1545082649183" }, eventSource: "aws:sqs", ...change });
const batch = (...records: readonly unknown[]) => ({ Records: records }) as SqsEvent;
const failures = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

beforeEach(() => (["error", "warn"] as const).forEach((level) => vi.spyOn(console, level).mockImplementation(() => {})));
afterEach(() => void vi.restoreAllMocks());

describe("a batch is settled message by message", () => {
  test("acks are left out of the answer, retries and throws are in it", async () => {
    const fn = define(orders, { delivery, batch: { maxSize: 10 } }, ({ data }) => {
      if (data === "throw") throw new Error("no");
      return data === "retry" ? retry() : ack();
    });
    expect(await queue(fn)(batch(record("1", "ack"), record("2", "retry"), record("3", "throw"), record("4", "ack")), context)).toEqual(failures("2", "3"));
  });
  test("a message that cannot be read comes again alone, and is never run", async () => {
    const seen: string[] = [];
    const entry = queue(define(orders, { delivery }, ({ data }) => void seen.push(data)));
    expect(await entry(batch(record("1", "a"), record("2", undefined), record("3", "c")), context)).toEqual(failures("2"));
    expect(seen).toEqual(["a", "c"]);
  });
  test("a failed message that names nothing brings the whole batch again", async () => {
    const entry = queue(define(orders, { delivery }, () => ack()));
    await expect(entry(batch(record("1", "a"), record(undefined, "b")), context)).rejects.toMatchObject({ code: "invalid-native-event" });
  });
  test.each([null, {}, { Records: [] }, { Records: [{ eventSource: "aws:s3" }] }])("the envelope %j rejects, and nothing in it is run", async (given) => {
    const handle = vi.fn();
    await expect(queue(define(orders, { delivery }, handle))(given as never, context)).rejects.toMatchObject({ code: "invalid-native-event" });
    expect(handle).not.toHaveBeenCalled();
  });
  test("in an ordered group the first failure sends back its followers unstarted; other groups go on", async () => {
    const seen: string[] = [];
    const ordered = define(defineQueue("orders", { format: "text", order: "by-key" }), { delivery, batch: { maxSize: 10 } }, ({ data }) => {
      seen.push(data);
      return data === "a1" ? retry() : ack();
    });
    const inGroup = (id: string, group: string) => record(id, id, "1", { attributes: { ApproximateReceiveCount: "1", MessageGroupId: group } });
    expect(await queue(ordered)(batch(inGroup("a1", "a"), inGroup("b1", "b"), inGroup("a2", "a"), inGroup("b2", "b")), context)).toEqual(failures("a1", "a2"));
    expect(seen.toSorted()).toEqual(["a1", "b1", "b2"]);
  });
});

describe("attempts are SQS's receives", () => {
  test.each([["1", 1], ["3", 3]])("ApproximateReceiveCount %s is ctx.attempt %i", async (count, attempt) => {
    const seen: unknown[] = [];
    await queue(define(orders, { delivery }, (_event, ctx) => void seen.push(ctx.attempt, ctx.invocationId)), { name: "charge" })(batch(record("1", "a", count)), context);
    expect(seen).toEqual([attempt, "request-1"]);
  });
  test("the last attempt's failure is dead-lettered before it is acknowledged, with the broker's count", async () => {
    const effects: Effect[] = [];
    const entry = queue(define(orders, { delivery }, () => retry({ reason: "down" })), { name: "charge", outbox: { perform: async (effect) => void effects.push(effect) } });
    expect([await entry(batch(record("1", "a", "2")), context), await entry(batch(record("1", "a", "3")), context)]).toEqual([failures("1"), failures()]);
    expect(effects).toMatchObject([{ do: "dead-letter", to: { resource: "queue", name: "orders-failed" }, body: "a" }]);
    expect(JSON.parse((effects[0] as { attribute: string }).attribute)).toMatchObject({ v: 1, id: "1", function: "charge", reason: "down", attempts: 3, first: 1545082649183 });
  });
  test("a dead letter that fails is no acknowledgement", async () => {
    const entry = queue(define(orders, { delivery }, () => reject("bad")), { outbox: { perform: () => Promise.reject(new Error("down")) } });
    expect(await entry(batch(record("1", "a")), context)).toEqual(failures("1"));
  });
});

test("native(ctx) is the very record and Lambda's context", async () => {
  const seen: unknown[] = [];
  const given = batch(record("1", "a"));
  await queue(define(orders, { delivery }, (_event, ctx) => void seen.push(native(ctx)?.record, native(ctx)?.context)))(given, context);
  expect([seen[0] === given.Records[0], seen[1] === context]).toEqual([true, true]);
});
