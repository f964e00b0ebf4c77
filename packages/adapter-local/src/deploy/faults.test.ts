import { expect, test } from "vitest";
import { defineApp, defineQueue, defineStream, queue, stream } from "@isobar/core";
import { streamPlan } from "../triggers/stream/plan.ts";
import { queuePlan } from "../triggers/queue/plan.ts";
import { faultsOf } from "./faults.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;
const charge = queue(defineQueue("orders"), { delivery, timeout: "1s" }, () => {});
const count = stream(defineStream("clicks"), { delivery, timeout: "1s" }, () => {});
const app = defineApp("shop", { charge, count });
const rendered = { consumer: queuePlan.render({ name: "charge", fn: charge, settings: {}, app }), reader: streamPlan.render({ name: "count", fn: count, settings: {}, app }) };

test.each(["consumer", "reader"] as const)("what is rendered for a %s has none", (path) => expect(faultsOf(rendered[path])).toEqual([]));

/** `undefined` takes the resource away. */
test.each<["consumer" | "reader", string, object | undefined, readonly string[]]>([
  ["consumer", "queue orders", { visibilityMs: 1_999 }, ["the queue hides messages for 1999 ms, the function may take 2000 ms"]],
  ["consumer", "queue orders", { visibilityMs: undefined }, ["the queue hides messages for undefined ms, the function may take 2000 ms"]],
  ["consumer", "queue orders", undefined, ["queue orders, which is to be consumed, is rendered nowhere"]],
  ["consumer", "queue orders", { type: "table" }, ["queue orders, which is to be consumed, is rendered nowhere"]],
  ["consumer", "function charge", undefined, ["function charge, which is to be called, is rendered nowhere"]],
  ["consumer", "function charge", { maxInstances: 0 }, ["function charge has no process"]],
  ["reader", "function count", { timeoutMs: 0 }, ["function count has no time"]],
  ["consumer", "consumer charge", { batchSize: 11 }, ["a batch holds 1 to 10, not 11"]],
  ["consumer", "consumer charge", { againMs: 0 }, ["consumer charge rests for no time: what cannot be settled would be handed over without a pause"]],
  ["reader", "reader count", { againMs: 0, batchSize: 0 }, ["reader count rests for no time: what cannot be settled would be handed over without a pause", "a batch holds 1 to 10, not 0"]],
  ["reader", "stream clicks", undefined, ["stream clicks, which is to be read, is rendered nowhere"]],
])("%s: %s with %j", (path, name, change, expected) => {
  const { resources } = rendered[path];
  const { [name]: spoiled, ...others } = resources;
  expect(spoiled).toBeDefined();
  expect(faultsOf({ ...rendered[path], resources: change === undefined ? others : { ...others, [name]: { ...spoiled, ...change } } })).toEqual(expected);
});
