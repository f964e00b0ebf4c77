/** What "portable" means, executable. One call examines an adapter, on its cloud's own runtime. */
import { afterAll, describe, test } from "vitest";
import { httpRequirementsOf, openLabs, queueRequirementsOf } from "./lab.ts";
import type { Subject } from "./subject.ts";

export * from "./lab.ts";

/** Registers every requirement as a test. The test's name is the requirement's sentence. */
export function runConformance(subject: Subject): void {
  const labs = openLabs(subject);
  afterAll(() => labs.close());
  for (const variant of Object.keys(subject.http))
    describe(`${subject.cloud}, http, ${variant}`, () => {
      for (const { sentence, check } of httpRequirementsOf(subject, variant)) test(sentence, () => check(labs.http(variant)));
    });
  describe(`${subject.cloud}, queue`, () => {
    for (const { sentence, check } of queueRequirementsOf(subject)) test(sentence, () => check(labs.queue()));
  });
}
