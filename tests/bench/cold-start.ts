/** Process start to first answer of minified bundles, all made in the same way. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual, stripVTControlCharacters } from "node:util";
import { rolldown } from "rolldown";
import { contestants, eachShuffled, median, type ContestantName, type PerContestant } from "./contestants.ts";
import { apiEvent } from "./events.ts";

const runs = 31;
const targetMs = 3;

export interface ColdStart {
  readonly ms: PerContestant<number>;
  /** Isobar's start less native's: the median over runs side by side. */
  readonly moreMs: number;
  /** The control's less native's. */
  readonly noiseMs: number;
  readonly targetMs: number;
  readonly met: boolean;
  readonly bytes: { readonly native: number; readonly isobar: number };
}

const fileIn = (name: string) => fileURLToPath(new URL(`hello/${name}`, import.meta.url));

/** As `isobar build --minify` bundles. */
async function bundled(input: string): Promise<string> {
  const build = await rolldown({ input, platform: "node", tsconfig: false, transform: { target: "node22" }, experimental: { attachDebugInfo: "none" } });
  const { output } = await build.generate({ format: "esm", codeSplitting: false, minify: true, comments: { legal: true, annotation: false, jsdoc: false } });
  await build.close();
  return output[0].code;
}

interface Started {
  readonly ms: number;
  readonly answer: unknown;
}
/** The clock of both processes is the machine's. */
function start(bundle: string, event: string): Promise<Started> {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const child = spawn(process.execPath, [fileIn("probe.mjs"), bundle, event], { stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code !== 0) return reject(new Error(`the cold start ended with code ${code}: ${stripVTControlCharacters(said.err)}`));
      const { at, answer } = JSON.parse(said.out) as { readonly at: string; readonly answer: unknown };
      resolve({ ms: Number(BigInt(at) - began) / 1e6, answer });
    });
  });
}

/** Throws where contestants answer differently. */
export async function measureColdStart(say: (line: string) => void): Promise<ColdStart> {
  say("cold start: bundling");
  const folder = await mkdtemp(join(tmpdir(), "isobar-bench-"));
  try {
    const code = { native: await bundled(fileIn("native.ts")), isobar: await bundled(fileIn("isobar.ts")) };
    const event = JSON.stringify(apiEvent("GET", "/hello/ada", { parameters: { name: "ada" } }));
    const files = {} as Record<ContestantName, string>;
    for (const { name, file } of contestants) {
      const path = join(folder, `${name}.mjs`);
      await writeFile(path, code[file]);
      files[name] = pathToFileURL(path).href;
    }
    const rounds: PerContestant<Started>[] = [];
    // The first round fills the machine's file cache.
    for (let i = 0; i <= runs; i++) {
      if (i % 10 === 1) say(`cold start: run ${i} of ${runs}`);
      const round = await eachShuffled(({ name }) => start(files[name], event));
      for (const { name } of contestants) if (!isDeepStrictEqual(round[name].answer, round.native.answer)) throw new Error(`cold start: ${name} answered ${JSON.stringify(round[name].answer)}, native ${JSON.stringify(round.native.answer)}`);
      if (i > 0) rounds.push(round);
    }
    const of = (name: ContestantName) => median(rounds.map((round) => round[name].ms));
    const more = (name: ContestantName) => median(rounds.map((round) => round[name].ms - round.native.ms));
    const moreMs = more("isobar");
    return {
      ms: { native: of("native"), isobar: of("isobar"), control: of("control") },
      moreMs,
      noiseMs: more("control"),
      targetMs,
      met: moreMs <= targetMs,
      bytes: { native: Buffer.byteLength(code.native), isobar: Buffer.byteLength(code.isobar) },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
