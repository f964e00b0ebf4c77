/** What "portable" means, executable. One call examines an adapter, on its cloud's own runtime. */
import { afterAll, describe, test } from "vitest";
import assert from "node:assert/strict";
import type { AsynchronousKind } from "@isobar/core";
import { callRequirements, deliveredWires, deliveryRequirements, frontsOf, httpRequirementsOf, openLabs, requirementsOf } from "./lab.ts";
import { traits } from "./scenarios/functions.ts";
import type { Subject } from "./subject.ts";

export * from "./lab.ts";

/** Registers every requirement as a test. The test's name is the requirement's sentence. */
export function runConformance(subject: Subject): void {
  const labs = openLabs(subject);
  afterAll(() => labs.close());
  for (const front of frontsOf(subject))
    describe(`${subject.cloud}, http, ${front.name}`, () => {
      for (const { sentence, check } of httpRequirementsOf(subject, front)) test(sentence, () => check(labs.http(front)));
    });
  for (const wire of subject.wires.filter(({ caller }) => caller !== undefined))
    describe(`${subject.cloud}, call, ${wire.variant}`, () => {
      for (const { sentence, check } of callRequirements) test(sentence, () => check(labs.call(wire)));
    });
  for (const wire of subject.wires.filter(({ side }) => side !== undefined))
    describe(`${subject.cloud}, ${wire.kind}, ${wire.variant}`, () => {
      for (const { sentence, check } of requirementsOf(subject, wire)) test(sentence, () => check(labs.message(wire)));
    });
  const delivered = deliveredWires(subject);
  test(`${subject.cloud}: the default path of every asynchronous kind is delivered by rules`, () => {
    const kinds = Object.keys(traits) as readonly AsynchronousKind[];
    assert.deepEqual(kinds.filter((kind) => !delivered.includes(subject.wires.find((wire) => wire.kind === kind && wire.side !== undefined)!)), []);
  });
  for (const wire of delivered)
    describe(`${subject.cloud}, ${wire.kind}, ${wire.variant}, delivery`, () => {
      for (const { sentence, check } of deliveryRequirements) test(sentence, () => check({ subject, wire }));
    });
}
