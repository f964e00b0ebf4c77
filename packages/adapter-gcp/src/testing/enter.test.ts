import { channel } from "node:diagnostics_channel";
import { describe, expect, test, vi } from "vitest";
import { call, defineQueue, defineStream, empty, http, json, queue, stream } from "@isobar/core";
import type { Effect, Rendered, Seen, Wiring } from "@isobar/core/adapter";
import { virtualClock } from "@isobar/simulator";
import { httpWires } from "../triggers/http/testing.ts";
import { streamWires } from "../triggers/stream/testing.ts";
import { posting } from "./calls.ts";
import { enter } from "./enter.ts";
import { pushCall } from "./pubsub.ts";

const delivery = { maxAttempts: 2, deadLetter: defineQueue("orders-failed") } as const;
const made = (maker: string, keeping?: string): Rendered => ({ maker, ...(keeping === undefined ? {} : { keeping }), resources: {}, grants: [] });
const quiet: Wiring = { name: "charge", log: () => {}, clock: virtualClock() };
const push = (attempt: number) => pushCall({ id: "m-1", attempt, enqueuedAt: 0, body: '{"n":1}' }, "orders");
const answered = (seen: Seen) => ("returned" in seen ? (({ status, headers, chunks }: { readonly status: number; readonly headers: readonly unknown[]; readonly chunks: readonly Uint8Array[] }) => [status, headers, Buffer.concat(chunks).toString()])(seen.returned as never) : seen);

describe("an entry in this process", () => {
  test("answers as the framework's would", async () => {
    const seen: unknown[] = [];
    const entry = enter(queue(defineQueue("orders"), { delivery }, (event, ctx) => void seen.push([event.id, event.data, ctx.attempt])), made("queue"), quiet);
    expect(answered(await entry(push(2)))).toEqual([204, [], ""]);
    expect(seen).toEqual([["m-1", { n: 1 }, 2]]);
    expect(answered(await entry(posting("{", [["content-type", "application/json"]])))).toEqual([500, [], ""]);
  });
  test("keeps attempts as the plan chose", async () => {
    const effects: Effect[] = [];
    const clock = virtualClock();
    const attempts: (number | undefined)[] = [];
    const fn = stream(defineStream("clicks"), { delivery: { ...delivery, backoff: "1s" } }, (_, ctx) => {
      attempts.push(ctx.attempt);
      throw new Error("as scripted");
    });
    const entry = enter(fn, made("stream", "inside"), { ...quiet, clock, outbox: { perform: async (effect) => void effects.push(effect) } });
    const answer = entry(streamWires[0]!.side!.fabricate([{ id: "m-1", attempt: undefined, enqueuedAt: clock.now(), body: "{}", told: { partitionKey: "k", sequence: undefined } }], "clicks"));
    await clock.run();
    expect([answered(await answer), attempts, effects.map((effect) => effect.do)]).toEqual([[204, [], ""], [1, 2], ["dead-letter"]]);
  });
  test("of routes finds the one that it holds, and gives its answer whole or in pieces", async () => {
    const list = http.get("/orders/{id}", { access: "public" }, (request) => json({ id: request.params.id }, { status: 203 }));
    const request = httpWires[0]!.fronts!["functions-framework"]!.side.fabricate({ method: "GET", url: "https://x.example/orders/7", headers: [], body: undefined });
    const whole = answered(await enter(list, made("http"), { ...quiet, name: "list" })(request)) as readonly unknown[];
    expect([whole[0], whole[2]]).toEqual([203, '{"id":"7"}']);
    const feed = http.get("/orders/{id}", { access: "public", streaming: true }, () => new Response(new ReadableStream({ start: (controller) => (controller.enqueue(new Uint8Array([65])), controller.enqueue(new Uint8Array([66])), controller.close()) })));
    const { returned } = (await enter(feed, made("httpStream"), { ...quiet, name: "feed" })(request)) as { readonly returned: { readonly status: number; readonly chunks: readonly Uint8Array[] } };
    expect([returned.status, returned.chunks.map(String)]).toEqual([200, ["65", "66"]]);
  });
  test("of a stream that breaks tells that it broke", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const feed = http.get("/", { access: "public", streaming: true }, () => new Response(new ReadableStream({ start: (controller) => controller.error(new Error("gone")) })));
    const { returned } = (await enter(feed, made("httpStream"), { ...quiet, name: "feed" })({ method: "GET", path: "/", headers: [] })) as { readonly returned: object };
    expect(returned).toMatchObject({ failed: { type: "Error", message: "gone" } });
    expect(told.mock.calls.length).toBe(1);
    told.mockRestore();
  });
  test("of a call gives the result", async () => {
    const entry = enter(call({ delivery }, ({ data }) => ({ said: data })), made("call"), quiet);
    expect((answered(await entry(posting('{"n":1}', [["content-type", "application/json"]]))) as readonly unknown[])[2]).toBe('{"said":{"n":1}}');
  });
  test("that throws is seen to throw", async () => {
    const entry = enter(http.get("/", { access: "public" }, () => empty()), made("http"), quiet);
    expect(await entry({ method: "GET", path: "no path", headers: [] })).toEqual({ threw: { type: "IsobarError", message: "no request of the functions framework: it has no method, originalUrl that is a path, and rawHeaders" } });
  });
  test.each([
    ["queue", queue(defineQueue("orders"), { delivery }, () => {})],
    ["call", call({ delivery }, () => 1)],
    ["http", http.get("/", { access: "public" }, () => empty())],
    ["httpStream", http.get("/", { access: "public", streaming: true }, () => empty())],
  ] as const)("made by %s on a simulator's clock leaves the servers of this process alone", (maker, fn) => {
    enter(fn, made(maker), quiet);
    expect(channel("http.server.request.start").hasSubscribers).toBe(false);
  });
});
