import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { ack, batched, bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, logs, queue, reject, retry, schedule, storage, stream, topic, type BusEvent, type Change, type DeliveryPolicy, type LogEntries, type StoredObject, type StreamRecord, type Tick, type Value } from "../index.ts";

const Order = z.object({ id: z.string(), total: z.number() });
const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, deadLetter: failed } satisfies DeliveryPolicy;
const patient = { ...delivery, retryAfter: { max: "1h" } } satisfies DeliveryPolicy;
const jobs = defineQueue("jobs", { data: Order });
const uploads = defineBucket("uploads");
const users = defineTable("users");
const clicks = defineStream("clicks", { data: Order });
const events = defineBus("events");
const access = defineLog("access");
const news = defineTopic("news", { data: Order });

test("an event's data is its kind's", () => {
  topic(news, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<{ id: string; total: number }>() as unknown as void);
  storage(uploads, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<StoredObject>() as unknown as void);
  schedule("0 6 * * *", { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<Tick>() as unknown as void);
  changes(users, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<Change>() as unknown as void);
  stream(clicks, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<StreamRecord<{ id: string; total: number }>>() as unknown as void);
  stream(defineStream("raw", { format: "bytes" }), { delivery }, (event) => void event.data.value.byteLength);
  bus(events, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<BusEvent<unknown>>() as unknown as void);
  bus(events, { delivery, detail: Order }, (event) => expectTypeOf(event.data.detail).toEqualTypeOf<{ id: string; total: number }>() as unknown as void);
  logs(access, { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<LogEntries>() as unknown as void);
  call({ delivery, payload: Order }, (event) => expectTypeOf(event.data).toEqualTypeOf<{ id: string; total: number }>() as unknown as void);
  call({ delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<unknown>() as unknown as void);
});
test("a value of a change is told by what it is", () => {
  expectTypeOf<bigint>().toExtend<Value>();
  expectTypeOf<ReadonlySet<string>>().toExtend<Value>();
  // @ts-expect-error a date is spelled as text
  const wrong: Value = new Date();
  return wrong;
});
test("a handler settles, one by one or in a batch", () => {
  storage(uploads, { delivery, batch: { maxSize: 10, maxWait: "1s" } }, batched((all) => all.map(({ data }) => (data.size === 0 ? reject("empty") : undefined))));
  stream(clicks, { delivery }, batched(() => retry()));
  topic(news, { delivery: patient }, () => retry({ after: "10m" }));
  // @ts-expect-error the policy does not declare `retryAfter`
  topic(news, { delivery }, () => retry({ after: "10m" }));
  // @ts-expect-error a number is no settlement
  schedule("* * * * *", { delivery }, () => 42);
  // @ts-expect-error a look-alike is no settlement
  changes(users, { delivery }, () => ({ settle: "ack" }));
});
test("a call returns its result, or settles", () => {
  call({ delivery }, () => ({ sum: 3 }));
  call({ delivery }, async () => (Math.random() > 2 ? ack() : { sum: 3 }));
});
test("every kind sends to what it lists, and to nothing else", () => {
  storage(uploads, { delivery, sends: [jobs] }, async (_event, ctx) => ctx.send(jobs, { id: "1", total: 2 }));
  // @ts-expect-error wrong data
  schedule("* * * * *", { delivery, sends: [jobs] }, async (_event, ctx) => ctx.send(jobs, { id: 1 }));
  // @ts-expect-error not listed
  bus(events, { delivery }, async (_event, ctx) => ctx.send(jobs, { id: "1", total: 2 }));
});
test("what cannot be meant does not compile", () => {
  // @ts-expect-error a delivery policy is not optional
  storage(uploads, {}, () => {});
  // @ts-expect-error no such change
  storage(uploads, { delivery, on: ["renamed"] }, () => {});
  // @ts-expect-error no such operation
  changes(users, { delivery, on: ["upserted"] }, () => {});
  // @ts-expect-error a queue is no topic
  topic(jobs, { delivery }, () => {});
  // @ts-expect-error a topic is no queue
  queue(news, { delivery }, () => {});
  // @ts-expect-error a table is no bucket
  storage(users, { delivery }, () => {});
  // @ts-expect-error a bucket is no table
  changes(uploads, { delivery }, () => {});
  // @ts-expect-error a queue is no stream
  stream(jobs, { delivery }, () => {});
  // @ts-expect-error a log is no bus
  bus(access, { delivery }, () => {});
  // @ts-expect-error a bus is no log
  logs(events, { delivery }, () => {});
  // @ts-expect-error a stream is always ordered by key
  defineStream("x", { order: "none" });
  // @ts-expect-error a typo in an option
  storage(uploads, { delivery, sufix: ".png" }, () => {});
  // @ts-expect-error one sender is a list of one
  bus(events, { delivery, sources: "shop" }, () => {});
  // @ts-expect-error a zone is a name
  schedule("* * * * *", { delivery, zone: 1 }, () => {});
  // @ts-expect-error no schema
  call({ delivery, payload: { id: "text" } }, () => 1);
  // @ts-expect-error a filter of another kind
  changes(users, { delivery, prefix: "a" }, () => {});
  // @ts-expect-error a batch has a size
  logs(access, { delivery, batch: {} }, () => {});
  // @ts-expect-error a call is made one by one
  call({ delivery }, batched(() => {}));
  // @ts-expect-error a bucket has no data of its own
  defineBucket("x", { data: Order });
  // @ts-expect-error a dead letter is a queue, no topic
  topic(news, { delivery: { maxAttempts: 1, deadLetter: news } }, () => {});
  // @ts-expect-error a number is no expression
  schedule(5, { delivery }, () => {});
});
test("an app keeps every kind", () => {
  const app = defineApp("shop", { resize: storage(uploads, { delivery }, () => {}), add: call({ delivery }, () => 1) });
  expectTypeOf(app.functions.resize.kind).toEqualTypeOf<"storage">();
  expectTypeOf(app.functions.add.kind).toEqualTypeOf<"call">();
});
