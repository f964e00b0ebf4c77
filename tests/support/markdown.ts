/** `docs/support.md`: which promise each path of each cloud keeps, and how, as the adapters assess it. */
import type { Verdict } from "@isobar/core/plan";
import type { Subject } from "@isobar/conformance/lab";
import { numbered } from "../delivery/markdown.ts";
import { canonical, plansOf, type Canonical } from "./bindings.ts";

export const supportFile = new URL("../../docs/support.md", import.meta.url);
const names: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** What is said of a verdict below the table. */
function wordsOf(verdict: Verdict): string | undefined {
  switch (verdict.verdict) {
    case "exact": return verdict.note;
    case "emulated": return `${verdict.how}. Window: ${verdict.window}`;
    case "approximated":
    case "unsupported": return `${verdict.why}. Nearest: ${verdict.nearest}`;
  }
}
function sectionOf(one: Canonical, clouds: readonly Subject[]): string {
  const plans = plansOf(one, clouds);
  const { of, list } = numbered();
  const rows = plans[0]!.verdicts.map(({ capability, asked }) => {
    const cells = plans.map(({ verdicts }) => {
      const { verdict } = verdicts.find((each) => each.capability === capability)!;
      const words = wordsOf(verdict);
      return words === undefined ? verdict.verdict : `${verdict.verdict} (${of([words])})`;
    });
    return `| ${capability} | ${cell(asked)} | ${cells.join(" | ")} |`;
  });
  const notes = list();
  const heading = one.what === undefined ? one.kind : `${one.kind}, ${one.what}`;
  const paths = plans.map(({ cloud, variant, service }) => `- ${names[cloud] ?? cloud} \`${variant}\`: ${service}`).join("\n");
  return `## ${heading}\n\n${paths}\n\n| promise | asked | ${plans.map(({ cloud, variant }) => `${names[cloud] ?? cloud} \`${variant}\``).join(" | ")} |\n|---|---|${plans.map(() => "---|").join("")}\n${rows.join("\n")}${notes === "" ? "" : `\n\n${notes}`}`;
}

/** The whole document. */
export const supportDocument = (clouds: readonly Subject[]): string => `# What each cloud keeps of the delivery contract

Generated from the adapters' own plans by \`npm run support\`; a test holds it. For one function of each kind, under one policy, every promise on every path that an app can be deployed on:

- **exact**: a native setting keeps it, or nothing was asked.
- **emulated**: code of ours keeps it at run time; the window is when it does not hold.
- **approximated**: it differs; refused unless the target accepts it for this function by name, as in \`accept: ["backoff"]\`.
- **unsupported**: refused, with the nearest that works.

A verdict is one of a binding, not of a cloud: other numbers get other verdicts. \`isobar plan\` tells those of your app; [delivery.md](delivery.md) what became of each promise when it was put to the test.

${canonical.map((one) => sectionOf(one, clouds)).join("\n\n")}
`;
