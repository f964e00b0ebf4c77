import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Access } from "./access.ts";
import { call, type Request, type ServiceError } from "./call.ts";
import { openService, standingClock, type Service } from "./testing.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: "token/1" };
const request: Request = { service: "sqs", action: "SendMessage", own: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders", headers: { "content-type": "text/plain" }, body: "the body", codeIn: (text) => /code:([^ ]*)/.exec(text)?.[1] };
const refusal = (status: number, code: string) => ({ status, body: `code:${code} of the body, and a secret` });

let service: Service;
let onSeen: () => void;
let clock: ReturnType<typeof standingClock>;
let access: Access;
beforeEach(async () => {
  onSeen = () => {};
  service = await openService(credentials, () => onSeen());
  clock = standingClock();
  access = { credentials: () => credentials, endpoint: service.endpoint, clock };
});
afterEach(() => service.close());

const never = new AbortController().signal;
const calling = (signal = never, change: Partial<Request> = {}) => call({ ...request, ...change }, access, signal);
const failed = async (change: Partial<Request> = {}): Promise<Pick<ServiceError, "message" | "action" | "status" | "code">> => {
  const error = (await calling(never, change).catch((error: unknown) => error)) as ServiceError;
  expect(error).toBeInstanceOf(Error);
  return { message: error.message, action: error.action, status: error.status, code: error.code };
};
/** The waits between tries, without the limits of tries. */
const pauses = () => clock.waits.filter((ms) => ms < 1_000);

describe("a call that goes well", () => {
  test("is signed for the service and region, with the session's token", async () => {
    service.will({ body: "well" });
    expect(await calling()).toBe("well");
    expect(service.seen).toEqual([expect.objectContaining({ method: "POST", path: "/", body: "the body", signed: "sqs eu-central-1" })]);
    expect(service.seen[0]!.headers).toMatchObject({ host: service.endpoint.slice("http://".length), "content-type": "text/plain", "content-length": "8", "x-amz-date": "20150830T123600Z", "x-amz-security-token": "token/1" });
  });
  test("needs no clock but the system's", async () => {
    service.will("reset", { body: "well" });
    expect(await call(request, { ...access, clock: undefined }, never)).toBe("well");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    await call(request, { ...access, clock: undefined }, never);
    expect(vi.getTimerCount()).toBe(0);
  });
  test("leaves its connection to the next", async () => {
    await calling();
    await calling();
    expect(service.seen.map(({ connection }) => connection)).toEqual([0, 0]);
  });
  test("goes to an endpoint with a path, and signs it", async () => {
    access = { ...access, endpoint: `${service.endpoint}/aws` };
    await calling();
    expect(service.seen).toEqual([expect.objectContaining({ path: "/aws/", signed: "sqs eu-central-1" })]);
  });
  test("has its credentials asked for at every try", async () => {
    const keys = ["AKIDEXPIRED", "AKIDEXAMPLE"];
    access = { ...access, credentials: () => Promise.resolve({ ...credentials, accessKeyId: keys.shift()! }) };
    service.will({ status: 500 }, {});
    await calling();
    expect(service.seen.map(({ signed }) => signed)).toEqual(["unknown key AKIDEXPIRED", "sqs eu-central-1"]);
  });
  test("leaves nothing behind on the clock or the signal, and many at once are no leak", async () => {
    const warned: string[] = [];
    const warn = (warning: Error) => void warned.push(warning.message);
    process.on("warning", warn);
    const controller = new AbortController();
    await Promise.all(Array.from({ length: 60 }, () => calling(controller.signal)));
    expect(() => clock.pass()).toThrow("nothing waits");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    await new Promise(setImmediate);
    process.off("warning", warn);
    expect(warned).toEqual([]);
    expect(new Set(service.seen.map(({ connection }) => connection)).size).toBeLessThanOrEqual(50);
  });
});

describe("a call that is refused", () => {
  test("says which action, status, code and request, and nothing that was sent or came back", async () => {
    service.will({ ...refusal(400, "QueueDoesNotExist"), headers: { "x-amzn-requestid": "66916324-67ca-54bb-a410-3f567a7a0571" } });
    expect(await failed()).toEqual({ message: "SQS SendMessage: HTTP 400 QueueDoesNotExist (request 66916324-67ca-54bb-a410-3f567a7a0571)", action: "SendMessage", status: 400, code: "QueueDoesNotExist" });
    expect(service.seen).toHaveLength(1);
  });
  test.each(["<secret>", "<secret", "secret>", ""])("tells no code that looks like %j, and no such request id", async (code) => {
    service.will({ ...refusal(403, code), headers: { "x-amzn-requestid": "a secret" } });
    expect(await failed({ action: "Publish", service: "sns" })).toEqual({ message: "SNS Publish: HTTP 403", action: "Publish", status: 403, code: undefined });
  });
  test.each([[301, "Moved"], [201, "Created"], [400, "InvalidParameterValue"], [403, "AccessDenied"], [403, "OverLimit"], [400, "NotSlowDown"], [404, "NotFound"]])("with %i %s is not tried again", async (status, code) => {
    service.will(refusal(status, code), {});
    expect(await failed()).toMatchObject({ status, code });
    expect([service.seen.length, pauses()]).toEqual([1, []]);
  });
  test("by one that cannot speak TLS has sent it nothing", async () => {
    access = { ...access, endpoint: service.endpoint.replace("http:", "https:") };
    expect(await failed()).toMatchObject({ status: undefined, code: expect.stringMatching(/^(?:EPROTO|ERR_SSL_\w+)$/) });
    expect(service.seen).toEqual([]);
  });
  test("by nobody says why", async () => {
    await service.close();
    expect(await failed()).toEqual({ message: "SQS SendMessage: ECONNREFUSED", action: "SendMessage", status: undefined, code: "ECONNREFUSED" });
    expect(pauses()).toEqual([]);
  });
});

describe("a call that fails for a moment is tried again", () => {
  test.each([
    ["500", { status: 500 }], ["503 without a body", { status: 503, body: "" }], ["429", { status: 429 }],
    ["RequestThrottled", refusal(403, "RequestThrottled")], ["KmsThrottled", refusal(400, "KmsThrottled")], ["ThrottlingException", refusal(400, "ThrottlingException")], ["SlowDown", refusal(400, "SlowDown")],
    ["a reset connection", "reset"], ["half an answer", "half"],
  ] as const)("after %s", async (_, act) => {
    service.will(act, { body: "well" });
    expect(await calling()).toBe("well");
    expect(service.seen.map(({ signed }) => signed)).toEqual(["sqs eu-central-1", "sqs eu-central-1"]);
    expect(pauses()).toHaveLength(1);
  });
  test("after an answer that does not come within five seconds", async () => {
    service.will("silence", { body: "well" });
    let first = true;
    onSeen = () => {
      if (first) setImmediate(() => clock.pass());
      first = false;
    };
    expect(await calling()).toBe("well");
    expect(clock.waits[0]).toBe(5_000);
    expect(service.seen.map(({ connection }) => connection)).toEqual([0, 1]);
  });
  test("three times at most, after waits that grow fourfold and are shortened by chance to no less than half", async () => {
    service.will(refusal(503, "ServiceUnavailable"));
    expect(await failed()).toMatchObject({ message: "SQS SendMessage: HTTP 503 ServiceUnavailable", status: 503 });
    expect(service.seen).toHaveLength(4);
    const waits = pauses();
    expect(waits).toHaveLength(3);
    [50, 200, 800].forEach((ms, i) => {
      expect(waits[i]).toBeGreaterThanOrEqual(ms / 2);
      expect(waits[i]).toBeLessThanOrEqual(ms);
    });
  });
  test("a try that the service holds open on purpose may last that much longer", async () => {
    await calling(never, { pollMs: 20_000 });
    expect(clock.waits).toEqual([25_000]);
  });
  test("the last failure is told, with Node's own as its cause", async () => {
    service.will("reset");
    const error = await calling().catch((error: unknown) => error);
    expect(error).toMatchObject({ message: "SQS SendMessage: ECONNRESET", status: undefined, code: "ECONNRESET", cause: { code: "ECONNRESET" } });
    expect(service.seen).toHaveLength(4);
  });
});

describe("a call obeys its signal", () => {
  const reason = new Error("the deadline has passed");
  test("one that has aborted sends nothing", async () => {
    await expect(calling(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(service.seen).toEqual([]);
  });
  test("one that aborts while an answer is awaited ends the call and its connection", async () => {
    const controller = new AbortController();
    service.will("silence", {});
    onSeen = () => controller.abort(reason);
    await expect(calling(controller.signal)).rejects.toBe(reason);
    expect(() => clock.pass()).toThrow("nothing waits");
    await service.seen[0]!.gone;
    await calling();
    expect(service.seen.map(({ connection }) => connection)).toEqual([0, 1]);
  });
  test("one that aborts between two tries ends the waiting", async () => {
    const controller = new AbortController();
    service.will({ status: 500 }, {});
    const ended: string[] = [];
    const pausing = () => (setImmediate(() => controller.abort(reason)), () => void ended.push("the wait"));
    access = { ...access, clock: { ...clock, after: (ms, then) => (ms < 1_000 ? pausing() : clock.after(ms, then)) } };
    await expect(calling(controller.signal)).rejects.toBe(reason);
    expect([service.seen.length, ended]).toEqual([1, ["the wait"]]);
  });
  test("one that is kept for long gathers nothing, however often it takes", async () => {
    const controller = new AbortController();
    service.will("reset", { status: 500 }, {});
    await calling(controller.signal);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
  test("one that aborts after the answer changes nothing", async () => {
    const controller = new AbortController();
    service.will({ body: "well" });
    const answered = await calling(controller.signal);
    controller.abort(reason);
    expect(answered).toBe("well");
  });
});
