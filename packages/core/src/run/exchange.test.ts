import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { virtualClock } from "@isobar/simulator";
import type { ExchangeCodec, ResponseHead, Sink } from "../boundary.ts";
import { IsobarError } from "../errors.ts";
import type { WholeBody } from "../http/body.ts";
import type { IncomingRequest } from "../http/request.ts";
import { bytes, empty, json, text } from "../http/response.ts";
import { incoming, type RequestInput } from "../testing/incoming.ts";
import { keptLog, parts, testPlatform } from "../testing/platform.ts";
import * as http from "../triggers/http.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { exchange } from "./exchange.ts";
import { graceMs } from "./deadline.ts";
import type { Platform, Wiring } from "./platform.ts";
import { streamedExchange } from "./streamed.ts";

type Answer = { readonly head: ResponseHead; readonly body: WholeBody };
const codec: ExchangeCodec<IncomingRequest, Answer> = {
  decode(native) {
    if (native === "foreign") throw new IsobarError("invalid-native-event", "no request");
    return { native: native as IncomingRequest, request: native as IncomingRequest };
  },
  encode(head, body) {
    if (body === "too large") throw new IsobarError("payload-too-large", "over the wire's limit");
    return { head, body };
  },
  encodeHead: (head) => head,
};
const open = { access: "public" } as const;
async function ask(fn: HttpFunction, init: RequestInput & { readonly path?: string } = {}, wiring: Wiring = {}, over: Partial<Platform> = {}) {
  const { lines, log } = keptLog();
  const { path = "/a", ...rest } = init;
  const { head, body } = await exchange(fn, codec, { ...parts, name: "hello", ...wiring })(incoming(path, rest), { ...testPlatform(log), ...over });
  return { status: head.status, headers: Object.fromEntries(head.headers), body, lines };
}
const problem = (status: number, title: string, code: string) => JSON.stringify({ type: "about:blank", title, status, code });

describe("answers", () => {
  test("a light answer and the web's own leave alike", async () => {
    const light = await ask(http.get("/a", open, () => json({ a: 1 }, { headers: { "x-a": "1" } })));
    const web = await ask(http.get("/a", open, () => Response.json({ a: 1 }, { headers: { "x-a": "1" } })));
    expect([light.status, light.headers, light.body]).toEqual([200, { "content-type": "application/json", "x-a": "1" }, '{"a":1}']);
    expect([web.status, web.headers, new TextDecoder().decode(web.body as Uint8Array)]).toEqual([200, light.headers, '{"a":1}']);
  });
  test("an answer to HEAD, and one with 204 or 304, has no body; what a stream of it holds is given up", async () => {
    let cancelled = false;
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel: () => void (cancelled = true) });
    expect((await ask(http.get("/a", open, () => new Response(stream)), { method: "HEAD" })).body).toBeUndefined();
    expect(cancelled).toBe(true);
    expect((await ask(http.get("/a", open, () => empty({ status: 304 })))).body).toBeUndefined();
  });
  test("what the platform writes itself is left to it; only HEAD tells a length", async () => {
    const headers = { connection: "close", "content-length": "3", "keep-alive": "1", "transfer-encoding": "chunked", upgrade: "h2c", "x-a": "1" };
    const fn = http.get("/a", open, () => text("abc", { headers }));
    expect((await ask(fn)).headers).toEqual({ "x-a": "1", "content-type": "text/plain;charset=UTF-8" });
    expect((await ask(fn, { method: "HEAD" })).headers).toEqual({ "content-length": "3", "x-a": "1", "content-type": "text/plain;charset=UTF-8" });
  });
  test("each set-cookie leaves as one of its own", async () => {
    const { head } = await exchange(http.get("/a", open, () => new Response(null, { headers: [["set-cookie", "a=1, b"], ["set-cookie", "c=2"]] })), codec)(incoming("/a"), testPlatform());
    expect(head.headers).toEqual([["set-cookie", "a=1, b"], ["set-cookie", "c=2"]]);
  });
});

describe("failures", () => {
  test.each<[string, () => never | Response]>([
    ["throws an error", () => { throw new Error("secret-detail"); }],
    ["throws a string", () => { throw "secret-detail"; }],
    ["throws nothing", () => { throw undefined; }],
    ["returns no response", () => "secret-detail" as never],
    ["returns nothing", () => undefined as never],
    ["returns a response that was read", () => { const response = text("secret-detail"); void response.text(); return response; }],
    ["returns a network error", () => Response.error()],
    ["injects a header", () => text("x", { headers: { a: "1\r\nset-cookie: b" } })],
  ])("a handler that %s is answered 500 without a word of why, which is in the log", async (_, handler) => {
    for (const how of [handler, async () => handler()]) {
      const { status, headers, body, lines } = await ask(http.get("/a", open, how as () => Response));
      expect([status, headers, body]).toEqual([500, { "content-type": "application/problem+json" }, problem(500, "Internal Server Error", "handler-failed")]);
      expect(lines.map(({ level, message, "faas.name": name }) => [level, message, name])).toEqual([["error", "the request failed", "hello"]]);
    }
  });
  test("a body that breaks while it is read is answered 500", async () => {
    const stream = new ReadableStream({ start: (controller) => controller.error(new Error("secret-detail")) });
    expect((await ask(http.get("/a", open, () => new Response(stream)))).status).toBe(500);
  });
  test("an answer that the wire cannot carry is answered 500 with the reason's code", async () => {
    expect(await ask(http.get("/a", open, () => text("too large")))).toMatchObject({ status: 500, body: problem(500, "Internal Server Error", "payload-too-large") });
  });
  test("a foreign envelope is the invocation's fault", async () => {
    await expect(exchange(http.get("/a", open, () => empty()), codec)("foreign", testPlatform())).rejects.toMatchObject({ code: "invalid-native-event" });
  });
  test("an entry without a part that its function needs fails when it is made", () => {
    const needs = (fn: HttpFunction) => () => exchange(fn, codec, { name: "hello" });
    const schema = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) } };
    expect(needs(http.post("/a", { ...open, body: schema }, () => empty()))).toThrow("hello needs `input`, which its entry does not bring");
    expect(needs(http.get("/a", { ...open, cors: { origins: "*" } }, () => empty()))).toThrow("hello needs `cors`");
  });
});

describe("deadlines", () => {
  test("a handler that never settles is answered 504 after its timeout and the grace; what it says later is logged", async () => {
    const clock = virtualClock(0);
    let late!: (response: Response) => void;
    let aborted: number | undefined;
    const fn = http.get("/a", { ...open, timeout: "2s" }, (_, ctx) => {
      ctx.signal.addEventListener("abort", () => void (aborted = clock.now()));
      expect([ctx.remainingMs(), ctx.deadline.getTime()]).toEqual([2_000, 2_000]);
      return new Promise<Response>((resolve) => (late = resolve));
    });
    const { lines, log } = keptLog();
    const answer = exchange(fn, codec, { name: "slow", clock })(incoming("/a"), testPlatform(log));
    await clock.advance(2_000 + graceMs);
    expect([(await answer).head.status, aborted]).toEqual([504, 2_000]);
    late(text("too late"));
    await clock.advance(0);
    expect(lines.map(({ message }) => message)).toEqual(["the request failed", "the handler settled after its deadline; its answer was not sent"]);
  });
  test("the platform's remaining time, less the margin, lowers the timeout", async () => {
    const { body } = await ask(http.get("/a", { ...open, timeout: "20s" }, (_, ctx) => text(String(ctx.remainingMs()))), {}, { clock: virtualClock(0) }, { remainingMs: () => 5_000 });
    expect(body).toBe("4000");
  });
});

describe("mounts", () => {
  const app = new Hono().basePath("/web").get("/hello/:name", (c) => c.text(`hello ${c.req.param("name")}`)).post("/echo", async (c) => c.json({ got: await c.req.json(), type: c.req.header("content-type") }, 201));
  test("a whole Hono app answers, bodies included", async () => {
    const fn = http.all("/web/{rest+}", open, app.fetch);
    const get = await ask(fn, { path: "/web/hello/ada?x=1" });
    const post = await ask(fn, { path: "/web/echo", method: "POST", body: { a: 1 } });
    expect([get.status, new TextDecoder().decode(get.body as Uint8Array)]).toEqual([200, "hello ada"]);
    expect([post.status, new TextDecoder().decode(post.body as Uint8Array)]).toEqual([201, '{"got":{"a":1},"type":"application/json"}']);
  });
  test("a mount gets the platform's own Request, with parameters beside it", async () => {
    const fn = http.all("/web/{rest+}", open, async (request) => text(`${request instanceof Request} ${request.params.rest} ${await new Request(request).text()}`));
    expect((await ask(fn, { path: "/web/a/b", method: "PUT", body: "c" })).body).toBe("true a/b c");
  });
});

describe("contexts", () => {
  test("tell the function, the invocation, the first call, the trace; and no attempt", async () => {
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const serve = exchange(http.get("/a", open, (_, ctx) => json([ctx.functionName, ctx.invocationId, ctx.coldStart, ctx.trace, ctx.attempt ?? null])), codec, { name: "hello" });
    const first = await serve(incoming("/a", { headers: { traceparent: trace } }), testPlatform());
    const second = await serve(incoming("/a"), testPlatform());
    expect([first.body, second.body]).toEqual([`["hello","test",true,{"traceparent":"${trace}"},null]`, '["hello","test",false,{},null]']);
  });
});

describe("streams", () => {
  async function pour(fn: HttpFunction) {
    const seen: string[] = [];
    const sink: Sink = {
      open: (head) => void seen.push(`head ${(head as ResponseHead).status}`),
      write: async (chunk) => void seen.push(new TextDecoder().decode(chunk)),
      close: async () => void seen.push("closed"),
      abort: (cause) => void seen.push(`aborted: ${(cause as Error).message}`),
    };
    const failure = await streamedExchange(fn, codec, { name: "hello" })(incoming("/a"), testPlatform(() => {}), sink).then(() => undefined, (error: Error) => error.message);
    return { seen, failure };
  }
  const streaming = { ...open, streaming: true } as const;
  const of = (...chunks: (string | Error)[]) => new ReadableStream({ pull(controller) { const next = chunks.shift(); if (next === undefined) controller.close(); else if (typeof next === "string") controller.enqueue(new TextEncoder().encode(next)); else controller.error(next); } });

  test("chunks leave in order, after the head", async () => expect(await pour(http.get("/a", streaming, () => new Response(of("a", "b"), { status: 201 })))).toEqual({ seen: ["head 201", "a", "b", "closed"], failure: undefined }));
  test("a whole answer, and none, leave through it too", async () => {
    expect((await pour(http.get("/a", streaming, () => bytes(new Uint8Array([97]))))).seen).toEqual(["head 200", "a", "closed"]);
    expect((await pour(http.get("/a", streaming, () => empty()))).seen).toEqual(["head 204", "closed"]);
  });
  test("one that breaks aborts the sink and fails the invocation", async () => {
    expect(await pour(http.get("/a", streaming, () => new Response(of("a", new Error("broke"))))).then(({ seen, failure }) => [...seen, failure])).toEqual(["head 200", "a", "aborted: broke", "broke"]);
  });
  test("a stream that the client no longer takes is given up", async () => {
    let cancelled: unknown;
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel: (cause) => void (cancelled = cause) });
    const gone = new Error("the client went away");
    const sink: Sink = { open: () => {}, write: () => Promise.reject(gone), close: async () => {}, abort: () => {} };
    await expect(streamedExchange(http.get("/a", streaming, () => new Response(endless)), codec)(incoming("/a"), testPlatform(() => {}), sink)).rejects.toBe(gone);
    expect(cancelled).toBe(gone);
  });
  test("a wire without streaming makes no such entry", () => {
    const { encodeHead: _, ...whole } = codec;
    expect(() => streamedExchange(http.get("/a", streaming, () => empty()), whole)).toThrow(expect.objectContaining({ code: "internal" }));
  });
  test("one that holds no bytes aborts the sink", async () => {
    const texts = new ReadableStream({ start(controller) { controller.enqueue("text"); controller.close(); } });
    expect((await pour(http.get("/a", streaming, () => new Response(texts)))).seen.at(-1)).toContain("aborted");
  });
});

describe("what is no answer, and what blames the wrong side", () => {
  const likeOne = { status: 200, headers: { forEach: () => {} } };
  test.each<[string, unknown]>([["null", null], ["a text", "hello"], ["nothing", undefined], ["no headers", { status: 200, arrayBuffer: () => {} }], ["headers that are none", { status: 200, headers: {}, arrayBuffer: () => {} }], ["no body to read", likeOne], ["a status that is no number", { ...likeOne, status: "200", arrayBuffer: () => {} }], ["a failed fetch", Response.error()]])(
    "%s is answered 500, and logged",
    async (_, returned) => {
      const { status, body, lines } = await ask(http.get("/a", open, () => returned as Response));
      expect([status, body, lines.length]).toEqual([500, problem(500, "Internal Server Error", "handler-failed"), 1]);
    },
  );
  test.each([200, 599])("status %i of the web's own is an answer", async (status) => expect((await ask(http.get("/a", open, () => new Response("x", { status })))).status).toBe(status));
  test.each<[string, IsobarError, number, string]>([
    ["a code that blames the caller, from inside a handler, is a failure of ours", new IsobarError("invalid-input", "inner"), 500, "handler-failed"],
    ["a deadline of something that it called is a time-out", new IsobarError("deadline-exceeded", "inner"), 504, "deadline-exceeded"],
    ["a send that failed says so", new IsobarError("send-failed", "inner"), 500, "send-failed"],
  ])("%s", async (_, error, status, code) => {
    const answer = await ask(http.get("/a", open, () => { throw error; }));
    expect([answer.status, (JSON.parse(answer.body as string) as { code: string }).code]).toEqual([status, code]);
  });
  test("what the caller did wrong is answered and not logged: no path, no method, no such route", async () => {
    const fn = http.post("/a", open, () => empty());
    const dots = await ask(fn, { method: "POST", path: "/x/../a" });
    expect([dots.status, JSON.parse(dots.body as string), dots.lines]).toEqual([400, { type: "about:blank", title: "Bad Request", status: 400, code: "invalid-input", issues: [{ in: "path", path: "", message: 'a segment is "." or ".."' }] }, []]);
    const wrong = await ask(fn, { method: "GET" });
    expect([wrong.status, wrong.headers.allow, JSON.parse(wrong.body as string), wrong.lines]).toEqual([405, "POST", { type: "about:blank", title: "Method Not Allowed", status: 405, code: "method-not-allowed" }, []]);
    const none = await ask(fn, { path: "/b" });
    expect([none.status, JSON.parse(none.body as string), none.lines]).toEqual([404, { type: "about:blank", title: "Not Found", status: 404, code: "no-such-route" }, []]);
  });
});

describe("which object a handler gets", () => {
  test.each<[string, HttpFunction, boolean]>([
    ["every method on a path that ends in a rest: a mount, the platform's own", http.all("/{rest+}", open, (request) => json(request instanceof Request)), true],
    ["every method on another path: the light one", http.all("/{x}", open, (request) => json(request instanceof Request)), false],
    ["one method on a rest: the light one", http.get("/{rest+}", open, (request) => json(request instanceof Request)), false],
  ])("%s", async (_, fn, real) => expect(JSON.parse((await ask(fn)).body as string)).toBe(real));
  test("its signal is the deadline's", async () => {
    const clock = virtualClock(0);
    let signal: AbortSignal | undefined;
    const answer = ask(http.get("/a", { ...open, timeout: "1s" }, (request) => { signal = request.signal; return new Promise<Response>(() => {}); }), {}, { clock });
    await clock.advance(1_000);
    expect(signal?.aborted).toBe(true);
    await clock.advance(graceMs);
    expect((await answer).status).toBe(504);
  });
  test("a trace is the caller's headers, and none is none", async () => {
    const fn = http.get("/a", open, (_request, ctx) => json(ctx.trace));
    expect(JSON.parse((await ask(fn, { headers: { traceparent: "00-1", tracestate: "a=1" } })).body as string)).toEqual({ traceparent: "00-1", tracestate: "a=1" });
    expect(JSON.parse((await ask(fn, { headers: { tracestate: "a=1" } })).body as string)).toEqual({});
  });
  test("a function without `cors` answers no preflight, though its unit has one that does", async () => {
    const functions = { plain: http.all("/plain", open, (request) => text(request.method)), shared: http.get("/shared", { ...open, cors: { origins: "*" } }, () => empty()) };
    const { head, body } = await exchange(functions, codec, parts)(incoming("/plain", { method: "OPTIONS", headers: { origin: "https://a.example", "access-control-request-method": "GET" } }), testPlatform());
    expect([head.status, head.headers.filter(([name]) => name.startsWith("access-control")), body]).toEqual([200, [], "OPTIONS"]);
  });
  test("once answered, no timer is left behind", async () => {
    let pending = 0;
    const clock = { now: () => 0, after: () => { pending++; return () => void pending--; } };
    await ask(http.get("/a", open, () => empty()), {}, { clock });
    expect(pending).toBe(0);
  });
});
