import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineQueue, queue, retry } from "@isobar/core";
import { postponing, type Effect } from "@isobar/core/adapter";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import * as local from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "isobar-outbox-"));
const { signal } = new AbortController();
const orders = { resource: "queue", name: "orders" } as const;
let files = 0;
let store: Store;
beforeEach(() => {
  const file = join(folder, `${++files}.sqlite`);
  vi.stubEnv("ISOBAR_STORE", file);
  store = openStore(file);
});
afterEach(() => {
  store.close();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));
const received = (name = "orders") => store.receive(name, { max: 10, visibilityMs: 30_000 });
const perform = (effect: Effect, wanted = signal) => local.outbox.perform(effect, wanted);

test("nothing of Node's is loaded before the first effect", async () => {
  const loads = vi.spyOn(process, "getBuiltinModule");
  const loaded = () => loads.mock.calls.map(([id]) => id).filter((id) => id.endsWith("sqlite"));
  vi.resetModules();
  const { outbox } = await import("./outbox.ts");
  expect(loaded()).toEqual([]);
  await outbox.perform({ do: "send", to: orders, body: "" }, signal);
  expect(loaded()).toEqual(["node:sqlite"]);
});

describe("what is sent lies in the store", () => {
  test("text, and nothing else", async () => {
    expect(await perform({ do: "send", to: orders, body: "{}" })).toBeUndefined();
    const [{ id, enqueuedAt, receipt, ...rest }, ...more] = received() as never as [Record<string, unknown>];
    expect([rest, more]).toEqual([{ attempt: 1, body: { text: "{}" } }, []]);
  });
  test("bytes, attribute and key; behind its delay", async () => {
    await perform({ do: "send", to: orders, body: new Uint8Array([255]), attribute: '{"v":1}', key: "k", afterMs: 60_000 });
    expect(received()).toEqual([]);
    const [lying] = store.peek("orders", { max: 1 });
    expect(lying).toMatchObject({ body: new Uint8Array([255]), attribute: '{"v":1}', key: "k" });
    expect(lying!.visibleAt - lying!.enqueuedAt).toBe(60_000);
  });
  test("once for an id where there is a key, and each time where there is none", async () => {
    for (const body of ["a", "b"]) await perform({ do: "send", to: orders, body, key: "k", deduplicationId: "d" });
    for (const body of ["c", "d"]) await perform({ do: "send", to: orders, body, deduplicationId: "e" });
    expect(store.peek("orders", { max: 10 }).map(({ body }) => body)).toEqual(["a", "c", "d"]);
  });
  test("for every subscriber of a topic, as that kind's message", async () => {
    store.subscribe("news", ["greet"]);
    await perform({ do: "send", to: { resource: "topic", name: "news" }, body: "{}" });
    expect(received("news/greet")).toMatchObject([{ body: { text: "{}" }, told: {} }]);
  });
  test("a dead letter, body and attribute unchanged", async () => {
    await perform({ do: "dead-letter", to: { resource: "queue", name: "failed" }, body: "ü", attribute: '{ "v":1 }', key: "k" });
    expect(received("failed")).toMatchObject([{ body: { text: "ü" }, attribute: '{ "v":1 }', group: "k" }]);
  });
});

test("another file is another store; the first is closed", async () => {
  await perform({ do: "send", to: orders, body: "a" });
  vi.stubEnv("ISOBAR_STORE", join(folder, "another.sqlite"));
  const closed = vi.spyOn(process.getBuiltinModule("node:sqlite").DatabaseSync.prototype, "close");
  await perform({ do: "send", to: orders, body: "b" });
  await perform({ do: "send", to: orders, body: "c" });
  expect(closed.mock.calls.length).toBe(1);
  closed.mockRestore();
  expect(received().map(({ body }) => body)).toEqual([{ text: "a" }]);
});

describe("what is not done", () => {
  test.each<[string, Effect, string, string]>([
    ["a copy", { do: "requeue", functionName: "f", body: "", attribute: "{}", afterMs: 1, deduplicationId: "d" }, "unsupported", "requeue: the local broker hides a delivery where it is"],
    ["a delivery that the store did not hand over", { do: "postpone", record: { id: "m-1" }, afterMs: 1 }, "send-failed", "message m-1 cannot be postponed: its receipt is missing"],
    ["a delivery that was settled", { do: "postpone", record: { id: "m-1", receipt: "1.1" }, afterMs: 1 }, "send-failed", "message m-1 cannot be postponed: its receipt is no longer good"],
  ])("%s", async (_, effect, code, message) => {
    await expect(perform(effect)).rejects.toMatchObject({ code, message });
  });
  test("anything without a store", async () => {
    for (const none of ["", undefined]) {
      vi.stubEnv("ISOBAR_STORE", none);
      await expect(perform({ do: "send", to: orders, body: "" })).rejects.toMatchObject({ code: "send-failed", message: "the environment has no ISOBAR_STORE, which names the local store's file" });
    }
  });
  test("what is no longer wanted", async () => {
    const reason = new Error("the deadline passed");
    await expect(perform({ do: "send", to: orders, body: "" }, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(received()).toEqual([]);
  });
});

test("a function that fails is postponed by its policy, and its last failure is a dead letter", async () => {
  const failed = defineQueue("failed");
  const charge = local.queue(queue(defineQueue("orders"), { delivery: { maxAttempts: 2, backoff: "1h", deadLetter: failed } }, () => retry({ reason: "down" })), { name: "charge", outbox: local.outbox, keeping: postponing });
  store.enqueue(orders, { body: '{"n":1}' });
  const invoke = async () => {
    const [message] = received();
    const { settled } = await charge({ messages: [message!] }, { invocationId: "1", functionName: "charge" });
    return settled[0]!.then === "done" ? store.done(message!.receipt!) : store.again(message!.receipt!, 0);
  };
  const { warn } = console;
  console.warn = () => {};
  try {
    expect(await invoke()).toBe(false);
    const [waiting] = store.peek("orders", { max: 1 });
    expect([waiting!.attempts, received(), Math.round((waiting!.visibleAt - waiting!.enqueuedAt) / 60_000)]).toEqual([1, [], 60]);
    store.close();
    store = openStore(process.env.ISOBAR_STORE!, { now: () => Date.now() + 2 * 3_600_000 });
    expect(await invoke()).toBe(true);
  } finally {
    console.warn = warn;
  }
  const [letter, ...more] = store.peek("failed", { max: 2 });
  expect([letter!.body, JSON.parse(letter!.attribute!), more, store.peek("orders", { max: 1 })]).toEqual(['{"n":1}', expect.objectContaining({ function: "charge", reason: "down", attempts: 2 }), [], []]);
});
