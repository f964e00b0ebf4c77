/** What the adapters say of every promise: complete, in words, and as the document has it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { capabilities, type Capability } from "@isobar/core/plan";
import { clouds } from "./proof/clouds.ts";
import { canonical, plansOf } from "./support/bindings.ts";
import { supportDocument, supportFile } from "./support/markdown.ts";

const all = canonical.flatMap((one) => plansOf(one, clouds).map((planned) => ({ what: `${one.kind} ${one.what ?? ""} by ${planned.variant} on ${planned.cloud}`, ...planned })));

test("every promise of every kind has a verdict on every path", () => {
  expect(all.filter(({ kind, verdicts }) => JSON.stringify(verdicts.map(({ capability }) => capability)) !== JSON.stringify(capabilities[kind] as readonly Capability[])).map(({ what }) => what)).toEqual([]);
  expect(all.flatMap(({ what, verdicts }) => verdicts.filter(({ verdict }) => (verdict as unknown) === undefined).map(({ capability }) => `${what}: ${capability}`))).toEqual([]);
});
test("what is not exact says why, when and what instead, in words", () => {
  const wordless = all.flatMap(({ what, verdicts }) =>
    verdicts.flatMap(({ capability, verdict }) => {
      const words = verdict.verdict === "exact" ? [] : verdict.verdict === "emulated" ? [verdict.how, verdict.window] : [verdict.why, verdict.nearest];
      return words.every((text) => text.trim().length > 3) ? [] : [`${what}: ${capability}`];
    }),
  );
  expect(wordless).toEqual([]);
});
test("no promise of the canonical function is refused on the default path of an asynchronous kind", () => {
  const short = canonical.filter(({ kind }) => kind !== "http").flatMap((one) =>
    clouds.flatMap(({ cloud }) => {
      const [planned] = plansOf(one, clouds).filter((each) => each.cloud === cloud);
      return planned!.verdicts.filter(({ verdict }) => verdict.verdict === "unsupported").map(({ capability }) => `${one.kind}${one.what === undefined ? "" : ` ${one.what}`}, ${cloud}: ${capability}`);
    }),
  );
  expect(short).toEqual([]);
});
test("docs/support.md is what the adapters say; npm run support rewrites it", () => {
  expect(readFileSync(supportFile, "utf8")).toBe(supportDocument(clouds));
});
