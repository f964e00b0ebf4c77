import { describe, expect, test } from "vitest";
import { virtualClock } from "@isobar/simulator";
import * as z from "zod";
import type { ExchangeCodec, ResponseHead } from "../boundary.ts";
import type { WholeBody } from "../http/body.ts";
import { ack, call, defineQueue, IsobarError, reject, retry } from "../index.ts";
import { memoryOutbox } from "../testing/outbox.ts";
import { keptLog, parts, testPlatform } from "../testing/platform.ts";
import { incoming } from "../testing/incoming.ts";
import { callExchange } from "./call.ts";
import { graceMs } from "./deadline.ts";

/** A wire whose request is the payload itself. */
const codec: ExchangeCodec<unknown, { readonly head: ResponseHead; readonly body: WholeBody }> = {
  decode(native) {
    if (native === "foreign") throw new IsobarError("invalid-native-event", "no call");
    return { native, request: incoming("/add", { method: "POST", body: native ?? "null" }) };
  },
  encode: (head, body) => ({ head, body }),
};
const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
const Add = z.object({ a: z.number(), b: z.number() });
async function ask(handle: (event: { readonly id: string; readonly data: z.infer<typeof Add> }) => unknown, payload: unknown, wiring: object = {}) {
  const { lines, log } = keptLog();
  const { head, body } = await callExchange(call({ delivery, payload: Add }, handle as () => void), codec, "/add", { name: "add", ...wiring })(payload, { ...testPlatform(log), invocationId: "run-1" });
  return { status: head.status, body: JSON.parse(body as string) as Record<string, unknown>, lines };
}

describe("a call that is answered", () => {
  test("its payload comes as an event, named by the invocation; the result is the answer", async () => {
    let seen: unknown;
    const { status, body } = await ask((event) => { seen = event; return { sum: event.data.a + event.data.b }; }, { a: 1, b: 2 });
    expect([status, body, seen]).toEqual([200, { sum: 3 }, { specversion: "1.0", id: "run-1", source: "/calls", type: "call.request", data: { a: 1, b: 2 } }]);
  });
  test.each<[string, () => unknown]>([["nothing", () => undefined], ["null", () => null], ["ack()", () => ack()]])("%s is null", async (_, handle) => {
    expect(await ask(handle, { a: 1, b: 2 })).toMatchObject({ status: 200, body: null });
  });
  test.each<[string, () => unknown]>([["returned", () => reject("too much")], ["thrown", () => { throw reject("too much"); }], ["thrown later", async () => { throw reject("too much"); }]])("a reject that is %s is the caller's error, with its reason", async (_, handle) => {
    expect(await ask(handle, { a: 1, b: 2 })).toMatchObject({ status: 422, body: { code: "rejected", reason: "too much" }, lines: [] });
  });
  test.each<[string, () => unknown]>([["a retry", () => retry()], ["a thrown retry", () => { throw retry(); }], ["a thrown ack, which is a throw like any other", () => { throw ack(); }], ["an error", () => { throw new Error("secret"); }], ["a string", () => { throw "secret"; }], ["what JSON cannot say", () => 1n]])("%s is a failure without a word of why", async (_, handle) => {
    const { status, body, lines } = await ask(handle, { a: 1, b: 2 });
    expect([status, body.code, JSON.stringify(body).includes("secret"), lines.length]).toEqual([500, "handler-failed", false, 1]);
  });
  test("a payload that does not fit is refused with its issues, and not run", async () => {
    let started = false;
    const { status, body } = await ask(() => { started = true; }, { a: 1 });
    expect([status, body.code, (body.issues as { path: string }[]).map(({ path }) => path), started]).toEqual([400, "invalid-input", ["b"], false]);
  });
  test("a payload that is no JSON is refused, and not run", async () => {
    expect(await ask(() => { throw new Error("run"); }, "{")).toMatchObject({ status: 400, body: { code: "invalid-input" } });
  });
  test("without a schema any JSON is a payload", async () => {
    const { body } = await callExchange(call({ delivery }, (event) => event.data), codec, "/add")([1, "x", null], testPlatform(() => {}));
    expect(JSON.parse(body as string)).toEqual([1, "x", null]);
  });
  test("it may send", async () => {
    const jobs = defineQueue("jobs");
    const outbox = memoryOutbox();
    await callExchange(call({ delivery, sends: [jobs] }, async (event, ctx) => ctx.send(jobs, event.data)), codec, "/add", { ...parts, name: "add", outbox })({ n: 1 }, testPlatform(() => {}));
    expect(outbox.sent(jobs)).toEqual([{ n: 1 }]);
  });
  test("at its deadline it is answered 504", async () => {
    const clock = virtualClock(0);
    const answer = ask(() => new Promise(() => {}), { a: 1, b: 2 }, { clock });
    await clock.advance(20_000 + graceMs);
    expect(await answer).toMatchObject({ status: 504, body: { code: "deadline-exceeded" } });
  });
  test("its deadline is its own timeout", async () => {
    const clock = virtualClock(0);
    const answer = callExchange(call({ delivery, timeout: "1s" }, () => new Promise(() => {})), codec, "/add", { name: "add", clock })({}, testPlatform(() => {}));
    await clock.advance(1_000 + graceMs);
    expect((await answer).head.status).toBe(504);
  });
  test("what is not of the wire is the invocation's fault", async () => {
    await expect(ask(() => 1, "foreign")).rejects.toMatchObject({ code: "invalid-native-event" });
  });
});
