/** The main job: one app on three real runtimes, input by input, and real captures across all of them. Exit code 1 for any difference. */
import { missing, proveCaptures } from "./captures.ts";
import { clouds, runtimes } from "./clouds.ts";
import { proveOrders } from "./orders.ts";
import { tableOf } from "./report.ts";
import { isEqual, type Row } from "./row.ts";

const json = process.argv.includes("--json");
const say = (line: string) => void process.stderr.write(`  ${line}\n`);
const show = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);

const orders = await proveOrders(clouds, say);
show(`\nexamples/orders on three real runtimes\n${tableOf(orders, runtimes, process.stdout.columns ?? 150)}`);

const why = missing();
const captures: readonly Row[] = why === undefined ? await proveCaptures(clouds, say) : [];
if (why !== undefined) show(`\ncaptures were not proved: ${why}`);

const rows = [...orders, ...captures];
const differences = rows.filter((row) => !isEqual(row));
const refused = captures.filter((row) => row.refused !== undefined);
if (captures.length > 0) {
  show(`\nreal captures: ${captures.length} requests and messages; ${captures.filter(isEqual).length - refused.length} arrived the same through all three runtimes, ${refused.length} are refused by their own`);
  for (const { input, refused: why = "" } of refused) show(`  refused: ${input}\n           ${why.slice(0, 160)}`);
}
for (const { input, outcomes, exact = outcomes } of differences) show(`\ndifferent: ${input}\n${Object.entries(exact).map(([cloud, outcome]) => `  ${cloud.padEnd(6)}${outcome}`).join("\n")}`);
show(`\n${rows.length} rows, ${differences.length} differences: ${differences.length === 0 ? "the three clouds behave the same" : "the three clouds do NOT behave the same"}`);
if (json) process.stdout.write(`${JSON.stringify({ clouds: clouds.map(({ cloud }) => cloud), rows: rows.length, equal: differences.length === 0, differences })}\n`);
process.exitCode = differences.length === 0 ? 0 : 1;
