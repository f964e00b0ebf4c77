import { expect, test } from "vitest";
import { call, defineApp, defineQueue, empty, http, queue, retry, type AnyFunction } from "@isobar/core";
import { memoryOutbox } from "@isobar/core/testing";
import { wires } from "./wires.ts";
import { adapter } from "../deploy/entries.ts";

const delivery = { maxAttempts: 3, backoff: "10s", deadLetter: "discard" } as const;
const open = (fn: AnyFunction, kind: AnyFunction["kind"], wiring = {}) => {
  const plan = adapter.triggers[kind] as unknown as { render(binding: object): never };
  return wires.find((wire) => wire.kind === kind)!.enter!(fn as never, plan.render({ name: "work", fn, settings: {}, app: defineApp("shop", { work: fn }) }), { name: "work", log: () => {}, ...wiring });
};

test("the maker that was rendered answers, with the keeping that was rendered", async () => {
  const outbox = memoryOutbox();
  const message = { id: "m", attempt: 1, enqueuedAt: 0, body: { text: "{}" }, receipt: "m.1" };
  expect(await open(queue(defineQueue("orders"), { delivery }, () => retry()), "queue", { outbox })({ messages: [message] })).toEqual({ returned: { settled: [{ id: "m", then: "again" }] } });
  expect(outbox.effects).toEqual([{ do: "postpone", record: message, afterMs: 10_000 }]);
});
test("requests and calls are entered as well", async () => {
  expect(await open(http.get("/a", { access: "public" }, () => empty()), "http")({ method: "GET", url: "https://shop.test/a", headers: [] })).toEqual({ returned: { status: 204, headers: [] } });
  expect(await open(call({ delivery }, ({ data }) => data), "call")({ payload: 7 })).toEqual({ returned: { result: 7 } });
});
test("what the entry throws, the platform sees", async () => {
  expect(await open(queue(defineQueue("orders"), { delivery }, () => {}), "queue")(null)).toEqual({ threw: { type: "IsobarError", message: "no batch: it has no messages" } });
});
