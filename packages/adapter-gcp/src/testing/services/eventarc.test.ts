import { expect, test } from "vitest";
import { defineApp, defineBucket, storage, type DeliveryPolicy, type StorageFunction } from "@isobar/core";
import type { Unsure } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { storagePlan } from "../../triggers/storage/plan.ts";
import { storageWires } from "../../triggers/storage/testing.ts";

const direct = storageWires.find(({ variant }) => variant === "direct")!;
interface Case {
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly untilMs?: number;
}
async function run(text: string, maxAttempts: number, { faults, unsure, untilMs }: Case = {}): Promise<Simulated> {
  const thumb: StorageFunction = storage(defineBucket("uploads"), { delivery: { maxAttempts, deadLetter: "discard" } satisfies DeliveryPolicy, timeout: "1s" }, () => {});
  const rendered = storagePlan.render({ name: "thumb", fn: thumb, settings: { variant: "direct" }, app: defineApp("shop", { thumb }) });
  const message = { id: "m", body: "", told: { change: "created", time: "2030-01-01T00:00:00Z", object: { bucket: "uploads", key: "a.txt" } } } as const;
  return simulate({ wire: direct as never, rendered, name: "thumb", fn: thumb, messages: [{ message, acts: script(text) }], ...(faults === undefined ? {} : { faults }), ...(unsure === undefined ? {} : { unsure }), ...(untilMs === undefined ? {} : { untilMs }) });
}
const starts = ({ fates }: Simulated) => fates.m!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated) => [fates.m!.rest, fates.m!.reason].filter((part) => part !== undefined);

test("what is tried once is dropped when it fails", async () => {
  const seen = await run("fail", 1);
  expect([starts(seen), rest(seen)]).toEqual([["0s #undefined fail"], ["discarded", "not tried again"]]);
});
test("so is what finds no instance free", async () => {
  const seen = await run("ok", 1, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 1_000 } } });
  expect([starts(seen), rest(seen)]).toEqual([[], ["discarded", "not tried again"]]);
});
test("what is tried again waits from 10 s up to 600 s, without being told which try it is", async () => {
  const seen = await run("fail", 200, { untilMs: 2_000_000 });
  expect([starts(seen), rest(seen)]).toEqual([["0s", "10s", "30s", "70s", "150s", "310s", "630s", "1230s", "1830s"].map((at) => `${at} #undefined fail`), ["held"]]);
});
test("for 24 hours, which hold 149 tries", async () => {
  const seen = await run("fail", 200);
  expect([starts(seen).length, rest(seen)]).toEqual([149, ["discarded", "older than the subscription's retention"]]);
});
test("a reject ends it at once, and nobody keeps it", async () => {
  const seen = await run("reject", 200);
  expect([starts(seen), rest(seen)]).toEqual([["0s #undefined reject"], ["acknowledged"]]);
});
test("how long its subscription waits for an answer is a parameter", async () => {
  expect(starts(await run("slow:900ms,ok", 200, { unsure: { ackDeadlineSeconds: 0.5 } }))).toEqual(["0s #undefined slow:900ms", "10.5s #undefined ok"]);
});
