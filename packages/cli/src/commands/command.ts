import type { ParseArgsOptionsConfig } from "node:util";

export interface Input {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Writes one line to standard output. */
  say(line: string): void;
}
/** A command: what the command line says of it, and what it does. `run` throws an IsobarError for what its user can mend. */
export interface Command {
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** All of `--help` after the usage. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  readonly maxPositionals: number;
  /** Out: the exit code; nothing is 0. */
  run(input: Input): Promise<0 | 1 | void>;
}
