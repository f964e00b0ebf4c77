/** The table, for a person. */
import Table from "cli-table3";
import { isEqual, type Row } from "./row.ts";

/** Shorter lines for a table: the JSON form has everything. */
const short = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** In: rows and the clouds' headings. Out: a table whose columns fit `width` characters. */
export function tableOf(rows: readonly Row[], headings: Readonly<Record<string, string>>, width: number): string {
  const clouds = Object.keys(headings);
  const input = 34;
  const each = Math.max(18, Math.floor((width - input - 10 - 3 * (clouds.length + 2)) / clouds.length));
  const table = new Table({ head: ["input", ...clouds.map((cloud) => `${cloud}\n${headings[cloud]}`), "equal"], colWidths: [input, ...clouds.map(() => each), 7], wordWrap: true, style: { head: [], border: [] } });
  for (const row of rows) table.push([short(row.input, 2 * input), ...clouds.map((cloud) => short(row.outcomes[cloud] ?? "", 3 * each)), isEqual(row) ? "yes" : "NO"]);
  return table.toString();
}
