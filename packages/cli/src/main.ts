/** The command line: which command, with which options, and what its end means to a shell. */
import { parseArgs } from "node:util";
import { build } from "./commands/build.ts";
import { deadLetters } from "./commands/dead-letters.ts";
import { decode } from "./commands/decode.ts";
import { diff } from "./commands/diff.ts";
import { plan } from "./commands/plan.ts";
import { simulate } from "./commands/simulate.ts";
import type { Command } from "./commands/command.ts";
import { table } from "./commands/table.ts";
import { helpLines } from "./help.ts";
import { plainTerminal, wrapped, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

const commands: ReadonlyMap<string, Command> = new Map([["plan", plan], ["build", build], ["diff", diff], ["simulate", simulate], ["decode", decode], ["dead-letters", deadLetters]]);

export interface Shell {
  readonly cwd: string;
  out(line: string): void;
  err(line: string): void;
  /** Default: none, a hundred characters wide. */
  readonly terminal?: Terminal;
}
/** 0 done; 1 the command failed; 2 the command line was not understood. */
export type ExitCode = 0 | 1 | 2;

const help = (): string => `isobar: write a function once, run it on every cloud

usage: isobar COMMAND [OPTIONS]

${table([...commands].map(([name, { summary }]) => [`  ${name}`, summary])).join("\n")}

isobar COMMAND --help tells more; isobar --version tells the version`;

/** By name: the error may come from the app's own copy of the class. */
const isUsers = (error: unknown): error is Error => error instanceof Error && error.name === "IsobarError";

/** What parseArgs says at length. */
function shortly({ code, message }: NodeJS.ErrnoException): string {
  const [, option = ""] = /'(?:-\w, )?(--?[\w-]+)/.exec(message) ?? [];
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `unknown option ${option}`;
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") return message.includes("does not take") ? `${option} takes no value` : `${option} needs a value`;
  return message;
}

/** In: the arguments after the program's name. Out: the exit code. Never rejects. */
export async function main(args: readonly string[], { cwd, out, err, terminal = plainTerminal }: Shell): Promise<ExitCode> {
  const misused = (message: string, usage = "isobar --help"): ExitCode => {
    err(`isobar: ${message}`);
    err(usage === "isobar --help" ? "isobar --help lists what it can do" : `usage: ${usage}`);
    return 2;
  };
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") return out(help()), 0;
  if (name === "--version" || name === "-v") return out(version()), 0;
  if (name === undefined) return misused("no command");
  const command = commands.get(name);
  if (command === undefined) return misused(name.startsWith("-") ? `unknown option ${name}` : `unknown command ${name}`);
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options: { ...command.options, help: { type: "boolean", short: "h" } }, allowPositionals: true });
  } catch (error) {
    return misused(shortly(error as NodeJS.ErrnoException), command.usage);
  }
  if (parsed.values.help === true) {
    const { columns } = terminal;
    for (const line of [...helpLines(command.summary, columns), "", ...wrapped(`usage: ${command.usage}`, columns, "       "), "", ...helpLines(command.help, columns)]) out(line);
    return 0;
  }
  const surplus = parsed.positionals[command.maxPositionals];
  if (surplus !== undefined) return misused(`${name} takes no "${surplus}"`, command.usage);
  try {
    const end = (await command.run({ positionals: parsed.positionals, values: parsed.values, cwd, terminal, say: out })) ?? 0;
    return typeof end === "object" ? misused(end.misused, command.usage) : end;
  } catch (error) {
    err(isUsers(error) ? `isobar: ${error.message}` : `isobar: this should not have happened\n${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}
