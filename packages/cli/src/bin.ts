import { Console } from "node:console";
import { main } from "./main.ts";
import { plainTerminal, type Terminal } from "./terminal.ts";

// What an older Node lacks would be met in the middle of a plan, and look like a fault of ours.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(`isobar: this is Node ${process.versions.node}, and isobar needs 22 or newer\n`);
  process.exit(1);
}

// What the user's own modules print while they are loaded is no part of our answer.
globalThis.console = new Console(process.stderr, process.stderr);

// A reader that has seen enough, as in "isobar decode … | head", is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { columns, isTTY } = process.stdout;
const { COLUMNS, NO_COLOR, TERM } = process.env;
// https://no-color.org: present and not empty means none.
const terminal: Terminal = { columns: columns ?? (Number(COLUMNS) || plainTerminal.columns), colours: isTTY === true && !NO_COLOR && TERM !== "dumb" };
const code = await main(process.argv.slice(2), { cwd: process.cwd(), terminal, out: (line) => process.stdout.write(`${line}\n`), err: (line) => process.stderr.write(`${line}\n`) });
// An app that was loaded may keep timers and connections open; what was written may still be on its way through a pipe.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);
