import { expect, test } from "vitest";
import { linesOf } from "./origins.ts";

const lineOf = (text: string, file: string, exported: string) => linesOf(text, file)(exported);

test.each<[string, string, string, number | undefined]>([
  ["a constant", `import { queue } from "@isobar/core";\n\nexport const charge = queue(\n  orders, {});`, "charge", 3],
  ["one of several", `export const a = 1,\n  b = 2;`, "b", 2],
  ["one with a type", `/** What it does. */\nexport const charge: Fn<"queue"> = queue(orders satisfies Queue, {});`, "charge", 2],
  ["a function", `\nexport function charge() {}`, "charge", 2],
  ["an asynchronous one", `\nexport async function charge() {}`, "charge", 2],
  ["a pattern", `export const {\n  a,\n  b: charge,\n} = make();`, "charge", 3],
  ["a list", `export const [\n  a, charge] = make();`, "charge", 2],
  ["a name of its own inside the module", `const local = 1;\nexport { local as charge };`, "charge", 1],
  ["a name in quotes", `const local = 1;\nexport { local as "charge" };`, "charge", 1],
  ["one of another module", `import a from "./a.js";\nexport { charge } from "pkg";`, "charge", 2],
  ["an import that is exported again", `import { charge } from "pkg";\nexport { charge };`, "charge", 2],
  ["a default", `\nexport default queue(orders, {});`, "default", 2],
  ["a default that has a name", `const charge = 1;\n\nexport default charge;`, "default", 1],
  ["another's default", `\nexport { default } from "pkg";`, "default", 2],
  ["a member of the app's literal", `export default defineApp("shop", {\n  a: 1,\n  charge: queue(orders, {}),\n});`, "default.functions.charge", 3],
  ["a member that is named in quotes", `export default { functions: {\n  "charge": 1 } };`, "default.functions.charge", 2],
  ["a member that is declared before", `const charge = 1;\nexport default defineApp("shop", { charge });`, "default.functions.charge", 1],
  ["a member of an app that has a name", `const app = defineApp("shop", {\n  charge: 1,\n});\nexport default app;`, "default.functions.charge", 2],
  ["a member that is nowhere to be seen", `import * as all from "./all.js";\nexport default defineApp("shop", all);`, "default.functions.charge", 2],
  ["a name further inside than the member", `export default { functions: { other: { charge: 1 },\n charge: 2 } };`, "default.functions.charge", 2],
  ["after characters of two units", `const smile = "😀😀😀";\r\n\r\nexport const charge = 1;`, "charge", 3],
  ["what is exported by a star", `export * from "./a.js";`, "charge", undefined],
  ["a value that has a type's name", `export type charge = 1;\nexport interface charge {}\nexport const charge = 1;`, "charge", 3],
  ["an enum that is exported", `\nexport enum charge { a }`, "charge", 2],
])("%s", (_, text, exported, line) => expect(lineOf(text, "a.ts", exported)).toBe(line));
test("JavaScript, and JSX in a file that has it", () => {
  expect(lineOf(`\nexport const charge = 1;`, "a.mjs", "charge")).toBe(2);
  expect(lineOf(`\nexport const charge = <b>1</b>;`, "a.tsx", "charge")).toBe(2);
});
