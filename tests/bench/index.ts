/** What Isobar costs beside a handler written by hand. `node tests/bench/index.ts [--json] [name…]`; a missed target is no failure, a different answer is. */
import { parseArgs } from "node:util";
import { measureBuilding } from "./build.ts";
import { measureColdStart } from "./cold-start.ts";
import { measureDecoding } from "./decode.ts";
import { measurePlanning } from "./plan.ts";
import { buildingTable, coldStartTable, decodingTable, planningTable, simulatingTable, throughputTable } from "./report.ts";
import { scenarioNames } from "./scenarios.ts";
import { measureSimulating } from "./simulate.ts";
import { measure, type Measured } from "./throughput.ts";

const coldStartName = "cold-start";
const decodingName = "decode";
const simulatingName = "simulate";
const planningName = "plan";
const buildingName = "build";
const names: readonly string[] = [...scenarioNames, coldStartName, decodingName, simulatingName, planningName, buildingName];

const { values, positionals } = parseArgs({ options: { json: { type: "boolean", default: false } }, allowPositionals: true });
const unknown = positionals.filter((each) => !names.includes(each));
const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name);
const say = (line: string) => void process.stderr.write(`bench: ${line}\n`);

async function bench(): Promise<void> {
  const throughput: Measured[] = [];
  for (const name of scenarioNames) if (isAsked(name)) throughput.push(await measure(name, say));
  const coldStart = isAsked(coldStartName) ? await measureColdStart(say) : undefined;
  const decoding = isAsked(decodingName) ? await measureDecoding(say) : undefined;
  const simulating = isAsked(simulatingName) ? await measureSimulating(say) : undefined;
  const planning = isAsked(planningName) ? measurePlanning(say) : undefined;
  const building = isAsked(buildingName) ? await measureBuilding(say) : undefined;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ node: process.version, throughput, coldStart, decoding, simulating, planning, building })}\n`);
    return;
  }
  const tables = [...(throughput.length > 0 ? [throughputTable(throughput)] : []), ...(coldStart === undefined ? [] : [coldStartTable(coldStart)]), ...(decoding === undefined ? [] : [decodingTable(decoding)]), ...(simulating === undefined ? [] : [simulatingTable(simulating)]), ...(planning === undefined ? [] : [planningTable(planning)]), ...(building === undefined ? [] : [buildingTable(building)])];
  process.stdout.write(`${tables.join("\n\n")}\n`);
}

if (unknown.length > 0) {
  say(`no such benchmark: ${unknown.join(", ")}; there are ${names.join(", ")}`);
  process.exitCode = 2;
} else await bench();
