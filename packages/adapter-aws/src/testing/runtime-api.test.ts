import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRuntimeApi, type RuntimeApi } from "./runtime-api.ts";

const told: unknown[] = [];
let ready = 0;
let api: RuntimeApi;
beforeEach(async () => {
  told.length = ready = 0;
  api = await openRuntimeApi({
    ready: () => void ready++,
    ended: (id, seen) => void told.push([id, seen]),
    initFailed: (failure) => void told.push({ initFailed: failure }),
    fault: (error) => void told.push({ fault: String(error) }),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await api.close();
});

const at = (path: string): string => `http://${api.address}/2018-06-01/runtime/${path}`;
const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> => fetch(at(path), { method: "POST", body, headers });
const streaming = { "lambda-runtime-function-response-mode": "streaming", "content-type": "text/plain" };
const invocation = (id: string) => ({ id, event: `{"id":"${id}"}`, deadlineMs: 1_700_000_000_000, functionArn: "arn:aws:lambda:us-east-1:123456789012:function:orders", trace: "Root=1" });

/** In an object, or awaiting this would wait for the answer too. */
async function ask(): Promise<{ next: Promise<Response> }> {
  const before = ready;
  const next = fetch(at("invocation/next"));
  while (ready === before) await new Promise((done) => setImmediate(done));
  return { next };
}
async function take(id: string): Promise<void> {
  const { next } = await ask();
  expect(api.hand(invocation(id))).toBe(true);
  await next;
}

it("hands an invocation over only to a process that waits for one", async () => {
  expect(api.hand(invocation("a"))).toBe(false);
  const { next } = await ask();
  expect(api.hand(invocation("a"))).toBe(true);
  expect(api.hand(invocation("b"))).toBe(false);
  const response = await next;
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "lambda-runtime-aws-request-id": "a",
    "lambda-runtime-deadline-ms": "1700000000000",
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:orders",
    "lambda-runtime-trace-id": "Root=1",
  });
  expect(await response.json()).toEqual({ id: "a" });
});

it("takes one answer for an invocation, and none for another", async () => {
  await take("a");
  expect((await post("invocation/b/response", "1")).status).toBe(400);
  expect((await post("invocation/a/response", "1")).status).toBe(202);
  expect((await post("invocation/a/response", "2")).status).toBe(400);
  expect(told).toEqual([["a", { returned: 1 }]]);
});

it("waits for the answer of a process that asks for its next invocation too early", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await take("a");
  const { next } = await ask();
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual([]);
  await post("invocation/a/response", "late", streaming);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([["a", { returned: { streamed: { contentType: "text/plain", prelude: undefined, chunks: [Buffer.from("late")] } } }]]);
  expect(api.hand(invocation("b"))).toBe(true);
  expect(await (await next).json()).toEqual({ id: "b" });
});

it("tells of a process that asks for its next invocation and never answers this one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await take("a");
  await ask();
  await vi.advanceTimersByTimeAsync(250);
  expect(told).toEqual([["a", { threw: { type: "Runtime.Unknown", message: "The runtime asked for its next invocation without answering this one." } }]]);
  api.hand(invocation("b"));
});

it("tells of an error without a name or a message", async () => {
  await take("a");
  await post("invocation/a/error", "{}");
  expect(told).toEqual([["a", { threw: { type: "Runtime.Unknown", message: "" } }]]);
});

it("reports what it cannot read as a fault of the harness", async () => {
  await take("a");
  await expect(post("invocation/a/response", "no JSON")).rejects.toThrow();
  await expect(post("restore/next", "")).rejects.toThrow();
  expect(told).toEqual([{ fault: expect.stringContaining("SyntaxError") }, { fault: "Error: The Lambda runtime API has no POST /2018-06-01/runtime/restore/next" }]);
});
