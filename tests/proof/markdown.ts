/** The README's table: what `npm start` shows, in short. */
import { readFile, writeFile } from "node:fs/promises";
import { isEqual, type Row } from "./row.ts";

export const readme = new URL("../../README.md", import.meta.url);
const [open, close] = ["<!-- table -->", "<!-- /table -->"];

/** One line for each input; the outcome once where all clouds agree. */
export function markdownOf(rows: readonly Row[], clouds: readonly string[]): string {
  const escaped = (text: string) => text.replaceAll("|", "\\|");
  const head = `| input | ${clouds.join(" | ")} | equal |\n|---|${clouds.map(() => "---|").join("")}---|`;
  return [head, ...rows.map((row) => `| ${escaped(row.input)} | ${clouds.map((cloud) => escaped(row.outcomes[cloud] ?? "")).join(" | ")} | ${isEqual(row) ? "yes" : "**no**"} |`)].join("\n");
}
/** What stands between the marks. Throws Error where they are missing. */
export function tableIn(text: string): string {
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error("README.md has no marks for its table");
  return text.slice(from + open.length, to).trim();
}
export async function writeTable(table: string): Promise<void> {
  const text = await readFile(readme, "utf8");
  await writeFile(readme, text.replace(`${open}${text.slice(text.indexOf(open) + open.length, text.indexOf(close))}${close}`, () => `${open}\n${table}\n${close}`));
}
