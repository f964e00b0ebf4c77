import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, defineBucket, defineQueue, defineStream, defineTopic, queue, storage, stream, topic } from "@isobar/core";
import type { LetterInHand, Machine, Recipient } from "@isobar/core/plan";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openStore, type NewMessage } from "../store/store.ts";
import { localTopic } from "../triggers/topic/codec.ts";
import { operate } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "isobar-operate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();
const failed = defineQueue("orders-failed");
const delivery = { maxAttempts: 5, deadLetter: failed };
const charge: Recipient = { name: "charge", fn: queue(defineQueue("orders"), { delivery }, () => {}) };
const greet: Recipient = { name: "greet", fn: topic(defineTopic("news"), { delivery }, () => {}) };
const inOrder: Recipient = { name: "inOrder", fn: queue(defineQueue("letters", { order: "by-key" }), { delivery }, () => {}) };
const total: Recipient = { name: "total", fn: call({ delivery }, () => 1) };
const resize: Recipient = { name: "resize", fn: storage(defineBucket("uploads"), { delivery }, () => {}) };
const count: Recipient = { name: "count", fn: stream(defineStream("clicks"), { delivery }, () => {}) };
const all = { limit: Number.POSITIVE_INFINITY, recipients: [charge, greet, inOrder, total, resize, count] };
const start = 1_893_456_000_000;
const attribute = '{"v":1,"id":"o-1","function":"charge","reason":"needs a human","attempts":2,"first":1000,"last":2000,"traceparent":"00-1"}';

let files = 0;
/** A store with these letters in it. */
function stored(...letters: readonly NewMessage[]) {
  const file = join(folder, `${++files}.sqlite`);
  const store = openStore(file, { now: () => start });
  onTestFinished(() => store.close());
  for (const each of letters) store.enqueue({ resource: "queue", name: "orders-failed" }, each);
  const { deadLetters } = operate({ env: { ISOBAR_STORE: file }, run: () => Promise.reject(new Error("a program was run")) } satisfies Machine);
  const walked = async (visit: (each: LetterInHand) => Promise<unknown>) => {
    for await (const each of deadLetters.take(failed, all, signal)) await visit(each);
  };
  const bodies = (name: string) => store.peek(name, { max: 1_000 }).map(({ body }) => body);
  return { file, store, deadLetters, walked, bodies };
}

describe("letters in the store", () => {
  test("have their story, and are not touched by being looked at", async () => {
    const { store, deadLetters } = stored({ body: "ä", attribute, key: "k" }, { body: new Uint8Array([0, 255]) });
    const before = store.peek("orders-failed", { max: 9 });
    expect(await deadLetters.list(failed, all, signal)).toEqual([
      { id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: 1000, last: 2000, body: new Uint8Array([0xc3, 0xa4]), key: "k", place: "queue orders-failed", native: { id: before[0]!.id, enqueuedAt: "2030-01-01T00:00:00.000Z", attempts: 0, attribute } },
      { id: before[1]!.id, function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: start, body: new Uint8Array([0, 255]), key: undefined, place: "queue orders-failed", native: { id: before[1]!.id, enqueuedAt: "2030-01-01T00:00:00.000Z", attempts: 0 } },
    ]);
    expect(store.peek("orders-failed", { max: 9 })).toEqual(before);
  });
  test("are as many as there are, or as were asked for", async () => {
    const { deadLetters } = stored(...Array.from({ length: 103 }, (_, n) => ({ body: String(n) })));
    expect([(await deadLetters.list(failed, all, signal)).length, (await deadLetters.list(failed, { ...all, limit: 102 }, signal)).length]).toEqual([103, 102]);
  });
  test("go back to the function's queue with their id, and are gone here", async () => {
    const { store, walked, bodies } = stored({ body: "a", attribute, key: "k" }, { body: new Uint8Array([255]), attribute: '{"v":1,"id":"o-2","function":"other","reason":"no"}' });
    await walked(async ({ letter, redrive }) => { if (letter.function === "charge") await redrive(charge, signal); });
    expect([bodies("orders-failed"), store.peek("orders", { max: 9 })]).toMatchObject([[new Uint8Array([255])], [{ body: "a", key: "k", attribute: '{"v":1,"id":"o-1","traceparent":"00-1"}', attempts: 0 }]]);
  });
  test("of more than one page all go back, also while they leave", async () => {
    const { walked, bodies } = stored(...Array.from({ length: 103 }, (_, n) => ({ body: String(n) })));
    await walked(({ redrive }) => redrive(charge, signal));
    expect([bodies("orders-failed"), bodies("orders")]).toEqual([[], Array.from({ length: 103 }, (_, n) => String(n))]);
  });
  test("of a topic go to this subscriber alone, and are read as its messages", async () => {
    const { store, walked } = stored({ body: "a", attribute: '{"v":1,"id":"n-1","function":"greet","reason":"no","subject":"s"}' }, { body: "b" });
    store.subscribe("news", ["greet", "audit"]);
    await walked(({ redrive }) => redrive(greet, signal));
    const messages = store.receive("news/greet", { max: 9, visibilityMs: 1 });
    const read = localTopic.decode({ messages }).items.map((item) => (item as { deliveries: readonly { id: string; told: () => object }[] }).deliveries.map(({ id, told }) => [id, told()]));
    expect([read, store.peek("news/audit", { max: 9 })]).toEqual([[[["n-1", { subject: "s" }]], [[expect.any(String), {}]]], []]);
  });
  test("of a call that was sent ahead go to its own queue", async () => {
    const { walked, bodies } = stored({ body: "7" });
    await walked(({ redrive }) => redrive(total, signal));
    expect(bodies("call/total")).toEqual(["7"]);
  });
  test.each<[string, Recipient, string, string]>([
    ["a kind that is told more than a body", resize, "unsupported", "resize is told more than a body of what starts it, and a local letter holds no more"],
    ["a kind that reads by position", count, "unsupported", "count reads by position: nothing can be put back for it alone"],
    ["one in order, where the letter has no key", inOrder, "invalid-definition", "o-1 has no key, and inOrder is ordered by key"],
  ])("do not go to %s", async (_, to, code, message) => {
    const { walked, bodies } = stored({ body: "a", attribute });
    await walked(({ redrive }) => expect(redrive(to, signal)).rejects.toMatchObject({ code, message }));
    expect(bodies("orders-failed")).toEqual(["a"]);
  });
  test("that somebody works on are left to them", async () => {
    const { file, walked, bodies } = stored({ body: "a", attribute });
    const worker = openStore(file, { now: () => start });
    worker.receive("orders-failed", { max: 1, visibilityMs: 60_000 });
    worker.close();
    await walked(({ redrive }) => expect(redrive(charge, signal)).rejects.toMatchObject({ code: "send-failed", message: 'o-1 is being worked on by whoever reads "orders-failed"' }));
    expect([bodies("orders-failed"), bodies("orders")]).toEqual([["a"], []]);
  });
  test("that somebody else takes out meanwhile are told: sent comes before removed", async () => {
    const { store, walked, bodies } = stored({ body: "a", attribute });
    await walked(({ redrive }) => {
      store.remove("orders-failed", store.peek("orders-failed", { max: 1 })[0]!.id);
      return expect(redrive(charge, signal)).rejects.toMatchObject({ code: "dead-letter-failed", message: 'o-1 was sent to charge, and somebody else took it out of "orders-failed" meanwhile: it may arrive twice' });
    });
    expect(bodies("orders")).toEqual(["a"]);
  });
});

test.each<[string, Machine["env"], string]>([
  ["no store is named", {}, "ISOBAR_STORE is not set: it names the local store's file"],
  ["there is none", { ISOBAR_STORE: join(folder, "nowhere.sqlite") }, `there is no local store ${join(folder, "nowhere.sqlite")}, which ISOBAR_STORE names`],
])("where %s, none is made", async (_, env, message) => {
  await expect(operate({ env, run: async () => undefined }).deadLetters.list(failed, all, signal)).rejects.toMatchObject({ code: "send-failed", message });
  expect(existsSync(join(folder, "nowhere.sqlite"))).toBe(false);
});
test("a walk that is not wanted any more ends with its reason, and lets go of the file", async () => {
  const { deadLetters } = stored({ body: "a" }, { body: "b" });
  const controller = new AbortController();
  const reason = new Error("gone");
  const walking = (async () => {
    for await (const { redrive } of deadLetters.take(failed, { ...all, limit: 1 }, controller.signal)) {
      controller.abort(reason);
      await redrive(charge, controller.signal);
    }
  })();
  await expect(walking).rejects.toBe(reason);
  await expect(deadLetters.list(failed, all, AbortSignal.abort(reason))).rejects.toBe(reason);
});
