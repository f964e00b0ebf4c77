/** Documents say what runs. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { kindsDocument, kindsFile } from "./kinds/markdown.ts";
import { clouds } from "./proof/clouds.ts";
import { markdownOf, readme, tableIn } from "./proof/markdown.ts";
import { proveOrders } from "./proof/orders.ts";
import { isEqual } from "./proof/row.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(readme, "utf8");

test("the README's table is what a run on the three real runtimes gives, and every row of it is equal; npm run readme rewrites it", async () => {
  const rows = await proveOrders(clouds, () => {});
  expect(rows.filter((row) => !isEqual(row))).toEqual([]);
  expect(tableIn(text)).toBe(markdownOf(rows, clouds.map(({ cloud }) => cloud)));
}, 60_000);

test("docs/kinds.md is what the adapters say of their wires; npm run kinds rewrites it", () => {
  expect(readFileSync(kindsFile, "utf8")).toBe(kindsDocument(clouds));
});

test("every line of the README's example stands in examples/orders", () => {
  const example = readdirSync(`${root}examples/orders`, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).map((file) => readFileSync(`${root}examples/orders/${file}`, "utf8")).join("\n");
  const lines = /```ts\n([^]*?)```/.exec(text)![1]!.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("//"));
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => !example.includes(line))).toEqual([]);
});

test("every local link of the documents leads somewhere", () => {
  const missing = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md"].flatMap((file) =>
    [...readFileSync(`${root}${file}`, "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g)].filter(([, link]) => !readdirSync(`${root}${link!.split("/").slice(0, -1).join("/")}`).includes(link!.split("/").at(-1)!)).map(([, link]) => `${file}: ${link}`),
  );
  expect(missing).toEqual([]);
});
