import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "@isobar/core/adapter";
import { addressOf, ask, type Asked } from "./http.ts";
import { openService, standingClock, type Act, type Seen } from "./testing.ts";

async function asking(acts: readonly Act[], over: Partial<Asked> = {}, heard?: (seen: Seen) => undefined) {
  const service = await openService(acts, heard);
  onTestFinished(service.close);
  const clock = standingClock();
  const controller = new AbortController();
  const asked: Asked = { operation: "send to orders", method: "POST", url: `${service.endpoint}/orders/messages`, headers: { authorization: "Bearer the-token" }, body: Buffer.from("the-body"), ...over };
  return { service, clock, controller, answer: ask(asked, clock, controller.signal) };
}
const passing: readonly Act[] = [{ status: 429 }, { status: 503 }, "reset", { status: 201, body: "done" }];

describe("a request", () => {
  test("is answered with status, headers and body, and leaves no timer and no listener behind", async () => {
    const { service, clock, controller, answer } = await asking([{ status: 201, headers: { "x-answer": "1" }, body: "done" }]);
    const { status, headers, body } = await answer;
    expect([status, headers["x-answer"], body.toString()]).toEqual([201, "1", "done"]);
    expect(service.seen).toMatchObject([{ what: "POST /orders/messages", headers: { authorization: "Bearer the-token", "content-length": "8" }, body: "the-body" }]);
    expect([clock.limitsMs(), getEventListeners(controller.signal, "abort")]).toEqual([[], []]);
  });
  test("without a body says so: it does not go in chunks, which Storage refuses", async () => {
    const { service, answer } = await asking([{}], { method: "PUT", body: undefined! });
    await answer;
    expect([service.seen[0]!.headers["content-length"], service.seen[0]!.headers["transfer-encoding"]]).toEqual(["0", undefined]);
  });
  test("is tried again after 429, 5xx and a connection that went, three times, each with a longer wait", async () => {
    const { service, clock, answer } = await asking(passing);
    expect((await answer).body.toString()).toBe("done");
    expect([clock.waitsMs, service.seen.length, new Set(service.seen.map(({ body }) => body))]).toEqual([[200, 800, 2_000], 4, new Set(["the-body"])]);
  });
  test("is not tried a fifth time", async () => {
    const { service, answer } = await asking([{ status: 503 }]);
    await expect(answer).rejects.toThrow(new Error("send to orders: HTTP 503"));
    expect(service.seen).toHaveLength(4);
  });
  test.each([400, 401, 403, 404, 409, 410, 413])("that is refused with %i is not tried again", async (status) => {
    const { service, clock, answer } = await asking([{ status }]);
    await expect(answer).rejects.toThrow(new Error(`send to orders: HTTP ${status}`));
    expect([service.seen.length, clock.waitsMs]).toEqual([1, []]);
  });
  test.each<[string, Act]>([
    ["ECONNRESET", "reset"],
    ["ECONNRESET", "half"],
  ])("says %s where the connection went: %s", async (code, act) => {
    await expect((await asking([act])).answer).rejects.toThrow(new Error(`send to orders: ${code}`));
  });
  test("says ECONNREFUSED where nobody listens, at once", async () => {
    const service = await openService();
    await service.close();
    const { clock, answer } = await asking([], { url: service.endpoint });
    await expect(answer).rejects.toThrow(new Error("send to orders: ECONNREFUSED"));
    expect(clock.waitsMs).toEqual([]);
  });
  test.each<[string, Act]>([
    ["HTTP 404 QueueNotFound", { status: 404, headers: { "x-ms-error-code": "QueueNotFound" }, body: "<Error><Code>QueueNotFound</Code><Message>the-body</Message></Error>" }],
    ["HTTP 401 ExpiredToken", { status: 401, body: "<Error><Code>401</Code><Detail>ExpiredToken: The token is expired. Bearer the-token</Detail></Error>" }],
    ["HTTP 404 40400", { status: 404, body: "<Error><Code>404</Code><Detail>SubCode=40400. Not Found. the-body</Detail></Error>" }],
    ["HTTP 400", { status: 400, body: "<Error><Code>400</Code><Detail>The value the-body of the HTTP header isobar is invalid.</Detail></Error>" }],
  ])("that is refused says %s, and nothing of what was sent", async (said, act) => {
    const error = await (await asking([act])).answer.catch((thrown: unknown) => thrown);
    expect(error).toEqual(new Error(`send to orders: ${said}`));
    expect((error as Error).cause).toBeUndefined();
  });
  test("that takes too long is given up, and not tried again", async () => {
    const heard = Promise.withResolvers<void>();
    const { service, clock, answer } = await asking(["silence"], {}, () => void heard.resolve());
    await heard.promise;
    expect(clock.limitsMs()).toEqual([10_000]);
    clock.expire();
    await expect(answer).rejects.toThrow(new Error("send to orders: no answer in 10000 ms"));
    await service.gone;
    expect([service.seen.length, clock.limitsMs()]).toEqual([1, []]);
  });
});

describe("a signal", () => {
  test("that has aborted lets nothing be sent", async () => {
    const service = await openService();
    onTestFinished(service.close);
    const reason = new Error("too late");
    await expect(ask({ operation: "x", method: "GET", url: service.endpoint, headers: {} }, systemClock, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(service.seen).toEqual([]);
  });
  test("that aborts ends a try, with its timer and its connection", async () => {
    const heard = Promise.withResolvers<void>();
    const { service, clock, controller, answer } = await asking(["silence"], {}, () => void heard.resolve());
    await heard.promise;
    controller.abort();
    // A DOMException, which has a code of its own.
    await expect(answer).rejects.toBe(controller.signal.reason);
    await service.gone;
    expect([clock.limitsMs(), getEventListeners(controller.signal, "abort")]).toEqual([[], []]);
  });
  test("that aborts ends a wait between two tries", async () => {
    const service = await openService([{ status: 503 }]);
    onTestFinished(service.close);
    const controller = new AbortController();
    const reason = new Error("too late");
    const cancelled: number[] = [];
    const after = (ms: number): (() => void) => {
      if (ms === 200) queueMicrotask(() => controller.abort(reason));
      return () => void cancelled.push(ms);
    };
    await expect(ask({ operation: "x", method: "GET", url: service.endpoint, headers: {} }, { now: () => 0, after }, controller.signal)).rejects.toBe(reason);
    expect([service.seen.length, cancelled]).toEqual([1, [10_000, 200]]);
  });
});

describe("an address", () => {
  test.each([
    ["shop.servicebus.windows.net", "https://shop.servicebus.windows.net"],
    ["https://shop.queue.core.windows.net/orders", "https://shop.queue.core.windows.net/orders"],
    ["https://shop.servicebus.windows.net/", "https://shop.servicebus.windows.net"],
    ["http://127.0.0.1:10001/devstoreaccount1/orders", "http://127.0.0.1:10001/devstoreaccount1/orders"],
    ["http://127.0.0.1", "http://127.0.0.1"],
  ])("%s is %s", (text, address) => expect(addressOf(text)).toBe(address));
  test.each(["http://shop.servicebus.windows.net", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com", "http://127.0.0.1:1@example.com"])("%s is none that a token may go to", (text) => expect(() => addressOf(text)).toThrow(expect.objectContaining({ code: "send-failed" })));
});
