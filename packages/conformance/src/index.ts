/** What "portable" means, executable. One call examines an adapter, on its cloud's own runtime. */
import { afterAll, describe, test } from "vitest";
import { callRequirements, frontsOf, httpRequirementsOf, openLabs, requirementsOf } from "./lab.ts";
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
}
