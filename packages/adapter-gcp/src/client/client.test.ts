/** The client against a server of our own on this machine. */
import { getEventListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@isobar/core/adapter";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { metadataToken, pubsub, token, type Token } from "./index.ts";

interface Seen {
  readonly what: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}
type Answer = { readonly status?: number; readonly text?: string; readonly headers?: Readonly<Record<string, string>> } | "reset" | "silence";

/** A server that answers in turn, the last answer for ever, and the requests that it saw. */
async function serving(answers: readonly Answer[], heard: (seen: Seen) => void = () => {}) {
  const seen: Seen[] = [];
  let lost!: (what: string) => void;
  /** The first request that went away before it was answered. */
  const gone = new Promise<string>((resolve) => (lost = resolve));
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const what = `${request.method} ${request.url}`;
      seen.push({ what, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.on("close", () => void (response.writableFinished || lost(what)));
      const answer = answers[Math.min(seen.length, answers.length) - 1]!;
      if (answer === "reset") request.socket.resetAndDestroy();
      else if (answer !== "silence") response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers }).end(answer.text ?? "{}");
      heard(seen.at(-1)!);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, endpoint: `http://${host}`, seen, gone };
}
/** A clock that stands still until it is told the time; waits between tries are over at once, and time limits when the test says so. */
function handClock() {
  const waitsMs: number[] = [];
  const limits = new Map<() => void, number>();
  const clock: Clock & { time: number } = {
    time: 1_893_456_000_000,
    now: () => clock.time,
    after(ms, then) {
      if (ms >= 5_000) {
        limits.set(then, ms);
        return () => void limits.delete(then);
      }
      waitsMs.push(ms);
      const timer = setImmediate(then);
      return () => clearImmediate(timer);
    },
  };
  return { clock, waitsMs, limits, expire: () => [...limits.keys()].forEach((then) => then()) };
}
const { signal } = new AbortController();
const fixed: Token = async () => "secret-token";
const topic = "projects/p/topics/orders";
const subscription = "projects/p/subscriptions/orders-failed";
const published = { text: '{"messageIds":["m-1"]}' };
const refused = (status: number, word: string): Answer => ({ status, text: JSON.stringify({ error: { code: status, message: "secret-body", status: word } }) });
const caught = (promise: Promise<unknown>): Promise<Error> => promise.then(() => { throw new Error("it resolved"); }, (error: Error) => error);

afterEach(() => vi.unstubAllEnvs());

describe("publish", () => {
  test("posts data in base64, attributes and the ordering key, and gives back the ids", async () => {
    const { endpoint, seen } = await serving([{ text: '{"messageIds":["m-1","m-2"]}' }]);
    const ids = await pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "ü", attributes: { isobar: '{"v":1}' }, orderingKey: "k" }, { data: new Uint8Array([9, 0, 255, 9]).subarray(1, 3) }], signal);
    expect(ids).toEqual(["m-1", "m-2"]);
    expect(seen.map(({ what }) => what)).toEqual(["POST /v1/projects/p/topics/orders:publish"]);
    expect(JSON.parse(seen[0]!.body)).toEqual({ messages: [{ data: "w7w=", attributes: { isobar: '{"v":1}' }, orderingKey: "k" }, { data: "AP8=" }] });
    expect(seen[0]!.headers).toMatchObject({ authorization: "Bearer secret-token", "content-type": "application/json", "content-length": String(Buffer.byteLength(seen[0]!.body)) });
  });
  test("spells a topic whose name is more than letters", async () => {
    const { endpoint, seen } = await serving([published]);
    await pubsub({ token: fixed, endpoint }).publish("projects/example.com:shop/topics/a%b+c~d", [{ data: "x" }], signal);
    expect(seen[0]!.what).toBe("POST /v1/projects/example.com%3Ashop/topics/a%25b%2Bc~d:publish");
  });
  test("goes to the emulator without a token, where one is named", async () => {
    const { host, seen } = await serving([published]);
    vi.stubEnv("PUBSUB_EMULATOR_HOST", host);
    const never: Token = () => Promise.reject(new Error("asked for a token"));
    await pubsub({ token: never }).publish(topic, [{ data: "x" }], signal);
    expect([seen[0]!.what, seen[0]!.headers.authorization]).toEqual(["POST /v1/projects/p/topics/orders:publish", undefined]);
  });
  test("an endpoint that was chosen goes before the emulator", async () => {
    const { endpoint, seen } = await serving([published]);
    vi.stubEnv("PUBSUB_EMULATOR_HOST", "127.0.0.1:1");
    await pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "x" }], signal);
    expect(seen[0]!.headers.authorization).toBe("Bearer secret-token");
  });
  test.each<[string, { readonly data: string | Uint8Array; readonly attributes?: Readonly<Record<string, string>>; readonly orderingKey?: string }, string]>([
    ["an attribute of 1,025 bytes in 513 characters", { data: "x", attributes: { isobar: `${"ü".repeat(512)}x` } }, 'the attribute "isobar" is 1025 bytes; Pub/Sub takes 1024'],
    ["an ordering key of 1,025 bytes", { data: "x", orderingKey: "k".repeat(1_025) }, "the ordering key is 1025 bytes; Pub/Sub takes 1024"],
    ["data of more than a request", { data: new Uint8Array(10_485_761) }, "a message in base64 is 13981016 bytes; Pub/Sub takes 10485760"],
    ["data that base64 makes more than a request", { data: "x".repeat(7_864_320) }, "publish projects/p/topics/orders: a request with its data in base64 is 10485786 bytes; Pub/Sub takes 10485760"],
  ])("%s is refused before anything is sent", async (_, message, why) => {
    const { endpoint, seen } = await serving([published]);
    expect(await caught(pubsub({ token: fixed, endpoint }).publish(topic, [message], signal))).toMatchObject({ code: "payload-too-large", message: why });
    expect(seen).toEqual([]);
  });
  test("what is just as large as may be is sent, and not one byte more", async () => {
    const { endpoint, seen } = await serving([published]);
    const client = pubsub({ token: fixed, endpoint });
    await client.publish(topic, [{ data: "x", attributes: { isobar: "ü".repeat(512) }, orderingKey: "k".repeat(1_024) }], signal);
    await client.publish(topic, [{ data: "x".repeat(7_864_278), orderingKey: "k".repeat(13) }], signal);
    expect((await caught(client.publish(topic, [{ data: "x".repeat(7_864_278), orderingKey: "k".repeat(14) }], signal))).message).toContain("is 10485761 bytes");
    expect(seen.map(({ body }) => body.length)).toEqual([1_610, 10_485_760]);
  });
  test.each([["{}"], ['{"messageIds":[]}'], ['{"messageIds":["m-1","m-2"]}']])("an answer that does not name the message, %s, is none", async (text) => {
    const { endpoint } = await serving([{ text }]);
    expect((await caught(pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "x" }], signal))).message).toBe("publish projects/p/topics/orders: the answer does not name every message");
  });
  test("an answer that is no JSON is none, and is not repeated", async () => {
    const { endpoint } = await serving([{ text: "secret-body" }]);
    const error = await caught(pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "x" }], signal));
    expect([error.message, error.cause]).toEqual(["publish projects/p/topics/orders: the answer is not JSON", undefined]);
  });
});

describe("a subscription", () => {
  test("is pulled from", async () => {
    const { endpoint, seen } = await serving([{ text: '{"receivedMessages":[{"ackId":"a-1","message":{"messageId":"m-1","data":"eA=="},"deliveryAttempt":2}]}' }, {}]);
    const client = pubsub({ token: fixed, endpoint });
    expect(await client.pull(subscription, { maxMessages: 10, returnImmediately: true }, signal)).toEqual([{ ackId: "a-1", message: { messageId: "m-1", data: "eA==" }, deliveryAttempt: 2 }]);
    expect(await client.pull(subscription, { maxMessages: 1 }, signal)).toEqual([]);
    expect(seen.map(({ what, body }) => [what, JSON.parse(body)])).toEqual([
      ["POST /v1/projects/p/subscriptions/orders-failed:pull", { maxMessages: 10, returnImmediately: true }],
      ["POST /v1/projects/p/subscriptions/orders-failed:pull", { maxMessages: 1 }],
    ]);
  });
  test("takes acknowledgements, and longer deadlines", async () => {
    const { endpoint, seen } = await serving([{}]);
    const client = pubsub({ token: fixed, endpoint });
    expect([await client.acknowledge(subscription, ["a-1", "a-2"], signal), await client.modifyAckDeadline(subscription, ["a-1"], 0, signal)]).toEqual([undefined, undefined]);
    expect(seen.map(({ what, body }) => [what, JSON.parse(body)])).toEqual([
      ["POST /v1/projects/p/subscriptions/orders-failed:acknowledge", { ackIds: ["a-1", "a-2"] }],
      ["POST /v1/projects/p/subscriptions/orders-failed:modifyAckDeadline", { ackIds: ["a-1"], ackDeadlineSeconds: 0 }],
    ]);
  });
  test("a pull has more time than another call", async () => {
    const { clock, limits } = handClock();
    const seenMs: number[][] = [];
    const { endpoint } = await serving([{}], () => seenMs.push([...limits.values()]));
    const client = pubsub({ token: fixed, endpoint, clock });
    await client.pull(subscription, { maxMessages: 1 }, signal);
    await client.acknowledge(subscription, ["a-1"], signal);
    expect([seenMs, limits.size]).toEqual([[[100_000], [10_000]], 0]);
  });
});

describe("a call that fails", () => {
  test.each<[string, Answer, string]>([
    ["with Google's word", refused(404, "NOT_FOUND"), "HTTP 404 NOT_FOUND"],
    ["with words that are none of Google's", refused(403, "secret-body"), "HTTP 403"],
    ["with a page", { status: 400, text: "<html>secret-body</html>" }, "HTTP 400"],
    ["with JSON of another form", { status: 401, text: '["secret-body"]' }, "HTTP 401"],
    ["with a redirection", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, "HTTP 302"],
  ])("%s names its status, is made once, and says neither token nor body", async (_, answer, why) => {
    const { endpoint, seen } = await serving([answer, published]);
    const error = await caught(pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "secret-body" }], signal));
    expect([error.message, JSON.stringify([error, error.cause, error.stack]).includes("secret"), seen.length]).toEqual([`publish projects/p/topics/orders: ${why}`, false, 1]);
  });
  test("because nobody listens names the system's word", async () => {
    expect((await caught(pubsub({ token: fixed, endpoint: "http://127.0.0.1:1" }).publish(topic, [{ data: "x" }], signal))).message).toBe("publish projects/p/topics/orders: ECONNREFUSED");
  });
  test.each<[string, Answer]>([["429", refused(429, "RESOURCE_EXHAUSTED")], ["500", refused(500, "INTERNAL")], ["503", refused(503, "UNAVAILABLE")], ["a connection that is reset", "reset"]])("with %s is made again, the same to the byte", async (_, answer) => {
    const { clock, waitsMs } = handClock();
    const { endpoint, seen } = await serving([answer, answer, published]);
    expect(await pubsub({ token: fixed, endpoint, clock }).publish(topic, [{ data: "x", orderingKey: "k" }], signal)).toEqual(["m-1"]);
    expect([waitsMs, new Set(seen.map((each) => JSON.stringify([each.what, each.body, each.headers.authorization]))).size, seen.length]).toEqual([[100, 400], 1, 3]);
  });
  test("four times has failed", async () => {
    const { clock, waitsMs } = handClock();
    const { endpoint, seen } = await serving([refused(503, "UNAVAILABLE")]);
    expect((await caught(pubsub({ token: fixed, endpoint, clock }).publish(topic, [{ data: "x" }], signal))).message).toBe("publish projects/p/topics/orders: HTTP 503 UNAVAILABLE");
    expect([waitsMs, seen.length]).toEqual([[100, 400, 1_600], 4]);
  });
  test("by silence ends at its time limit, with its connection", async () => {
    const { clock, limits, expire } = handClock();
    const { endpoint, seen, gone } = await serving(["silence"], () => expire());
    expect((await caught(pubsub({ token: fixed, endpoint, clock }).publish(topic, [{ data: "x" }], signal))).message).toBe("publish projects/p/topics/orders: no answer in 10000 ms");
    expect(await gone).toBe("POST /v1/projects/p/topics/orders:publish");
    expect([seen.length, limits.size]).toEqual([1, 0]);
  });
});

describe("a signal that aborts", () => {
  const reason = new Error("the deadline passed");
  test("before the call lets nothing be sent", async () => {
    const { endpoint, seen } = await serving([published]);
    expect(await caught(pubsub({ token: metadataToken(), endpoint }).publish(topic, [{ data: "x" }], AbortSignal.abort(reason)))).toBe(reason);
    expect(await caught(pubsub({ token: fixed, endpoint }).publish(topic, [{ data: "x" }], AbortSignal.abort(reason)))).toBe(reason);
    expect(seen).toEqual([]);
  });
  test("during a try ends it, with its connection and without another try", async () => {
    const controller = new AbortController();
    const { clock, limits } = handClock();
    const { endpoint, seen, gone } = await serving(["silence"], () => controller.abort(reason));
    expect(await caught(pubsub({ token: fixed, endpoint, clock }).publish(topic, [{ data: "x" }], controller.signal))).toBe(reason);
    expect(await gone).toBe("POST /v1/projects/p/topics/orders:publish");
    expect([seen.length, limits.size]).toEqual([1, 0]);
  });
  test("is left as it was when it does not", async () => {
    const controller = new AbortController();
    const { clock } = handClock();
    const { endpoint, host } = await serving([refused(503, "UNAVAILABLE"), published, refused(404, "NOT_FOUND")]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    await pubsub({ token: fixed, endpoint, clock }).publish(topic, [{ data: "x" }], controller.signal);
    await caught(pubsub({ token: metadataToken(), endpoint, clock }).publish(topic, [{ data: "x" }], controller.signal));
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
  test("between tries ends the wait", async () => {
    const controller = new AbortController();
    const { clock } = handClock();
    let canceled = 0;
    const { endpoint, seen } = await serving([refused(503, "UNAVAILABLE")]);
    const waiting: Clock = { ...clock, after: (ms, then) => (ms === 100 ? (setImmediate(() => controller.abort(reason)), () => void canceled++) : clock.after(ms, then)) };
    expect(await caught(pubsub({ token: fixed, endpoint, clock: waiting }).publish(topic, [{ data: "x" }], controller.signal))).toBe(reason);
    expect([seen.length, canceled]).toEqual([1, 1]);
  });
});

describe("a token of the metadata server", () => {
  const told = (access_token: string, expires_in: number): Answer => ({ text: JSON.stringify({ access_token, expires_in, token_type: "Bearer" }), headers: { "Metadata-Flavor": "Google" } });

  test("is asked for as the server wants it, and kept until five minutes before it expires", async () => {
    const { clock } = handClock();
    const { host, seen } = await serving([told("first", 3_600), told("second", 3_600)]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    const next = metadataToken(clock);
    const at = async (ms: number) => {
      clock.time = 1_893_456_000_000 + ms;
      return next(signal);
    };
    expect([await at(0), await at(3_299_999), await at(3_300_000)]).toEqual(["first", "first", "second"]);
    expect(seen.map(({ what, headers }) => [what, headers["metadata-flavor"]])).toEqual(Array(2).fill(["GET /computeMetadata/v1/instance/service-accounts/default/token", "Google"]));
  });
  test("is fetched once for all who ask at the same time; one who goes away takes it from no other", async () => {
    const controller = new AbortController();
    const { host, seen } = await serving([told("first", 3_600)]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    const next = metadataToken();
    const [away, stays] = [caught(next(controller.signal)), next(signal)];
    const reason = new Error("gone");
    controller.abort(reason);
    expect([await away, await stays, seen.length]).toEqual([reason, "first", 1]);
  });
  test("that was not given is asked for again by the next", async () => {
    const { clock, waitsMs } = handClock();
    const { host, seen } = await serving([{ status: 404 }, { status: 503 }, told("first", 3_600)]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    const next = metadataToken(clock);
    expect([(await caught(next(signal))).message, await next(signal), seen.length, waitsMs]).toEqual(["an access token of the metadata server: HTTP 404", "first", 3, [100]]);
  });
  test.each<[string, Answer, string]>([
    ["from whoever else stands at the address", { text: '{"access_token":"secret","expires_in":1}' }, "what answered is no metadata server"],
    ["in no JSON", { text: "secret", headers: { "Metadata-Flavor": "Google" } }, "the answer holds none"],
    ["without a time", { text: '{"access_token":"secret"}', headers: { "Metadata-Flavor": "Google" } }, "the answer holds none"],
    ["of nothing", { text: '{"access_token":"","expires_in":1}', headers: { "Metadata-Flavor": "Google" } }, "the answer holds none"],
    ["that is null", { text: "null", headers: { "Metadata-Flavor": "Google" } }, "the answer holds none"],
  ])("%s is refused and not repeated", async (_, answer, why) => {
    const { host } = await serving([answer]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    const error = await caught(metadataToken()(signal));
    expect([error.message, error.cause]).toEqual([`an access token of the metadata server: ${why}`, undefined]);
  });
  test("is a command line's too, where the environment has none of its own", async () => {
    const { host, seen } = await serving([told("first", 3_600)]);
    vi.stubEnv("GCE_METADATA_HOST", host);
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "");
    expect(await token(signal)).toBe("first");
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "printed");
    expect([await token(signal), seen.length]).toEqual(["printed", 1]);
  });
});
