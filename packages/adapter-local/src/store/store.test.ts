import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openStore, type NewMessage, type Store } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "isobar-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const orders = { resource: "queue", name: "orders" } as const;
const news = { resource: "topic", name: "news" } as const;
const start = 1_893_456_000_000;
let files = 0;
/** A store in a file of its own, its clock, and how another process finds it. */
function stored() {
  const file = join(folder, `${++files}.sqlite`);
  const clock = { time: start, now: () => clock.time };
  const again = (): Store => {
    const store = openStore(file, clock);
    onTestFinished(() => store.close());
    return store;
  };
  return { file, clock, store: again(), again };
}
const send = (store: Store, ...messages: readonly (string | NewMessage)[]) => messages.map((message) => store.enqueue(orders, typeof message === "string" ? { body: message } : message));
/** What is received: bodies, without a limit. */
const bodies = (store: Store, queue = "orders", visibilityMs = 30_000) => store.receive(queue, { max: 100, visibilityMs }).map(({ body }) => ("text" in body ? body.text : body.base64));
const one = (store: Store, visibilityMs = 30_000) => store.receive("orders", { max: 1, visibilityMs })[0]!;

describe("a message", () => {
  test("is received as it was sent, with its attempt and a receipt", () => {
    const { store } = stored();
    expect(send(store, "ü", { body: new Uint8Array([0, 255]), attribute: '{"v":1}', key: "k", told: { subject: "s" } })).toEqual(["o5uatc00-1", "o5uatc00-2"]);
    expect(store.receive("orders", { max: 10, visibilityMs: 1 })).toEqual([
      { id: "o5uatc00-1", attempt: 1, body: { text: "ü" }, enqueuedAt: start, receipt: "1.1" },
      { id: "o5uatc00-2", attempt: 1, body: { base64: "AP8=" }, enqueuedAt: start, attribute: '{"v":1}', group: "k", told: { subject: "s" }, receipt: "2.1" },
    ]);
  });
  test.each<[string, string | Uint8Array, object]>([
    ["no text", "", { text: "" }], ["no bytes", new Uint8Array(), { base64: "" }], ["text with NUL in it", "a\u0000b", { text: "a\u0000b" }], ["bytes that are a part of others", new Uint8Array([9, 1, 2, 9]).subarray(1, 3), { base64: "AQI=" }],
  ])("of %s is kept whole", (_, body, read) => {
    const { store } = stored();
    send(store, { body, key: "a\u0000b", attribute: "a\u0000b" });
    expect(store.peek("orders", { max: 1 })[0]).toMatchObject({ body, key: "a\u0000b", attribute: "a\u0000b" });
    expect(one(store)).toMatchObject({ body: read, group: "a\u0000b", attribute: "a\u0000b" });
  });
  test("is nobody else's until its visibility is over; then it comes again, one attempt on", () => {
    const { store, again, clock } = stored();
    send(store, "a");
    expect(one(store, 1_000).attempt).toBe(1);
    clock.time += 999;
    expect(bodies(again())).toEqual([]);
    clock.time += 1;
    expect(one(again(), 1_000)).toMatchObject({ attempt: 2, enqueuedAt: start, receipt: "1.2" });
  });
  test("is in the file: a process that ended without a word loses none, received or not", () => {
    const { store, again, clock } = stored();
    send(store, "received", "waiting");
    one(store, 5_000);
    const other = again();
    expect(bodies(other)).toEqual(["waiting"]);
    clock.time += 5_000;
    expect(bodies(other)).toEqual(["received"]);
  });
  test("that is done is gone; its receipt is good once", () => {
    const { store, clock } = stored();
    send(store, "a");
    const { receipt } = one(store);
    expect([store.done(receipt!), store.done(receipt!), store.again(receipt!, 0)]).toEqual([true, false, false]);
    clock.time += 60_000;
    expect([bodies(store), store.list()]).toEqual([[], []]);
  });
  test("that is late to be done is done as long as nobody else received it, and not after", () => {
    const { store, clock } = stored();
    send(store, "a", "b");
    const [a, b] = [one(store, 1_000), one(store, 1_000)];
    clock.time += 1_000;
    expect(store.done(a.receipt!)).toBe(true);
    const later = one(store, 1_000);
    expect([later.id, store.done(b.receipt!), store.again(b.receipt!, 0), store.done(later.receipt!)]).toEqual([b.id, false, false, true]);
  });
  test("that is to come again does so after as long as was said, and not before", () => {
    const { store, clock } = stored();
    send(store, "a");
    expect(store.again(one(store).receipt!, 2_000.5)).toBe(true);
    clock.time += 2_000;
    expect(bodies(store)).toEqual([]);
    clock.time += 1;
    expect(one(store)).toMatchObject({ attempt: 2 });
  });
  test("that was postponed stays so, whatever is said of it afterwards", () => {
    const { store, clock } = stored();
    send(store, "a");
    const { receipt } = one(store);
    expect([store.again(receipt!, 5_000), store.again(receipt!, 0), store.done(receipt!)]).toEqual([true, false, false]);
    clock.time += 4_999;
    expect(bodies(store)).toEqual([]);
    clock.time += 1;
    expect(bodies(store)).toEqual(["a"]);
  });
  test("behind a delay is not there before", () => {
    const { store, clock } = stored();
    send(store, { body: "late", afterMs: 1_000.5 }, "at once");
    expect(bodies(store)).toEqual(["at once"]);
    clock.time += 1_000;
    expect(bodies(store)).toEqual([]);
    clock.time += 1;
    expect(store.receive("orders", { max: 1, visibilityMs: 1 })[0]).toMatchObject({ attempt: 1, enqueuedAt: start });
  });
});

describe("a queue", () => {
  test("hands over the oldest first, no more than was asked for, and its own only", () => {
    const { store } = stored();
    send(store, "a", "b", "c");
    store.enqueue({ resource: "queue", name: "others" }, { body: "x" });
    const { receipt } = one(store);
    store.again(receipt!, 0);
    expect(store.receive("orders", { max: 2, visibilityMs: 1_000 }).map(({ body }) => body)).toEqual([{ text: "a" }, { text: "b" }]);
    expect([bodies(store), bodies(store, "others"), bodies(store, "nobody")]).toEqual([["c"], ["x"], []]);
  });
  test("counts a message behind a delay as old as its delay's end", () => {
    const { store, clock } = stored();
    send(store, { body: "late", afterMs: 1_000 }, "a");
    clock.time += 1_001;
    send(store, "b");
    expect(bodies(store)).toEqual(["a", "late", "b"]);
  });
  test("is counted: what waits, what is delayed, what is in flight", () => {
    const { store, clock } = stored();
    expect(store.list()).toEqual([]);
    send(store, "a", "b", "c", { body: "d", afterMs: 5_000 });
    store.enqueue({ resource: "queue", name: "failed" }, { body: "x" });
    store.receive("orders", { max: 1, visibilityMs: 1_000 });
    store.again(one(store).receipt!, 9_000);
    expect(store.list()).toEqual([{ queue: "failed", waiting: 1, delayed: 0, inFlight: 0 }, { queue: "orders", waiting: 1, delayed: 2, inFlight: 1 }]);
    clock.time += 1_000;
    expect(store.list()[1]).toEqual({ queue: "orders", waiting: 2, delayed: 2, inFlight: 0 });
  });
  test("is looked at without receiving from it, piece by piece, also while messages leave it", () => {
    const { store, clock } = stored();
    const [a, , c] = send(store, { body: "a", attribute: '{"v":1}', key: "k", told: [] }, { body: new Uint8Array([255]), afterMs: 5_000 }, "c");
    one(store, 1_000);
    const [first, second] = store.peek("orders", { max: 2 });
    expect(first).toEqual({ id: a, body: "a", attribute: '{"v":1}', key: "k", told: [], enqueuedAt: start, attempts: 1, visibleAt: start + 1_000, inFlight: true, place: first!.place });
    expect(second).toEqual({ id: c, body: "c", enqueuedAt: start, attempts: 0, visibleAt: start, inFlight: false, place: second!.place });
    store.remove("orders", c!);
    const [third, ...more] = store.peek("orders", { max: 2, after: second!.place });
    expect([third, more]).toEqual([{ id: "o5uatc00-2", body: new Uint8Array([255]), enqueuedAt: start, attempts: 0, visibleAt: start + 5_000, inFlight: false, place: third!.place }, []]);
    expect(store.peek("orders", { max: 2, after: third!.place })).toEqual([]);
    expect(bodies(store)).toEqual([]);
    clock.time += 1_000;
    expect(store.peek("orders", { max: 1 })[0]).toMatchObject({ attempts: 1, inFlight: false });
  });
  test("gives up a message by its id, once, and also one in flight", () => {
    const { store } = stored();
    const [a, b] = send(store, "a", "b");
    const { receipt } = one(store);
    expect([store.remove("others", a!), store.remove("orders", a!), store.remove("orders", a!), store.done(receipt!), store.remove("orders", b!), store.list()]).toEqual([false, true, false, false, true, []]);
  });
});

describe("messages of one key", () => {
  const keyed = (store: Store, ...names: readonly string[]) => send(store, ...names.map((body) => ({ body, key: body[0]! })));

  test("are handed over one at a time, in their order; other keys, and messages without one, go on", () => {
    const { store } = stored();
    keyed(store, "a1", "a2", "b1", "a3");
    send(store, "x", "y");
    const [a1, b1, ...rest] = store.receive("orders", { max: 10, visibilityMs: 30_000 });
    expect([a1, b1, ...rest].map((each) => each!.body)).toEqual([{ text: "a1" }, { text: "b1" }, { text: "x" }, { text: "y" }]);
    expect(bodies(store)).toEqual([]);
    store.done(a1!.receipt!);
    expect(bodies(store)).toEqual(["a2"]);
  });
  test("wait while one before them is to come again, or was received and is lost", () => {
    const { store, clock } = stored();
    keyed(store, "a1", "a2");
    store.again(one(store).receipt!, 1_000);
    expect(bodies(store)).toEqual([]);
    clock.time += 1_000;
    expect(bodies(store, "orders", 2_000)).toEqual(["a1"]);
    clock.time += 2_000;
    expect(bodies(store)).toEqual(["a1"]);
  });
  test("take their place when their delay is over: one behind a delay stops nobody, and overtakes nobody that is on its way", () => {
    const { store, clock } = stored();
    send(store, { body: "late", key: "a", afterMs: 1_000 }, { body: "first", key: "a" }, { body: "second", key: "a" });
    const first = one(store);
    clock.time += 1_000;
    store.enqueue(orders, { body: "third", key: "a" });
    expect(bodies(store)).toEqual([]);
    const order = [];
    for (let next = first; next !== undefined; next = one(store)) {
      order.push(next.body);
      store.done(next.receipt!);
    }
    expect(order).toEqual([{ text: "first" }, { text: "second" }, { text: "late" }, { text: "third" }]);
  });
  test("stay one at a time when the clock is set back", () => {
    const { store, clock } = stored();
    keyed(store, "a1");
    const { receipt } = one(store);
    clock.time -= 60_000;
    keyed(store, "a2");
    expect(bodies(store)).toEqual([]);
    store.done(receipt!);
    expect(bodies(store)).toEqual(["a2"]);
  });
  test("are free when the one before them is taken out", () => {
    const { store } = stored();
    const [a1] = keyed(store, "a1", "a2");
    one(store);
    store.remove("orders", a1!);
    expect(bodies(store)).toEqual(["a2"]);
  });
  test("of two queues have nothing to do with each other", () => {
    const { store } = stored();
    keyed(store, "a1");
    store.enqueue({ resource: "queue", name: "others" }, { body: "a2", key: "a" });
    expect([bodies(store), bodies(store, "others")]).toEqual([["a1"], ["a2"]]);
  });
});

describe("a message with an id against duplicates", () => {
  test("is taken once within five minutes, also when the first is done", () => {
    const { store, clock } = stored();
    const [first, second] = send(store, { body: "a", deduplicationId: "d\u0000" }, { body: "b", deduplicationId: "d\u0000" });
    expect(second).toBe(first);
    expect(bodies(store)).toEqual(["a"]);
    clock.time += 299_999;
    expect(send(store, { body: "c", deduplicationId: "d\u0000" })).toEqual([first]);
    clock.time += 1;
    expect(send(store, { body: "d", deduplicationId: "d\u0000" })).not.toEqual([first]);
    expect(bodies(store)).toEqual(["a", "d"]);
  });
  test("is another channel's business, and so is another id", () => {
    const { store } = stored();
    store.subscribe("orders", ["greet"]);
    send(store, { body: "a", deduplicationId: "d" }, { body: "b", deduplicationId: "e" }, "c");
    store.enqueue({ resource: "topic", name: "orders" }, { body: "x", deduplicationId: "d" });
    expect([bodies(store), bodies(store, "orders/greet")]).toEqual([["a", "b", "c"], ["x"]]);
  });
});

describe("a topic", () => {
  test("gives each of its subscribers a copy of its own, under one id, telling nothing unless told", () => {
    const { store } = stored();
    expect(store.subscribe("news", ["greet", "audit"])).toEqual(["news/greet", "news/audit"]);
    const id = store.enqueue(news, { body: "a", key: "k" });
    store.enqueue(news, { body: "b", told: { subject: "s" } });
    const [greet, audit] = ["news/greet", "news/audit"].map((queue) => store.receive(queue, { max: 2, visibilityMs: 1 }));
    expect(greet!.map(({ id, told }) => [id, told])).toEqual([[id, {}], ["o5uatc00-2", { subject: "s" }]]);
    expect(audit![0]).toMatchObject({ id, body: { text: "a" }, group: "k", attempt: 1 });
    expect([store.done(greet![0]!.receipt!), store.list()]).toEqual([true, [{ queue: "news/audit", waiting: 0, delayed: 0, inFlight: 2 }, { queue: "news/greet", waiting: 0, delayed: 0, inFlight: 1 }]]);
  });
  test("has the subscribers that were named last; what others had is theirs still", () => {
    const { store, again } = stored();
    store.subscribe("news", ["greet", "greet"]);
    store.enqueue(news, { body: "a" });
    again().subscribe("news", ["audit"]);
    store.enqueue(news, { body: "b" });
    store.enqueue({ resource: "topic", name: "silence" }, { body: "c" });
    expect([bodies(store, "news/greet"), bodies(store, "news/audit"), store.list().length]).toEqual([["a"], ["b"], 2]);
  });
});

test("ids are no other store's, and no earlier message's", () => {
  const file = join(folder, "later.sqlite");
  const later = openStore(file, { now: () => start + 1 });
  onTestFinished(() => later.close());
  const { store } = stored();
  const [first] = send(store, "a");
  store.done(one(store).receipt!);
  expect([first, send(store, "a"), send(later, "a")]).toEqual(["o5uatc00-1", ["o5uatc00-2"], ["o5uatc01-1"]]);
});
