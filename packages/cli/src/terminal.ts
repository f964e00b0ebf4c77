/** Text for a terminal: as wide as it is, in its colours where it has them. */
import { styleText } from "node:util";

export interface Terminal {
  /** Characters in a line. */
  readonly columns: number;
  readonly colours: boolean;
}
/** Where nobody reads it in a terminal: a log, a pipe. */
export const plainTerminal: Terminal = { columns: 100, colours: false };

export type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (colour: Colour, text: string) => string;
/** Never looks at the process: whoever made the terminal did. */
export const painting = ({ colours }: Terminal): Paint => (colours ? (colour, text) => (text === "" ? "" : styleText(colour, text, { validateStream: false })) : (_, text) => text);

/** Characters that are seen: without the codes of colours. */
export const widthOf = (text: string): number => text.replace(/\u001b\[\d+m/g, "").length;
export const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** Lines of at most `width` characters, broken between words; a word that is longer has a line of its own. `hang`: before every line but the first. */
export function wrapped(text: string, width: number, hang = ""): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = line === "" ? word : `${line} ${word}`;
    if (widthOf(next) <= width || line === "") line = next;
    else {
      lines.push(line);
      line = hang + word;
    }
  }
  return [...lines, line];
}

/** Blocks beside each other, each `width` wide, `gap` between them. */
export function sideBySide(blocks: readonly (readonly string[])[], width: number, gap: string): readonly string[] {
  const rows = Math.max(...blocks.map(({ length }) => length));
  return Array.from({ length: rows }, (_, row) => blocks.map((block) => padded(block[row] ?? "", width)).join(gap).trimEnd());
}
