/** Scenarios as requirements of one path: data, so that they run with a test runner and without. */
import assert from "node:assert/strict";
import type { Wire } from "@isobar/core/adapter";
import type { Requirement } from "../requirement.ts";
import type { Subject } from "../subject.ts";
import { explore, randomSentence } from "./random.ts";
import { runScenario, timesOf, type Spoil } from "./run.ts";
import { scenarios, sentenceOf } from "./table.ts";

/** One path of one cloud. `spoil`: parts that are broken on purpose. */
export interface DeliveryLab {
  readonly subject: Subject;
  readonly wire: Wire;
  readonly spoil?: Spoil;
}
/** The paths that a subject delivers by rules of its own. */
export const deliveredWires = ({ wires }: Subject): readonly Wire[] => wires.filter(({ rules, enter }) => rules !== undefined && enter !== undefined);

export const deliveryRequirements: readonly Requirement<DeliveryLab>[] = [
  ...scenarios.map((scenario): Requirement<DeliveryLab> => ({
    sentence: sentenceOf(scenario),
    async check({ subject, wire, spoil }) {
      const result = await runScenario(subject, wire, scenario, spoil === undefined ? {} : { spoil });
      if (result.answer === "broken") assert.fail([...result.told.map(({ difference: { what }, words = "the plan said nothing of it" }) => `${what} — ${words}`), ...result.ran.map(timesOf)].join("\n"));
    },
  })),
  {
    sentence: randomSentence,
    async check({ subject, wire, spoil }) {
      const { equal, differs } = await explore(subject, wire, spoil);
      // A variant may refuse nearly everything; a kind's default path has no reason to.
      const byDefault = subject.wires.find(({ kind, side }) => kind === wire.kind && side !== undefined) === wire;
      assert.ok(!byDefault || equal + differs > 0, "every policy that was drawn is refused: nothing was explored");
    },
  },
];
