import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startUnit } from "./runtime.ts";
import type { RunningAzureUnit } from "./runtime.ts";
import type { InvocationResponse, TypedData } from "./rpc.ts";
import { startWorker } from "./worker-process.ts";

const MODULES = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** A deployed folder with one entry, as the adapter's build would leave it: the library resolves from node_modules. */
async function folderWith(entry: string, source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "isobar-azure-"));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  await symlink(MODULES, join(folder, "node_modules"));
  await writeFile(join(folder, entry), source);
  return folder;
}

interface Settings {
  readonly entry?: string;
  readonly timeoutMs?: number;
  readonly env?: Record<string, string>;
  readonly httpStream?: boolean;
}

async function unitOf(source: string, { entry = "index.cjs", timeoutMs = 10_000, env = {}, httpStream }: Settings = {}): Promise<RunningAzureUnit> {
  const folder = await folderWith(entry, entry.endsWith(".mjs") ? `import { app, output } from "@azure/functions";\n${source}` : `const { app, output } = require("@azure/functions");\n${source}`);
  const unit = await startUnit({ unit: "shop", folder, entry, functions: [], timeoutMs, env }, httpStream === undefined ? {} : { httpStream });
  ends.push(() => unit.stop());
  return unit;
}

const queued = (data: TypedData, triggerMetadata: Record<string, TypedData> = {}) => ({ inputData: [{ data }], triggerMetadata });
const got = (http: object = {}) => ({ inputData: [{ data: { http: { method: "GET", url: "https://shop.test/api/x", ...http } } }] });
const nothing = queued({ string: "" });
const response = (seen: unknown) => (seen as { returned: InvocationResponse }).returned;
const answered = (seen: unknown) => JSON.parse(response(seen).returnValue?.json ?? "null") as unknown;
const bodyOf = (seen: unknown) => Buffer.from(response(seen).returnValue?.http?.body?.bytes as Uint8Array).toString();
const queue = (name: string, handler: string, settings = "") => `app.storageQueue(${JSON.stringify(name)}, { queueName: "q", connection: "C", ${settings} handler: ${handler} });\n`;

describe("invocations through the real library", () => {
  let unit: RunningAzureUnit;
  beforeAll(async () => {
    process.env["ISOBAR_PARENT_ONLY"] = "secret";
    unit = await unitOf(
      `
      const seen = async (r) => ({ method: r.method, url: r.url, query: [...r.query], params: r.params, headers: [...r.headers], text: await r.text() });
      app.http("echo", { route: "orders/{id}", methods: ["GET", "POST"], authLevel: "function", handler: async (r) => ({ status: 201, jsonBody: await seen(r),
        headers: { "x-a": "1" }, cookies: [{ name: "c", value: "v", sameSite: "None", maxAge: 5, path: "/" }] }) });
      app.http("size", { handler: async (r) => ({ body: String((await r.arrayBuffer()).byteLength) }) });
      app.http("nothing", { handler: async () => undefined });
      app.http("string", { handler: async () => "plain" });
      class MyError extends Error {}
      app.http("throws", { handler: async () => { throw new MyError("no"); } });
      ` +
        queue("throwsString", `() => { throw "just a string"; }`) +
        queue("throwsObject", `() => { throw { code: 7 }; }`) +
        queue("throwsNothing", `() => { throw undefined; }`) +
        queue("bigint", `() => 1n`) +
        queue("kind", `(m) => ({ type: Buffer.isBuffer(m) ? "buffer" : typeof m, value: Buffer.isBuffer(m) ? m.toString("hex") : m })`) +
        queue("metadata", `(m, c) => ({ trigger: c.triggerMetadata, retry: c.retryContext, trace: c.traceContext })`) +
        queue("outputs", `(m, c) => { c.extraOutputs.set(out, { a: 1 }); return "r"; }`, `return: output.storageQueue({ queueName: "r", connection: "C" }), extraOutputs: [out],`).replace(
          /^/,
          `const out = output.storageQueue({ queueName: "o", connection: "C" });\n`,
        ) +
        queue("env", `() => process.env`) +
        queue("log", `(m, c) => { c.warn(m + " to the library"); console.log(m + " to stdout"); console.error(m + " to stderr"); }`) +
        `
        let arrived; const second = new Promise((resolve) => (arrived = resolve));
        ` +
        queue("first", `async () => { await second; return { order: "first" }; }`) +
        queue("second", `async () => { arrived(); return { order: "second" }; }`) +
        queue("registersLate", `() => { app.http("late", { handler: () => ({}) }); }`) +
        `app.serviceBusQueue("bus", { connection: "BUS", queueName: "orders", isSessionsEnabled: true, handler: (m, c) => ({ m, id: c.triggerMetadata.messageId, count: c.triggerMetadata.deliveryCount, props: c.triggerMetadata.userProperties }) });`,
      { env: { FROM_UNIT: "yes" } },
    );
  });

  test("an http handler sees the request the host sent, and its answer comes back as RpcHttp", async () => {
    const seen = await unit.invoke(
      "echo",
      got({
        method: "POST",
        url: "https://shop.test/api/orders/7?a=1&a=2",
        nullableHeaders: { "content-type": { value: "text/plain" }, "x-empty": {} },
        nullableParams: { id: { value: "7" } },
        body: { bytes: new TextEncoder().encode("hé") },
      }),
    );
    const { returnValue, result } = response(seen);
    expect(result).toEqual({ status: "success" });
    expect(returnValue?.http).toMatchObject({ statusCode: "201", headers: { "content-type": "application/json", "x-a": "1" }, enableContentNegotiation: false });
    expect(returnValue?.http?.cookies).toEqual([{ name: "c", value: "v", path: { value: "/" }, sameSite: "explicitNone", maxAge: { value: 5 } }]);
    expect(JSON.parse(bodyOf(seen))).toEqual({
      method: "POST",
      url: "https://shop.test/api/orders/7?a=1&a=2",
      query: [["a", "1"], ["a", "2"]],
      params: { id: "7" },
      headers: [["content-type", "text/plain"], ["x-empty", ""]],
      text: "hé",
    });
  });

  test("a body may be base64, as in captured payloads, and the body of a GET is dropped by the library", async () => {
    const body = { bytes: Buffer.from("abc").toString("base64") };
    expect(JSON.parse(bodyOf(await unit.invoke("echo", got({ method: "POST", body })))).text).toBe("abc");
    expect(JSON.parse(bodyOf(await unit.invoke("echo", got({ body })))).text).toBe("");
    expect(unit.logs()).toContain("Discarding the body of the incoming GET request");
  });

  test("a request as the library's own tests have it, with plain mappings and a foreign binding name, is answered", async () => {
    const http = { method: "POST", url: "http://localhost:7071/api/helloWorld", body: { string: "body1" }, headers: { a: "b" }, params: { c: "d" }, query: { e: "f" } };
    const native = { inputData: [{ name: "req", data: { http } }] };
    expect(JSON.parse(bodyOf(await unit.invoke("echo", native)))).toMatchObject({ text: "body1", params: { c: "d" }, query: [["e", "f"]] });
  });

  test("an http handler that returns nothing succeeds without a return value, one that returns a string fails", async () => {
    expect(response(await unit.invoke("nothing", got())).returnValue).toBeUndefined();
    expect(await unit.invoke("string", got())).toEqual({ threw: { type: "AzFuncSystemError", message: expect.stringContaining("must be an object") } });
  });

  test("a failed invocation is threw, with the thrown value's class and message", async () => {
    expect(await unit.invoke("throws", got())).toEqual({ threw: { type: "MyError", message: "no" } });
    expect(await unit.invoke("throwsString", nothing)).toEqual({ threw: { type: "string", message: "just a string" } });
    expect(await unit.invoke("throwsObject", nothing)).toEqual({ threw: { type: "object", message: '{"code":7}' } });
    expect(await unit.invoke("bigint", nothing)).toEqual({ threw: { type: "TypeError", message: expect.stringContaining("BigInt") } });
  });

  test("a handler that throws undefined succeeds, as on the real worker", async () => {
    expect(response(await unit.invoke("throwsNothing", nothing)).result).toEqual({ status: "success" });
  });

  test("a queue message arrives parsed when it is JSON, as text when it is not, as a Buffer when the host sends bytes", async () => {
    expect(answered(await unit.invoke("kind", queued({ string: '{"a":1}' })))).toEqual({ type: "object", value: { a: 1 } });
    expect(answered(await unit.invoke("kind", queued({ string: "hello" })))).toEqual({ type: "string", value: "hello" });
    expect(answered(await unit.invoke("kind", queued({ string: "007" })))).toEqual({ type: "string", value: "007" });
    expect(answered(await unit.invoke("kind", queued({ json: "[1]" })))).toEqual({ type: "object", value: [1] });
    expect(answered(await unit.invoke("kind", queued({ bytes: Uint8Array.of(0, 255) })))).toEqual({ type: "buffer", value: "00ff" });
    expect(answered(await unit.invoke("kind", queued({ bytes: "AP8=" })))).toEqual({ type: "buffer", value: "00ff" });
  });

  test("trigger metadata, retry context and trace context reach the handler", async () => {
    const native = { ...queued({ string: "m" }, { Id: { string: "i" }, DequeueCount: { json: "2" } }), retryContext: { retryCount: 1, maxRetryCount: 3 }, traceContext: { traceParent: "00-x" } };
    expect(answered(await unit.invoke("metadata", native))).toEqual({
      trigger: { id: "i", dequeueCount: 2 },
      retry: { retryCount: 1, maxRetryCount: 3 },
      trace: { traceParent: "00-x" },
    });
  });

  test("a Service Bus message arrives with its broker properties", async () => {
    const seen = await unit.invoke("bus", queued({ string: '{"id":1}' }, { MessageId: { string: "m1" }, DeliveryCount: { json: "4" }, UserProperties: { json: '{"Key":"v"}' } }));
    expect(answered(seen)).toEqual({ m: { id: 1 }, id: "m1", count: 4, props: { key: "v" } });
  });

  test("the return value and extra outputs come back under the names that the app registered", async () => {
    const out = (await unit.metadata()).find(({ name }) => name === "outputs")?.bindings.find(({ queueName }) => queueName === "o");
    const { outputData, returnValue } = response(await unit.invoke("outputs", nothing));
    expect(returnValue).toEqual({ string: "r" });
    expect(outputData).toEqual([{ name: out?.name, data: { json: '{"a":1}' } }]);
  });

  test("what the app registered is there to look at, with the library's hashed binding names", async () => {
    const functions = new Map((await unit.metadata()).map((registered) => [registered.name, registered.bindings]));
    expect(functions.get("echo")).toMatchObject([{ name: expect.stringMatching(/^httpTrigger[0-9a-f]{10}$/), type: "httpTrigger", direction: "in", route: "orders/{id}", methods: ["GET", "POST"], authLevel: "function" }, { name: "$return", type: "http", direction: "out" }]);
    expect(functions.get("bus")).toMatchObject([{ type: "serviceBusTrigger", queueName: "orders", connection: "BUS", isSessionsEnabled: true, properties: { supportsDeferredBinding: "false" } }]);
    expect(functions.get("kind")).toMatchObject([{ type: "queueTrigger", queueName: "q", connection: "C" }]);
  });

  test("invocations run concurrently in one process", async () => {
    const first = unit.invoke("first", nothing);
    expect(answered(await unit.invoke("second", nothing))).toEqual({ order: "second" });
    expect(answered(await first)).toEqual({ order: "first" });
  });

  test("the process has the platform's and the unit's environment, and nothing else of ours but the path", async () => {
    const env = answered(await unit.invoke("env", nothing)) as Record<string, string>;
    expect(env).toMatchObject({ FUNCTIONS_WORKER_RUNTIME: "node", FUNCTIONS_EXTENSION_VERSION: "~4", FROM_UNIT: "yes" });
    expect(Object.keys(env).sort()).toEqual(["FROM_UNIT", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_WORKER_RUNTIME", "PATH"]);
  });

  test("logs hold both streams and what is logged through the library, all of it when the answer is there", async () => {
    for (let at = 0; at < 20; at += 1) {
      await unit.invoke("log", queued({ string: `no.${at}` }));
      expect(unit.logs()).toContain(`[user warning] no.${at} to the library\nno.${at} to stdout\n`);
      expect(unit.logs()).toContain(`no.${at} to stderr\n`);
    }
    expect(unit.logs()).not.toContain("\0");
  });

  test("a function cannot be registered once start-up is over", async () => {
    expect(await unit.invoke("registersLate", nothing)).toEqual({ threw: { type: "Error", message: "A function can only be registered during app startup." } });
  });

  test("a request body over 100 MB is refused before it reaches the app, one of exactly 100 MB is not", async () => {
    const body = new Uint8Array(104_857_601);
    expect(await unit.invoke("size", got({ method: "POST", body: { bytes: body } }))).toEqual({ refused: { code: "413", message: "Request body too large. The max request body size is 104857600 bytes." } });
    expect(bodyOf(await unit.invoke("size", got({ method: "POST", body: { bytes: body.subarray(1) } })))).toBe("104857600");
  });

  test("a caller's mistake rejects: a malformed native, bad base64, an unknown function", async () => {
    await expect(unit.invoke("kind", { http: {} })).rejects.toThrow(TypeError);
    await expect(unit.invoke("kind", queued({ bytes: "not base64!" }))).rejects.toThrow("padded base64");
    await expect(unit.invoke("absent", nothing)).rejects.toThrow('registered no function "absent"');
  });
});

describe("hooks", () => {
  test("app hooks run around every invocation, and appTerminate when the unit is stopped", async () => {
    const unit = await unitOf(
      `
      app.hook.appStart(() => console.log("started"));
      app.hook.appTerminate(() => console.log("terminated"));
      app.hook.preInvocation((c) => { c.inputs = ["changed"]; c.hookData.seen = true; });
      app.hook.postInvocation((c) => { if (c.error) { c.error = null; c.result = { rescued: c.hookData.seen, inputs: c.inputs }; } });
      app.hook.preInvocation(() => { throw new Error("taken back"); }).dispose();
      app.hook.log((c) => { if (c.message === "boom") throw new Error("bad hook"); c.message = "<" + c.message + ">"; });
      ` +
        queue("echo", `(m, c) => { c.log("hi"); c.log("boom"); return { m }; }`) +
        queue("fails", `() => { throw new Error("no"); }`),
    );
    expect(answered(await unit.invoke("echo", nothing))).toEqual({ m: "changed" });
    expect(answered(await unit.invoke("fails", nothing))).toEqual({ rescued: true, inputs: ["changed"] });
    await unit.stop();
    expect(unit.logs()).toBe("started\n[user information] <hi>\n[system error] a log hook threw: Error: bad hook\n[user information] boom\nterminated\n");
  });
});

describe("the life of the process", () => {
  const deadly =
    queue("pid", `() => ({ pid: process.pid })`) +
    queue("never", `() => new Promise(() => setInterval(() => {}, 1000))`) +
    queue("spins", `() => { console.log("spinning"); for (;;); }`) +
    queue("exits", `() => process.exit(3)`) +
    queue("throwsLate", `() => new Promise(() => setTimeout(() => { throw new Error("late"); }))`) +
    queue("rejectsLate", `() => { setTimeout(() => Promise.reject(new Error("nobody waits"))); return new Promise(() => {}); }`);
  const pidOf = async (unit: RunningAzureUnit) => (answered(await unit.invoke("pid", nothing)) as { pid: number }).pid;

  test("an invocation over its time is timedOut, what else was in flight is killed with it, and the next one gets a new process", async () => {
    const unit = await unitOf(deadly, { timeoutMs: 300 });
    const before = await pidOf(unit);
    const late = unit.invoke("never", nothing);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const beside = unit.invoke("never", nothing);
    expect(await late).toEqual({ timedOut: true });
    expect(await beside).toEqual({ exited: null, signal: "SIGKILL" });
    expect(() => process.kill(before, 0)).toThrow("ESRCH");
    expect(await pidOf(unit)).not.toBe(before);
  });

  test("an invocation that blocks the event loop is timedOut too", async () => {
    const unit = await unitOf(deadly, { timeoutMs: 300 });
    expect(await unit.invoke("spins", nothing)).toEqual({ timedOut: true });
  });

  test("a process that exits in flight is exited with its code, and the next invocation gets a new process", async () => {
    const unit = await unitOf(deadly);
    const before = await pidOf(unit);
    expect(await unit.invoke("exits", nothing)).toEqual({ exited: 3 });
    expect(await pidOf(unit)).not.toBe(before);
  });

  test("an uncaught throw or rejection outside the handler ends the process with 1", async () => {
    const unit = await unitOf(deadly);
    expect(await unit.invoke("throwsLate", nothing)).toEqual({ exited: 1 });
    expect(await unit.invoke("rejectsLate", nothing)).toEqual({ exited: 1 });
    expect(unit.logs()).toMatch(/Worker uncaught exception: Error: late\n[^]*Error: nobody waits/);
    expect(await pidOf(unit)).toBeGreaterThan(0);
  });

  test("stopping ends the process, hung or not, twice is once, and a stopped unit takes nothing more", async () => {
    const unit = await unitOf(deadly);
    const pid = await pidOf(unit);
    const hung = unit.invoke("spins", nothing);
    await expect.poll(() => unit.logs()).toContain("spinning");
    await Promise.all([unit.stop(), unit.stop()]);
    expect(await hung).toEqual({ exited: null, signal: "SIGKILL" });
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await expect(unit.invoke("pid", nothing)).rejects.toThrow("stopped");
    await unit.stop();
  });

  test.each([
    ["throws", "index.cjs", `throw new RangeError("broken");`, "RangeError", /^Worker was unable to load entry point "index.cjs": broken$/],
    ["throws as an ES module", "index.mjs", `throw new Error("broken");`, "Error", /"index.mjs": broken$/],
    ["rejects", "index.mjs", `await Promise.reject("broken");`, "string", /"index.mjs": broken$/],
    ["registers a name twice", "index.cjs", queue("a", "() => {}").repeat(2), "Error", /"a" has already been registered/],
  ])("an entry that %s fails every invocation, in the platform's words", async (_, entry, source, type, message) => {
    const unit = await unitOf(source, { entry });
    expect(await unit.invoke("any", nothing)).toEqual({ threw: { type, message: expect.stringMatching(message) } });
    expect(await unit.invoke("any", nothing)).toHaveProperty("threw");
    await expect(unit.metadata()).rejects.toThrow(message);
  });

  test("an entry that exits while loading is exited", async () => {
    const unit = await unitOf(`process.exit(4);`);
    expect(await unit.invoke("any", nothing)).toEqual({ exited: 4 });
  });

  test("an entry that never finishes loading is given up and killed", async () => {
    const folder = await folderWith("index.mjs", `await new Promise(() => {});`);
    const worker = await startWorker({ unit: "shop", folder, entry: "index.mjs", functions: [], timeoutMs: 1000 }, { write: () => undefined, retired: () => undefined, startLimitMs: 200 });
    expect(await worker.loaded).toMatchObject({ kind: "unloadable", failure: { type: "TimeoutException" } });
    expect(await worker.ended).toEqual({ kind: "ended", exited: null, signal: "SIGKILL" });
  });

  test("a unit without its folder does not start", async () => {
    await expect(startUnit({ unit: "shop", folder: "/nowhere/at/all", entry: "index.cjs", functions: [], timeoutMs: 1000 })).rejects.toThrow("ENOENT");
  });
});

describe("HTTP streaming", () => {
  const streaming = `
    app.setup({ enableHttpStream: true });
    const text = new TextEncoder();
    const later = () => new Promise((resolve) => setTimeout(resolve, 10));
    const stream = (...parts) => new ReadableStream({ async pull(c) {
      await later(); const part = parts.shift();
      if (part === undefined) c.close(); else if (part instanceof Error) c.error(part); else if (part === 0) process.exit(5); else c.enqueue(text.encode(part));
    } }, { highWaterMark: 0 });
    app.http("chunks", { handler: async () => ({ status: 202, headers: { "x-a": "1" }, cookies: [{ name: "a", value: "1" }, { name: "b", value: "2" }], body: stream("one", "two", "three") }) });
    app.http("echo", { methods: ["POST"], handler: async (r) => ({ jsonBody: { url: r.url, params: r.params, headers: [...r.headers], query: [...r.query], text: await r.text() } }) });
    app.http("named", { handler: async (r) => ({ body: stream(...r.query.get("n").repeat(3)) }) });
    app.http("breaks", { handler: async () => ({ body: stream("one", "two", new RangeError("mid")) }) });
    app.http("breaksAtOnce", { handler: async () => ({ body: new ReadableStream({ pull(c) { if (this.sent) c.error(new Error("mid")); else c.enqueue(this.sent = new Uint8Array(8_000_000)); } }) }) });
    app.http("throws", { handler: async () => { throw new Error("before"); } });
    app.http("nothing", { handler: async () => undefined });
    app.http("exits", { handler: async () => ({ body: stream("one", 0) }) });
    app.http("hangs", { handler: async () => ({ body: new ReadableStream({ start(c) { c.enqueue(text.encode("one")); } }) }) });
  `;
  const streamed = (seen: unknown) => (seen as { returned: { status: number; headers: [string, string][]; chunks: Uint8Array[]; outputData: unknown[]; failed?: unknown } }).returned;
  const texts = (seen: unknown) => streamed(seen).chunks.map((chunk) => Buffer.from(chunk).toString());
  let unit: RunningAzureUnit;
  beforeAll(async () => {
    unit = await unitOf(streaming + queue("queued", `(m) => ({ m })`), { entry: "index.mjs", httpStream: true });
  });

  test("a streamed answer comes back with status, headers, cookies and its chunks in order", async () => {
    const seen = await unit.invoke("chunks", got());
    expect(streamed(seen)).toMatchObject({ status: 202, outputData: [] });
    expect(streamed(seen)).not.toHaveProperty("failed");
    const headers = [["x-a", "1"], ["x-ms-invocation-id", expect.any(String)], ["set-cookie", "a=1"], ["set-cookie", "b=2"], ["date", expect.any(String)]];
    expect(streamed(seen).headers).toEqual(headers);
    expect(texts(seen)).toEqual(["one", "two", "three"]);
  });

  test("the request goes through the proxy: address, route parameters, headers and body are the client's", async () => {
    const body = Buffer.from("x".repeat(100_000));
    const headers = { "content-type": { value: "text/plain" }, connection: { value: "close" } };
    const native = got({ method: "POST", url: "https://shop.test:8443/api/e/1?q=%20", nullableParams: { id: { value: "1" } }, nullableHeaders: headers, body: { bytes: body } });
    const seen = await unit.invoke("echo", { ...native, triggerMetadata: { of: { string: "the host" } } });
    expect(JSON.parse(texts(seen).join(""))).toEqual({ url: "https://shop.test:8443/api/e/1?q=%20", params: { id: "1", of: "the host" }, headers: [["connection", "close"], ["content-type", "text/plain"]], query: [["q", " "]], text: body.toString() });
  });

  test("concurrent answers do not mix", async () => {
    const seen = await Promise.all(["a", "b", "c"].map((n) => unit.invoke("named", got({ url: `https://shop.test/api/x?n=${n}` }))));
    expect(seen.map(texts)).toEqual(["a", "b", "c"].map((n) => [n, n, n]));
  });

  test("a throw before the body is threw, one in the body ends the answer with what was written", async () => {
    expect(await unit.invoke("throws", got())).toEqual({ threw: { type: "Error", message: "before" } });
    const seen = await unit.invoke("breaks", got());
    expect(streamed(seen)).toMatchObject({ status: 200, failed: { type: "RangeError", message: "mid" } });
    expect(texts(seen)).toEqual(["one", "two"]);
    const atOnce = streamed(await unit.invoke("breaksAtOnce", got()));
    expect(atOnce.failed).toEqual({ type: "Error", message: "mid" });
    expect(atOnce.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)).toBe(8_000_000);
  });

  test("a handler that returns nothing leaves the answer open, which the host reports as a failed forwarding", async () => {
    expect(await unit.invoke("nothing", got())).toEqual({ threw: { type: "InvalidOperationException", message: "Failed to proxy request with ForwarderError: RequestTimedOut" } });
  });

  test("a crash in the body is exited, and the next invocation streams from a new process", async () => {
    expect(await unit.invoke("exits", got())).toEqual({ exited: 5 });
    expect(texts(await unit.invoke("chunks", got()))).toEqual(["one", "two", "three"]);
  });

  test("other triggers of a streaming app go over RPC", async () => {
    expect(answered(await unit.invoke("queued", queued({ string: "m" })))).toEqual({ m: "m" });
  });

  test("an answer that never ends is timedOut", async () => {
    const short = await unitOf(streaming, { entry: "index.mjs", timeoutMs: 300 });
    expect(await short.invoke("hangs", got())).toEqual({ timedOut: true });
  });

  test("a unit that is to stream and does not is refused at start", async () => {
    await expect(unitOf(queue("a", "() => {}"), { httpStream: true })).rejects.toThrow("httpStream true");
    await expect(unitOf(streaming, { entry: "index.mjs", httpStream: false })).rejects.toThrow("httpStream false");
  });
});
