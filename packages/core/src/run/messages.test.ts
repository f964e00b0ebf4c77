import { describe, expect, test } from "vitest";
import { virtualClock } from "@isobar/simulator";
import type { Delivery, Effect, Item, MessageCodec, Outcome } from "../boundary.ts";
import { defineQueue, defineStream, type Queue } from "../channel.ts";
import { ack, reject, retry, type DeliveryPolicy } from "../delivery.ts";
import { IsobarError } from "../errors.ts";
import { memoryOutbox } from "../testing/outbox.ts";
import { keptLog, parts, testPlatform } from "../testing/platform.ts";
import { batched } from "../triggers/consumer.ts";
import { queue, queueReading, type QueueFunction } from "../triggers/queue.ts";
import { stream, streamReading, type StreamTold } from "../triggers/stream.ts";
import { effectsMs, graceMs } from "./deadline.ts";
import { holdingKeeping, insideKeeping, postponingKeeping, requeuingKeeping } from "./keeping.ts";
import { messages } from "./messages.ts";
import type { Wiring } from "./platform.ts";

const codec: MessageCodec<readonly Item[], readonly Outcome[]> = {
  decode(native) {
    if (native === "foreign") throw new IsobarError("invalid-native-event", "no batch");
    return { native: native as readonly Item[], items: native as readonly Item[] };
  },
  encode: (outcomes) => ({ respond: outcomes }),
};
const orders = defineQueue("orders");
const ordered = defineQueue("ordered", { order: "by-key" });
const failed = defineQueue("orders-failed");
const delivery = { maxAttempts: 3, deadLetter: failed } satisfies DeliveryPolicy;
const delivered = (id: string, over: Partial<Delivery> = {}): Delivery => ({ id, attempt: 1, group: undefined, enqueuedAt: 0, body: JSON.stringify({ id }), attribute: undefined, record: undefined, ...over });
const item = (id: string, over?: Partial<Delivery>): Item => ({ id, deliveries: [delivered(id, over)] });

async function run(fn: QueueFunction, items: readonly Item[], { outbox = memoryOutbox(), ...wiring }: Wiring & { outbox?: ReturnType<typeof memoryOutbox> } = {}) {
  const { lines, log } = keptLog();
  const reply = await messages(fn, queueReading, codec, { ...parts, name: "charge", outbox, ...wiring })(items, testPlatform(log));
  if ("fault" in reply) throw reply.fault;
  return { then: Object.fromEntries(reply.respond.map(({ id, then }) => [id, then])), letters: outbox.deadLetters(failed), outbox, lines };
}
const consume = (handle: (event: { readonly id: string; readonly data: unknown }) => unknown, from: Queue = orders, policy: DeliveryPolicy = delivery) => queue(from, { delivery: policy }, handle as () => void);

describe("settling", () => {
  test.each<[string, () => unknown, "done" | "again", string[]]>([
    ["returns nothing", () => {}, "done", []],
    ["returns ack()", () => ack(), "done", []],
    ["returns retry()", () => retry(), "again", []],
    ["throws retry()", () => { throw retry(); }, "again", []],
    ["throws reject()", () => { throw reject("no"); }, "done", ["no"]],
    ["returns reject()", () => reject("no"), "done", ["no"]],
    ["throws an error", () => { throw new Error("x"); }, "again", []],
    ["throws a string", () => { throw "x"; }, "again", []],
    ["throws nothing", () => { throw undefined; }, "again", []],
    ["throws ack(), which is a throw like any other", () => { throw ack(); }, "again", []],
    ["returns a look-alike, which is none", () => ({ settle: "retry" }), "done", []],
    ["returns a number", () => 42, "done", []],
  ])("a handler that %s", async (_, handle, then, reasons) => {
    for (const how of [handle, async () => handle()]) {
      const { then: outcome, letters } = await run(consume(how), [item("m-1")]);
      expect([outcome, letters.map(({ reason }) => reason)]).toEqual([{ "m-1": then }, reasons]);
    }
  });
  test("a return that is no settlement is an ack with a warning", async () => {
    const { lines } = await run(consume(() => 42), [item("m-1")]);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([["warn", "the handler returned number, which is no settlement; taken as ack"]]);
  });
  test("a dead letter is the body as it was, with the attribute that tells its story", async () => {
    const { outbox } = await run(consume(() => reject("no")), [item("m-1", { body: '{ "id":  1 }', attempt: 2, enqueuedAt: 1_000 })], { clock: virtualClock(5_000) });
    expect(outbox.effects).toEqual([{ do: "dead-letter", to: { resource: "queue", name: "orders-failed" }, body: '{ "id":  1 }', attribute: '{"v":1,"id":"m-1","function":"charge","reason":"no","attempts":2,"first":1000,"last":5000}' }]);
  });
  test("one that cannot be written brings the message again", async () => {
    const outbox = memoryOutbox();
    outbox.fail(new Error("down"));
    const { then, lines } = await run(consume(() => reject("no")), [item("m-1")], { outbox });
    expect([then, lines.map(({ code }) => code)]).toEqual([{ "m-1": "again" }, ["dead-letter-failed"]]);
  });
  test("without an outbox nothing is acknowledged that needs one", async () => {
    const reply = await messages(consume(() => reject("no")), queueReading, codec, { name: "charge" })([item("m-1")], testPlatform(() => {}));
    expect(reply).toEqual({ respond: [{ id: "m-1", then: "again" }] });
  });
  test("discard writes none, and says so", async () => {
    const { then, lines, outbox } = await run(consume(() => reject("no"), orders, { maxAttempts: 3, deadLetter: "discard" }), [item("m-1")]);
    expect([then, outbox.effects, lines.map(({ message, reason }) => [message, reason])]).toEqual([{ "m-1": "done" }, [], [["discarded", "no"]]]);
  });
  test("retry({ after }) that the policy does not declare is a plain retry with a warning", async () => {
    const { then, lines } = await run(consume(() => retry({ after: "1h" })), [item("m-1")]);
    expect([then, lines[0]?.message]).toEqual([{ "m-1": "again" }, "retry({ after }) without `retryAfter` in the policy; the policy's own wait applies"]);
  });
});

describe("attempts and age", () => {
  test.each([[1, "again", 0, true], [2, "again", 0, true], [3, "done", 1, true], [4, "done", 1, false]] as const)("failed attempt %i of 3 is %s, with %i dead letters", async (attempt, then, letters, ran) => {
    let started = false;
    const result = await run(consume(() => { started = true; throw new Error("x"); }), [item("m-1", { attempt })]);
    expect([result.then, result.letters.length, started]).toEqual([{ "m-1": then }, letters, ran]);
  });
  test("where the platform does not tell the attempt, no attempt is the last", async () => {
    expect((await run(consume(() => retry()), [item("m-1", { attempt: undefined })])).then).toEqual({ "m-1": "again" });
  });
  test("one that is too old is dead-lettered without being run", async () => {
    let started = false;
    const { letters } = await run(consume(() => void (started = true), orders, { ...delivery, maxAge: "1m" }), [item("m-1")], { clock: virtualClock(60_001) });
    expect([letters.map(({ reason }) => reason), started]).toEqual([["expired"], false]);
  });
});

describe("what cannot be read", () => {
  test.each(["{", "", "\u0000"])("the body %j is rejected at once with its raw bytes kept", async (body) => {
    const { then, letters } = await run(consume(() => {}), [item("m-1", { body })]);
    expect([then, letters.map((letter) => [letter.body, letter.reason])]).toEqual([{ "m-1": "done" }, [[body, "invalid-input: the body is not JSON"]]]);
  });
  test("bytes that are no UTF-8 are not read with replacement characters", async () => {
    const body = new Uint8Array([0x22, 0xff, 0x22]);
    expect((await run(consume(() => {}), [item("m-1", { body })])).letters.map((letter) => [letter.body, letter.reason])).toEqual([[body, "invalid-input: the body is not UTF-8"]]);
  });
  test("an unreadable item comes again and touches no neighbour", async () => {
    const { then } = await run(consume(() => {}), [item("m-1"), { id: "m-2", unreadable: new Error("x") }, item("m-3")]);
    expect(then).toEqual({ "m-1": "done", "m-2": "again", "m-3": "done" });
  });
  test("an unknown envelope is the invocation's fault", async () => {
    await expect(messages(consume(() => {}), queueReading, codec)("foreign", testPlatform())).rejects.toMatchObject({ code: "invalid-native-event" });
  });
});

describe("batches", () => {
  test("an item without deliveries is done, and one with several is done when all are", async () => {
    const several = (id: string, ...ids: string[]): Item => ({ id, deliveries: ids.map((each) => delivered(each)) });
    const fn = consume(({ id }) => (id.startsWith("bad") ? retry() : id.startsWith("never") ? reject("no") : ack()));
    const { then, letters } = await run(fn, [several("none"), several("good", "a", "b"), several("mixed", "c", "bad", "never")]);
    expect([then, letters.map(({ id }) => id)]).toEqual([{ none: "done", good: "done", mixed: "again" }, ["never"]]);
  });
  test("deliveries without an order start together, whatever group the broker put on them", async () => {
    const started: string[] = [];
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const all = run(consume(async ({ id }) => { started.push(id); if (started.length === 3) release(); await gate; }), ["m-1", "m-2", "m-3"].map((id) => item(id, { group: "one" })));
    await all;
    expect(started).toEqual(["m-1", "m-2", "m-3"]);
  });
  test("in an ordered group a retry returns its followers unstarted; a reject and other groups go on", async () => {
    const started: string[] = [];
    const fn = consume(({ id }) => { started.push(id); return id === "a-1" ? retry() : id === "b-1" ? reject("no") : ack(); }, ordered);
    const { then } = await run(fn, [item("a-1", { group: "a" }), item("b-1", { group: "b" }), item("a-2", { group: "a" }), item("b-2", { group: "b" }), item("c-1")]);
    expect([then, started.toSorted()]).toEqual([{ "a-1": "again", "b-1": "done", "a-2": "again", "b-2": "done", "c-1": "done" }, ["a-1", "b-1", "b-2", "c-1"]]);
  });
  test("an invocation carries nothing over to the next, but that it is no longer the first", async () => {
    const cold: boolean[] = [];
    const serve = messages(queue(orders, { delivery }, (event, ctx) => { cold.push(ctx.coldStart); return (event.data as { id: string }).id === "m-1" ? retry() : ack(); }), queueReading, codec, { name: "charge" });
    await serve([item("m-1")], testPlatform(() => {}));
    expect([await serve([item("m-2")], testPlatform(() => {})), cold]).toEqual([{ respond: [{ id: "m-2", then: "done" }] }, [true, false]]);
  });
  test("a batched handler settles by place; what cannot be read never reaches it", async () => {
    const seen: string[][] = [];
    const fn = queue(orders, { delivery }, batched((events) => { seen.push(events.map(({ id }) => id)); return [undefined, retry(), reject("no")]; }));
    const { then } = await run(fn, [item("m-1"), item("m-2"), item("poison", { body: "{" }), item("m-3")]);
    expect([seen, then]).toEqual([[["m-1", "m-2", "m-3"]], { "m-1": "done", "m-2": "again", poison: "done", "m-3": "done" }]);
  });
  test.each([["a list of another length", () => [ack()], "again"], ["one settlement for all", () => reject("no"), "done"], ["a throw", () => { throw new Error("x"); }, "again"]] as const)("from a batched handler, %s holds for all", async (_, handle, then) => {
    expect((await run(queue(orders, { delivery }, batched(handle as () => never[])), [item("m-1"), item("m-2")])).then).toEqual({ "m-1": then, "m-2": then });
  });
});

describe("deadlines", () => {
  test("what is unsettled after the grace comes again; a late success is logged and settles nothing", async () => {
    const clock = virtualClock(0);
    let finish!: () => void;
    const fn = queue(orders, { delivery, timeout: "1s" }, () => new Promise<void>((resolve) => (finish = resolve)));
    const result = run(fn, [item("m-1")], { clock });
    await clock.advance(1_000 + graceMs);
    const { then, lines } = await result;
    finish();
    await clock.advance(0);
    expect([then, lines.map(({ message, code }) => [message, code])]).toEqual([{ "m-1": "again" }, [["the delivery failed", "deadline-exceeded"], ["the handler settled after its deadline; nothing was settled on its account", undefined]]]);
  });
  test("the last attempt that times out still becomes a dead letter", async () => {
    const clock = virtualClock(0);
    const result = run(queue(orders, { delivery, timeout: "1s" }, () => new Promise<void>(() => {})), [item("m-1", { attempt: 3 })], { clock });
    await clock.advance(1_000 + graceMs);
    expect((await result).letters.map(({ reason }) => reason)).toEqual(["deadline-exceeded"]);
  });
});

describe("events", () => {
  test("are CloudEvents with the app's own names; the trace is the sender's", async () => {
    const seen: unknown[] = [];
    const fn = queue(orders, { delivery }, (event, ctx) => void seen.push({ ...event }, ctx.trace, ctx.attempt));
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await run(fn, [item("m-1", { attempt: 2, enqueuedAt: Date.UTC(2030, 0, 1), attribute: JSON.stringify({ v: 1, traceparent }) })]);
    expect(seen).toEqual([{ specversion: "1.0", id: "m-1", source: "/queues/orders", type: "queue.message", time: "2030-01-01T00:00:00.000Z", data: { id: "m-1" } }, { traceparent, tracestate: undefined }, 2]);
    await run(fn, [item("m-2", { enqueuedAt: undefined })]);
    expect("time" in (seen[3] as object)).toBe(false);
  });
});

describe("positions", () => {
  const clicks = defineStream("clicks", { format: "text" });
  const at = (id: string, key: string): Item => ({ id, deliveries: [{ ...delivered(id, { body: id, group: key }), told: () => ({ partitionKey: key, sequence: id }) }] });
  async function read(handle: (value: string) => unknown, items: readonly Item[]) {
    const started: string[] = [];
    const fn = stream(clicks, { delivery }, (async (event: { readonly data: { readonly value: string } }) => {
      started.push(event.data.value);
      await undefined;
      return handle(event.data.value);
    }) as () => Promise<void>);
    const reply = await messages(fn, streamReading, codec as MessageCodec<readonly Item[], readonly Outcome[], StreamTold>, { ...parts, name: "count", outbox: memoryOutbox() })(items, testPlatform(() => {}));
    if ("fault" in reply) throw reply.fault;
    return { then: reply.respond.map(({ then }) => then), started };
  }
  test("keys go on side by side, each in its order", async () => {
    expect(await read(() => ack(), [at("a1", "a"), at("b1", "b"), at("a2", "a"), at("b2", "b")])).toEqual({ then: ["done", "done", "done", "done"], started: ["a1", "b1", "a2", "b2"] });
  });
  test("nothing behind the first position that comes again is started; what was started already comes again too", async () => {
    const { then, started } = await read((value) => (value === "a1" ? retry() : ack()), [at("a0", "a"), at("a1", "a"), at("b1", "b"), at("a2", "a"), at("b2", "b"), at("c1", "c")]);
    expect({ then, started: started.toSorted() }).toEqual({ then: ["done", "again", "again", "again", "again", "again"], started: ["a0", "a1", "b1", "b2", "c1"] });
  });
  test("a record that cannot be read stops everything behind it, and nothing before it", async () => {
    expect(await read(() => ack(), [at("a1", "a"), { id: "a2", unreadable: new Error("x") }, at("a3", "a"), at("b1", "b")])).toEqual({ then: ["done", "again", "again", "again"], started: ["a1"] });
  });
  test("a reject lets its key go on", async () => {
    expect((await read((value) => (value === "a1" ? reject("no") : ack()), [at("a1", "a"), at("a2", "a")])).then).toEqual(["done", "done"]);
  });
  test("a batched handler is not handed what stands behind a record that cannot be read", async () => {
    const seen: string[] = [];
    const fn = stream(clicks, { delivery }, batched((events: readonly { readonly data: { readonly value: string } }[]) => void seen.push(...events.map(({ data }) => data.value))) as never);
    const reply = await messages(fn, streamReading, codec as MessageCodec<readonly Item[], readonly Outcome[], StreamTold>, { ...parts, name: "count" })([at("a1", "a"), { id: "a2", unreadable: new Error("x") }, at("a3", "a")], testPlatform(() => {}));
    expect([seen, reply]).toEqual([["a1"], { respond: [{ id: "a1", then: "done" }, { id: "a2", then: "again" }, { id: "a3", then: "again" }] }]);
  });
});

describe("what takes its time", () => {
  const later = <T>(check: (value: unknown) => T | Promise<T>) => ({ "~standard": { version: 1, vendor: "test", validate: async (value: unknown) => ({ value: await check(value) }) } }) as const;
  test("a validator that answers with a promise is waited for, and its output is the data", async () => {
    const seen: unknown[] = [];
    const fn = queue(defineQueue("slow", { data: later(() => "valid") }), { delivery }, (event) => void seen.push(event.data));
    expect([(await run(fn, [item("m-1")])).then, seen]).toEqual([{ "m-1": "done" }, ["valid"]]);
  });
  test("one whose promise fails is a failure of its own, and the message comes again", async () => {
    const fn = queue(defineQueue("slow", { data: later(() => Promise.reject(new Error("database down"))) }), { delivery }, () => {});
    const { then, lines } = await run(fn, [item("m-1")]);
    expect([then, lines.map(({ code }) => code)]).toEqual([{ "m-1": "again" }, ["handler-failed"]]);
  });
  test("one whose promise finds what does not fit rejects the message", async () => {
    const misfit = { "~standard": { version: 1, vendor: "test", validate: async () => ({ issues: [{ message: "no order", path: ["id", { key: 0 }] }, { message: "and no total" }] }) } } as const;
    const { letters } = await run(queue(defineQueue("slow", { data: misfit }), { delivery }, () => {}), [item("m-1")]);
    expect(letters.map(({ reason }) => reason)).toEqual(["invalid-input: data does not fit: id.0: no order; and no total"]);
  });
  test("a message whose turn comes after the deadline is returned unstarted", async () => {
    const clock = virtualClock(0);
    const started: string[] = [];
    const fn = queue(ordered, { delivery, timeout: "1s" }, async ({ id }) => {
      started.push(id);
      await new Promise<void>((resolve) => clock.after(1_100, resolve));
    });
    const result = run(fn, [item("a-1", { group: "a" }), item("a-2", { group: "a" })], { clock });
    await clock.advance(2_000);
    expect([(await result).then, started]).toEqual([{ "a-1": "done", "a-2": "again" }, ["a-1"]]);
  });
  test("an effect that takes too long counts as failed", async () => {
    const clock = virtualClock(0);
    const outbox = { ...memoryOutbox(), perform: () => new Promise<void>(() => {}) };
    const result = run(consume(() => reject("no")), [item("m-1")], { clock, outbox });
    await clock.advance(20_000 + effectsMs + graceMs - 1);
    let settled = false;
    void result.then(() => (settled = true));
    await clock.advance(0);
    expect(settled).toBe(false);
    await clock.advance(1);
    const { then, lines } = await result;
    expect([then, lines.map(({ code }) => code)]).toEqual([{ "m-1": "again" }, ["dead-letter-failed"]]);
  });
});

test("in an ordered channel what has no group follows nothing", async () => {
  const { then } = await run(consume(({ id }) => (id === "m-1" ? retry() : ack()), ordered), [item("m-1"), item("m-2")]);
  expect(then).toEqual({ "m-1": "again", "m-2": "done" });
});
test("once settled, no timer is left behind", async () => {
  let pending = 0;
  const clock = { now: () => 0, after: () => { pending++; return () => void pending--; } };
  await run(consume(() => reject("no")), [item("m-1")], { clock });
  expect(pending).toBe(0);
});

describe("a settlement's fine print", () => {
  test("retry({ after }) that the policy declares is kept, and one for longer than declared is a plain retry with a warning", async () => {
    const patient = { ...delivery, retryAfter: { max: "1h" }, maxAge: "30m" } satisfies DeliveryPolicy;
    // An hour brings it past its age, a minute does not: the wait was heard.
    expect((await run(consume(() => retry({ after: "1h" }), orders, patient), [item("m-1")], { clock: virtualClock(0) })).letters.map(({ reason }) => reason)).toEqual(["expired"]);
    expect((await run(consume(() => retry({ after: "1m" }), orders, patient), [item("m-1")], { clock: virtualClock(0) })).then).toEqual({ "m-1": "again" });
    const { then, lines } = await run(consume(() => retry({ after: "2h", reason: "busy" }), orders, patient), [item("m-1", { attempt: 2 })], { clock: virtualClock(0) });
    expect([then, lines.map(({ message }) => message)]).toEqual([{ "m-1": "again" }, ["retry({ after }) for longer than its policy's 1h; the policy's own wait applies"]]);
    expect((await run(consume(() => retry({ after: "2h", reason: "busy" }), orders, patient), [item("m-1", { attempt: 3 })], { clock: virtualClock(0) })).letters.map(({ reason }) => reason)).toEqual(["busy"]);
  });
  test("null is no settlement, and taken as ack with a warning", async () => {
    const { then, lines } = await run(consume(() => null), [item("m-1")]);
    expect([then, lines.map(({ message }) => message)]).toEqual([{ "m-1": "done" }, ["the handler returned null, which is no settlement; taken as ack"]]);
  });
  test("a batched handler that throws brings all of it again; one with too few settlements too", async () => {
    for (const handle of [() => { throw new Error("bulk write failed"); }, () => [ack()]]) {
      const fn = queue(orders, { delivery }, batched(handle as () => void));
      const { then, lines } = await run(fn, [item("m-1"), item("m-2")]);
      expect([then, lines.map(({ level, code }) => [level, code])]).toEqual([{ "m-1": "again", "m-2": "again" }, [["error", "handler-failed"], ["error", "handler-failed"]]]);
    }
  });
  test("a batched handler with nothing to read is not asked", async () => {
    let asked = false;
    const { then } = await run(queue(orders, { delivery }, batched(() => void (asked = true))), [item("m-1", { body: "{" })]);
    expect([then, asked]).toEqual([{ "m-1": "done" }, false]);
  });
  test("what is dead-lettered or discarded is logged with the message's id and attempt", async () => {
    const { lines } = await run(consume(() => reject("no")), [item("m-1", { attempt: 2 })]);
    expect(lines.map(({ level, message, reason, attempt, "messaging.message.id": id }) => ({ level, message, reason, attempt, id }))).toEqual([{ level: "warn", message: "dead-lettered", reason: "no", attempt: 2, id: "m-1" }]);
  });
  test("an entry without a part that its function needs is not made", () => {
    expect(() => messages(queue(orders, { delivery, sends: [orders] }, () => {}), queueReading, codec, { name: "charge" })).toThrow(expect.objectContaining({ code: "invalid-definition", message: "charge needs `send`, which its entry does not bring" }));
  });
});

describe("attempts inside the invocation", () => {
  const clicks = defineStream("clicks");
  const told = (sequence: string) => () => ({ partitionKey: "k", sequence }) satisfies StreamTold;
  const records = (...ids: readonly string[]) => ids.map((id) => item(id, { group: "k", attempt: undefined, told: told(id) }));
  const policy = { maxAttempts: 3, backoff: { min: "10s", max: "1m" }, deadLetter: failed } as const satisfies DeliveryPolicy;
  /** Each record's outcomes by its id; what it saw is written down with the time of the clock. */
  async function read(items: readonly Item[], outcomes: Readonly<Record<string, readonly unknown[]>>, over: { readonly remainingMs?: () => number; readonly outbox?: ReturnType<typeof memoryOutbox>; readonly batch?: boolean } = {}) {
    const clock = virtualClock(0);
    const seen: string[] = [];
    const outbox = over.outbox ?? memoryOutbox();
    const one = (event: { readonly id: string }, attempt: number | undefined) => {
      const count = seen.filter((line) => line.startsWith(`${event.id} `)).length;
      seen.push(`${event.id} #${attempt} @${clock.now() / 1000}`);
      const outcome = outcomes[event.id]?.[count];
      if (outcome === "never") return new Promise<void>(() => {});
      if (outcome instanceof Error) throw outcome;
      return outcome as void;
    };
    const fn = stream(clicks, { delivery: policy, timeout: "1s" }, over.batch === true ? batched((events, ctx) => events.map((event) => one(event, ctx.attempt)) as void[]) : (event, ctx) => one(event, ctx.attempt));
    const replying = messages(fn, streamReading, codec, { ...parts, name: "follow", keeping: insideKeeping, outbox, clock, log: () => {} })(items, { ...testPlatform(), ...(over.remainingMs === undefined ? {} : { remainingMs: over.remainingMs }) });
    let reply: Awaited<typeof replying> | undefined;
    void replying.then((settled) => (reply = settled));
    await clock.run();
    if (reply === undefined || "fault" in reply) throw new Error("no answer");
    return { seen, then: reply.respond.map(({ then }) => then), letters: outbox.deadLetters(failed).map(({ id, reason, attempts }) => `${id}: ${reason} (${attempts})`) };
  }
  test("a record that fails is tried again after its wait, and its followers wait for it", async () => {
    expect(await read(records("1", "2"), { 1: [retry(), new Error("x"), ack()] })).toEqual({ seen: ["1 #1 @0", "1 #2 @10", "1 #3 @30", "2 #1 @30"], then: ["done", "done"], letters: [] });
  });
  test("one that is used up becomes a dead letter alone, and what follows goes on", async () => {
    expect(await read(records("1", "2"), { 1: [retry(), retry(), retry()] })).toEqual({ seen: ["1 #1 @0", "1 #2 @10", "1 #3 @30", "2 #1 @30"], then: ["done", "done"], letters: ["1: attempts used up (3)"] });
  });
  test("while its dead letter cannot be written, it blocks its partition and nothing after it is started", async () => {
    const outbox = memoryOutbox();
    outbox.fail(new Error("down"));
    expect(await read(records("1", "2"), { 1: [reject("no"), reject("no"), reject("no")] }, { outbox })).toEqual({ seen: ["1 #1 @0", "1 #2 @10", "1 #3 @30"], then: ["again", "again"], letters: [] });
  });
  test("each attempt has the timeout to itself", async () => {
    expect(await read(records("1"), { 1: ["never", ack()] })).toEqual({ seen: ["1 #1 @0", "1 #2 @11.25"], then: ["done"], letters: [] });
  });
  test("where the invocation would be over before the wait is, the platform's own redelivery is what is left", async () => {
    expect(await read(records("1"), { 1: [retry()] }, { remainingMs: () => 6_000 })).toEqual({ seen: ["1 #1 @0"], then: ["again"], letters: [] });
  });
  test("a record is not started without time for all its attempts", async () => {
    // Three attempts and their waits take 33.75 s; 40 s are left when the first is done.
    expect(await read(records("1", "2"), { 1: [retry(), ack()] }, { remainingMs: () => 41_000 })).toEqual({ seen: ["1 #1 @0", "1 #2 @10"], then: ["done", "again"], letters: [] });
  });
  test("the platform's own count of deliveries is none of attempts", async () => {
    expect(await read([item("1", { group: "k", attempt: 7, told: told("1") })], { 1: [retry(), ack()] })).toMatchObject({ seen: ["1 #1 @0", "1 #2 @10"], then: ["done"] });
  });
  test("a batched handler has the failed ones alone in the attempts that follow", async () => {
    expect(await read(records("1", "2"), { 1: [retry(), ack()] }, { batch: true })).toMatchObject({ seen: ["1 #undefined @0", "2 #undefined @0", "1 #undefined @10"], then: ["done", "done"] });
  });
});

describe("a held answer", () => {
  test("says that the delivery comes again, and not before the wait is over", async () => {
    const clock = virtualClock(0);
    let answered: number | undefined;
    void run(consume(() => retry(), ordered, { ...delivery, backoff: "2m" }), [item("m-1", { group: "a" })], { keeping: holdingKeeping, clock }).then(({ then }) => (answered = then["m-1"] === "again" ? clock.now() : -1));
    await clock.run();
    expect(answered).toBe(120_000);
  });
});

describe("a reject whose dead letter cannot be written", () => {
  const refusing = (refused: Effect["do"]) => {
    const outbox = memoryOutbox();
    return { ...outbox, perform: (effect: Effect, signal: AbortSignal) => (effect.do === refused ? Promise.reject(new Error("down")) : outbox.perform(effect, signal)) };
  };
  const policy = { ...delivery, backoff: "10s" } as const;
  test("is a retry under the policy: it waits", async () => {
    const { then, outbox } = await run(consume(() => reject("no"), orders, policy), [item("m-1", { record: "r" })], { keeping: postponingKeeping, outbox: refusing("dead-letter") });
    expect([then, outbox.effects]).toEqual([{ "m-1": "again" }, [{ do: "postpone", record: "r", afterMs: 10_000 }]]);
  });
  test("on the last attempt comes again as the broker brings it", async () => {
    const { then, outbox } = await run(consume(() => reject("no"), orders, policy), [item("m-1", { attempt: 3 })], { keeping: postponingKeeping, outbox: refusing("dead-letter") });
    expect([then, outbox.effects]).toEqual([{ "m-1": "again" }, []]);
  });
  test("a copy that could not be put back leaves the original to come again", async () => {
    const { then } = await run(consume(() => retry(), orders, policy), [item("m-1")], { keeping: requeuingKeeping, outbox: refusing("requeue") });
    expect(then).toEqual({ "m-1": "again" });
  });
});
