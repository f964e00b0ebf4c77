import type { ParseArgsOptionsConfig } from "node:util";
import type { Terminal } from "../terminal.ts";

export interface Input {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  readonly terminal: Terminal;
  /** Writes one line to standard output. */
  say(line: string): void;
}
/** How a command ended: 0 done, 1 not; or why its command line was not understood, which costs its user one look at the usage. Nothing is 0. */
export type End = 0 | 1 | void | { readonly misused: string };
/** A command: what the command line says of it, and what it does. `run` throws an IsobarError for what its user can mend. */
export interface Command {
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** All of `--help` after the usage. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  readonly maxPositionals: number;
  run(input: Input): Promise<End>;
}
