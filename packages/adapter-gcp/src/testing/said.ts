/** Verdicts as one line each, for tests that state them. */
import type { Verdict } from "@isobar/core/plan";

export function said(verdict: Verdict): string {
  const by = "by" in verdict && verdict.by.length > 0 ? ` [${verdict.by.map(({ setting, value }) => `${setting}: ${String(value)}`).join(", ")}]` : "";
  switch (verdict.verdict) {
    case "exact": return `exact${by}${verdict.note === undefined ? "" : `; ${verdict.note}`}`;
    case "emulated": return `emulated${by}: ${verdict.how} | ${verdict.window}`;
    case "approximated": return `approximated${by}: ${verdict.why} | ${verdict.nearest}`;
    case "unsupported": return `unsupported: ${verdict.why} | ${verdict.nearest}`;
  }
}
/** By capability. */
export const allSaid = (assessment: Readonly<Record<string, Verdict>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(assessment).map(([capability, verdict]) => [capability, said(verdict)]));
