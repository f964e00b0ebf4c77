/** Payloads nobody here wrote: what is an event of a kind we know decodes; everything else is refused with a typed error, by every wire. */
import { describe, expect, test } from "vitest";
import type { Wire } from "@isobar/core/adapter";
import { aws, azure, gcp } from "./proof/clouds.ts";
import { contentOf, missing, samples, wireOfSample, type Sample } from "./payloads/samples.ts";
import { readBy, type Read } from "./payloads/read.ts";
import { notEvents, takenToo } from "./payloads/known.ts";

const why = missing();
if (why !== undefined) console.log(`captured payloads are not read: ${why}`);
const all = why === undefined ? samples() : [];
const wires = [aws, azure, gcp].flatMap(({ cloud, wires: own }) => own.map((wire) => ({ cloud, wire })));
const named = ({ cloud, kind, variant }: { readonly cloud: string; readonly kind: string; readonly variant: string }): Wire => wires.find((each) => each.cloud === cloud && each.wire.kind === kind && each.wire.variant === variant)!.wire;
const outcomeOf = (read: Read) => ("decoded" in read ? "decoded" : read.code);

describe.skipIf(why !== undefined)("captured payloads", () => {
  test("every event of a kind that Isobar knows decodes; those that are no events in truth are refused by name", async () => {
    const counts = new Map<string, Record<string, number>>();
    const refused: Record<string, string> = {};
    for (const sample of all) {
      const name = wireOfSample(sample);
      if (name === undefined || sample.role !== "event") continue;
      const read = await readBy(named(name), contentOf(sample));
      const row = counts.get(`${sample.cloud} ${name.kind} by ${name.variant}`) ?? {};
      row[outcomeOf(read)] = (row[outcomeOf(read)] ?? 0) + 1;
      counts.set(`${sample.cloud} ${name.kind} by ${name.variant}`, row);
      if (!("decoded" in read)) refused[sample.file] = read.message;
    }
    console.log([...counts].map(([what, row]) => `${what}: ${Object.entries(row).map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`).join("\n"));
    expect(Object.keys(refused).sort().map((file) => [file, refused[file]])).toEqual(Object.keys(notEvents).sort().map((file) => [file, notEvents[file]]));
  });

  test("every invalid sample is refused by every wire of its cloud, and by those that read CloudEvents", async () => {
    const taken: string[] = [];
    for (const sample of all.filter(({ role }) => role === "invalid"))
      for (const { cloud, wire } of wires) {
        if (wire.kind === "http" || wire.kind === "call") continue;
        if ("decoded" in (await readBy(wire, contentOf(sample)))) taken.push(`${sample.file} by ${cloud} ${wire.kind} ${wire.variant}`);
      }
    expect(taken).toEqual([]);
  });

  test("a sample that is handed to another wire than its own is refused with a typed error, but for wires that carry anything", async () => {
    const taken = new Map<string, number>();
    const counts: Record<string, number> = {};
    for (const sample of all.filter(({ role }) => role === "event")) {
      const own = wireOfSample(sample);
      for (const { cloud, wire } of wires) {
        if (own !== undefined && own.cloud === cloud && own.kind === wire.kind && own.variant === wire.variant) continue;
        // An answered call takes any JSON: that is its contract.
        if (wire.kind === "call" && wire.side === undefined) continue;
        const read = await readBy(wire, contentOf(sample));
        counts[outcomeOf(read)] = (counts[outcomeOf(read)] ?? 0) + 1;
        if ("decoded" in read && read.decoded > 0) {
          const what = `${groupOf(sample)} → ${cloud} ${wire.kind} ${wire.variant}`;
          taken.set(what, (taken.get(what) ?? 0) + 1);
        }
      }
    }
    console.log(`samples by wires that are not their own: ${Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`);
    expect([...taken.keys()].filter((what) => !takenToo.some(({ is }) => is.test(what))).sort()).toEqual([]);
  }, 300_000);

  test("partial, data and response samples end in deliveries or a typed error on every wire", async () => {
    let read = 0;
    for (const sample of all.filter(({ role }) => role !== "event" && role !== "invalid"))
      for (const { wire } of wires) {
        await readBy(wire, contentOf(sample));
        read++;
      }
    console.log(`${read} readings of samples that are no events`);
    expect(read).toBeGreaterThan(1_000);
  }, 300_000);
});
const groupOf = ({ cloud, trigger, shape }: Sample) => `${cloud} ${trigger} ${shape}`;
