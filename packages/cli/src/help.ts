/** A command's help, as wide as the terminal. */
import { wrapped } from "./terminal.ts";

/** In: paragraphs as lines, an option's as "--name VALUE  what it is". Out: the same, broken under itself at so many characters. */
export function helpLines(text: string, columns: number): readonly string[] {
  const options = text.split("\n").map((line) => /^(\S.*?) {2,}(\S.*)$/.exec(line));
  const indent = Math.max(0, ...options.map((option) => (option === null ? 0 : option[1]!.length + 2)));
  return text.split("\n").flatMap((line, i) => {
    const [, label, told] = options[i] ?? [];
    if (label === undefined || told === undefined) return wrapped(line, columns);
    return wrapped(told, Math.max(40, columns - indent)).map((part, n) => `${(n === 0 ? label : "").padEnd(indent)}${part}`);
  });
}
