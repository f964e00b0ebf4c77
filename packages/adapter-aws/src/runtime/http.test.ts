import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bytes, empty, http as route, json, text, type Context } from "@isobar/core";
import { native } from "../native.ts";
import type { HttpEvent, LambdaContext } from "../native.ts";
import { functionUrl, functionUrlStream, http, type HttpHandler } from "./http.ts";

const context: LambdaContext = { awsRequestId: "request-1", functionName: "shop-checkout", getRemainingTimeInMillis: () => 30_000 };
const event = ({ method = "GET", ...change }: { method?: string } & Partial<HttpEvent> = {}): HttpEvent => ({
  version: "2.0", rawPath: "/a", rawQueryString: "", headers: { host: "shop.example" }, requestContext: { stage: "$default", http: { method, sourceIp: "192.0.2.1" } }, isBase64Encoded: false, ...change,
});
const access = "public" as const;
const problem = (status: number, code: string, title = "Internal Server Error") => ({ statusCode: status, headers: { "content-type": "application/problem+json" }, body: JSON.stringify({ type: "about:blank", title, status, code }), isBase64Encoded: false });
const errors = () => vi.mocked(console.error).mock.calls.map(([line]) => JSON.parse(line as string) as object);

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe.each([["an HTTP API", http], ["a Function URL", functionUrl]] as const)("behind %s", (_, entry) => {
  const answered = (handle: (request: Request, ctx: Context<"http">) => Response | Promise<Response>, given: Parameters<typeof event>[0] = {}) => entry(route.all("/a", { access }, handle))(event(given), context);

  test("a request reaches its function, and the answer comes back whole", async () => {
    const echo = async (request: Request) => json({ method: request.method, url: request.url, accept: request.headers.get("accept"), body: await request.json() }, { status: 201, headers: { "x-a": "1" } });
    expect(await answered(echo, { method: "POST", rawQueryString: "x=1&x=", headers: { Host: "shop.example", Accept: "*/*" }, body: '{"n":1}' })).toEqual({
      statusCode: 201, headers: { "x-a": "1", "content-type": "application/json" }, body: '{"method":"POST","url":"https://shop.example/a?x=1&x=","accept":"*/*","body":{"n":1}}', isBase64Encoded: false,
    });
  });
  test.each(["GET", "HEAD"])("edge 20: %s with a body is a request without one, and native(ctx) still has it", async (method) => {
    const seen: unknown[] = [];
    await answered(async (request, ctx) => (seen.push(request.body, await request.text(), native(ctx)?.record.body), empty()), { method, body: "x" });
    expect(seen).toEqual([null, "", "x"]);
  });
  test("edge 20: GET with an empty body reaches a mount, which gets the platform's own Request", async () => {
    const mounted = entry(route.all("/{rest+}", { access }, (request) => json([request instanceof Request, request.method, request.url])));
    expect((await mounted(event({ body: "" }), context)).body).toBe('[true,"GET","https://shop.example/a"]');
  });
  test("edge 21: a base64 body is parsed as the JSON it holds", async () => {
    expect((await answered(async (request) => json(await request.json()), { method: "POST", body: "eyJuIjoiw6kifQ==", isBase64Encoded: true })).body).toBe('{"n":"é"}');
  });
  test.each([[undefined, null], [null, null], ["", "stream"]])("edge 22: a body of %j reads as the empty text", async (body, expected) => {
    const seen: unknown[] = [];
    await answered(async (request) => (seen.push(request.body === null ? null : "stream", await request.text()), empty()), { method: "POST", ...(body === undefined ? {} : { body }) });
    expect(seen).toEqual([expected, ""]);
  });
  test("bytes pass both ways", async () => {
    expect(await answered(async (request) => bytes(new Uint8Array(await request.arrayBuffer())), { method: "POST", body: "AP+ACg==", isBase64Encoded: true })).toMatchObject({ body: "AP+ACg==", isBase64Encoded: true });
  });
  test("a body that is no base64 is answered 500 and never reaches the handler as something else", async () => {
    expect(await answered(async (request) => text(await request.text()), { method: "POST", body: "Hello world!", isBase64Encoded: true })).toEqual(problem(500, "invalid-native-event"));
  });
  test("edge 24 and 27: two Set-Cookie leave as two, one as one", async () => {
    const answer = await answered(() => empty({ headers: [["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], ["set-cookie", "b=2"]] }));
    expect([answer.cookies, answer.headers, (await answered(() => empty({ headers: { "set-cookie": "a=1" } }))).cookies]).toEqual([["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"], {}, ["a=1"]]);
  });
  test("edge 27: cookies of the platform's own Response stay apart", async () => {
    expect((await answered(() => new Response(null, { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }))).cookies).toEqual(["a=1", "b=2"]);
  });
  test.each([["HEAD", 200], ["GET", 204], ["GET", 205], ["GET", 304]])("edge 31: %s answered %i has no body", async (method, status) => {
    const answer = await answered(() => (status === 200 ? text("hello") : new Response(null, { status })), { method });
    expect([answer.statusCode, Object.hasOwn(answer, "body"), answer.isBase64Encoded]).toEqual([status, false, false]);
  });
  test("an answer over 6 MB is answered 500 payload-too-large instead of breaking the invocation, and the log says why", async () => {
    expect(await answered(() => text("a".repeat(6_300_000)))).toEqual(problem(500, "payload-too-large"));
    expect(errors()).toMatchObject([{ message: "the answer could not be sent", error: { code: "payload-too-large" } }]);
  });
  test("a handler that throws is answered 500 without details; the log has them", async () => {
    expect(await answered(() => { throw new Error("the database password is hunter2"); })).toEqual(problem(500, "handler-failed"));
    expect(errors()).toMatchObject([{ level: "error", "faas.name": "shop-checkout", "faas.invocation_id": "request-1", error: { message: "the database password is hunter2" } }]);
  });
  test("keys __proto__ in headers, query and JSON are data, and change no prototype", async () => {
    const answer = await answered(async (request) => json({ header: request.headers.get("__proto__"), query: new URL(request.url).searchParams.get("__proto__"), body: await request.text() }), {
      method: "POST", headers: JSON.parse('{"host":"shop.example","__proto__":"h"}') as Record<string, string>, rawQueryString: "__proto__=q", body: '{"__proto__":{"polluted":1}}',
    });
    expect([answer.body, ({} as { polluted?: number }).polluted]).toEqual(['{"header":"h","query":"q","body":"{\\"__proto__\\":{\\"polluted\\":1}}"}', undefined]);
  });
  test("ctx tells Lambda's invocation, and its deadline is within Lambda's own", async () => {
    const seen: unknown[] = [];
    await entry(route.get("/a", { access }, (_request, ctx) => (seen.push(ctx.functionName, ctx.invocationId, ctx.attempt, ctx.coldStart, ctx.remainingMs() <= 4_000), empty())), { name: "checkout" })(event(), { ...context, getRemainingTimeInMillis: () => 5_000 });
    expect(seen).toEqual(["checkout", "request-1", undefined, true, true]);
  });
  test.each([null, {}, { version: "1.0", httpMethod: "GET", path: "/a" }, { Records: [] }])("the envelope %j rejects with invalid-native-event", async (given) => {
    await expect(entry(route.all("/a", { access }, () => empty()))(given as never, context)).rejects.toMatchObject({ name: "IsobarError", code: "invalid-native-event" });
  });
  test("a unit of several functions finds the one whose path and method fit, and says 404 and 405 itself", async () => {
    const unit: HttpHandler = entry({ list: route.get("/a", { access }, (_request, ctx) => text(ctx.functionName)), add: route.post("/a", { access }, (_request, ctx) => text(ctx.functionName)) });
    const seen = await Promise.all([event(), event({ method: "POST" }), event({ method: "PUT" }), event({ rawPath: "/b" })].map((each) => unit(each, context)));
    expect(seen.map(({ statusCode, body, headers }) => [statusCode, statusCode === 200 ? body : headers["allow"]])).toEqual([[200, "list"], [200, "add"], [405, "GET, HEAD, POST"], [404, undefined]]);
  });
});

describe("a Function URL that streams", () => {
  class Head extends Writable {
    head: unknown;
    readonly chunks: Buffer[] = [];
    override _write(chunk: Buffer, _encoding: string, done: () => void) {
      if (chunk.length > 0) this.chunks.push(chunk);
      done();
    }
  }
  const lambda = { streamifyResponse: (handler: unknown) => handler, HttpResponseStream: { from: (stream: Head, head: unknown) => Object.assign(stream, { head }) } };
  type Streaming = (event: unknown, stream: Writable, context: LambdaContext) => Promise<void>;
  afterEach(() => void vi.unstubAllGlobals());
  const streamed = async (handle: () => Response, given: Parameters<typeof event>[0] = {}) => {
    vi.stubGlobal("awslambda", lambda);
    const stream = new Head();
    await (functionUrlStream(route.all("/a", { access, streaming: true }, handle)) as Streaming)(event(given), stream, context);
    return stream;
  };

  test("the head goes first, then each piece, then the end", async () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => (["one,", "two"].forEach((each) => controller.enqueue(new TextEncoder().encode(each))), controller.close()) });
    const stream = await streamed(() => new Response(body, { status: 201, headers: [["x-a", "1"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]] }));
    expect([{ ...(stream.head as object) }, stream.chunks.map(String), stream.writableFinished]).toEqual([{ statusCode: 201, headers: { "x-a": "1" }, cookies: ["a=1", "b=2"] }, ["one,", "two"], true]);
  });
  test("an answer without a body has its head all the same", async () => {
    const stream = await streamed(() => empty(), { method: "HEAD" });
    expect([stream.head, stream.chunks, stream.writableFinished]).toMatchObject([{ statusCode: 204 }, [], true]);
  });
  test("a stream that breaks rejects, and never ends as if it were whole", async () => {
    const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: (controller) => controller.error(new Error("half way")) });
    vi.stubGlobal("awslambda", lambda);
    const stream = new Head();
    const entry = functionUrlStream(route.get("/a", { access, streaming: true }, () => new Response(broken))) as Streaming;
    await expect(entry(event(), stream, context)).rejects.toThrow("half way");
    expect([stream.writableEnded, stream.destroyed]).toEqual([false, false]);
  });
  test("another envelope rejects before any head", async () => {
    vi.stubGlobal("awslambda", lambda);
    const stream = new Head();
    const entry = functionUrlStream(route.get("/a", { access, streaming: true }, () => empty())) as Streaming;
    await expect(entry({ version: "1.0" }, stream, context)).rejects.toMatchObject({ code: "invalid-native-event" });
    expect([stream.head, stream.writableEnded]).toEqual([undefined, false]);
  });
  test("outside Lambda's runtime the entry does not load, and says why", () => {
    expect(() => functionUrlStream(route.get("/a", { access, streaming: true }, () => empty()))).toThrow(expect.objectContaining({ code: "internal", message: "a streamed answer needs Lambda's runtime: the global `awslambda` is missing" }));
  });
});
