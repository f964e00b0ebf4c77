import { padded, widthOf } from "../terminal.ts";

/** Columns as wide as their widest cell, two spaces between; columns named in `right` are aligned to the right, the last one is not padded. Cells may be painted. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  const placed = (cell: string, column: number) => (right.has(column) ? " ".repeat(widths[column]! - widthOf(cell)) + cell : padded(cell, widths[column]!));
  return rows.map((row) => row.map(placed).join("  ").trimEnd());
}
