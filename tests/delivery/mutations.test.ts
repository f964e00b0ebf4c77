/** The proof proves something: one part broken at a time, and its scenario fails. */
import { describe, expect, test } from "vitest";
import { explore, runScenario, scenarios, wireOf, type Spoil } from "@isobar/conformance/lab";
import type { AsynchronousKind } from "@isobar/core";
import { clouds } from "../proof/clouds.ts";
import { mutations, parts, setting, type Mutation } from "./mutations.ts";

async function answerOf({ cloud, kind, fails }: Mutation, spoil: Spoil): Promise<string> {
  const subject = clouds.find((each) => each.cloud === cloud)!;
  const scenario = scenarios.find(({ name }) => name === fails);
  if (scenario === undefined) throw new Error(`no scenario ${JSON.stringify(fails)}`);
  return (await runScenario(subject, wireOf(subject, kind as AsynchronousKind) as never, scenario, { spoil })).answer;
}

test("of every cloud each part is broken at least once", () => {
  expect(clouds.flatMap(({ cloud }) => parts.filter((part) => !mutations.some((each) => each.cloud === cloud && each.part === part)).map((part) => `${cloud}: ${part}`))).toEqual([]);
});
describe.each(clouds.map(({ cloud }) => cloud))("%s", (cloud) => {
  test.each(mutations.filter((each) => each.cloud === cloud).map((mutation) => [`${mutation.kind}, ${mutation.part}: ${mutation.what} fails "${mutation.fails}"`, mutation] as const))("%s", async (_, mutation) => {
    expect(["equal", "differs"]).toContain(await answerOf(mutation, {}));
    expect(await answerOf(mutation, mutation.spoil)).toBe("broken");
  });
});

test("a policy drawn at random finds a broken setting too, and tells its seed and the smallest case", async () => {
  const [subject] = clouds;
  const found = await explore(subject!, wireOf(subject!, "queue") as never, setting("maxReceiveCount", 1)).then(() => "nothing", (error: Error) => error.message);
  expect(found).toMatch(/seed: \d+[^]*Counterexample: \[\{"policy"/);
});
