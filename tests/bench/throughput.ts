/** Time per call, as a ratio: fresh processes each epoch, and in each short slots of all contestants in shuffled order. */
import { isDeepStrictEqual } from "node:util";
import { contestants, eachShuffled, median, type ContestantName, type PerContestant } from "./contestants.ts";
import { startWorker, type Worker } from "./process.ts";
import { scenarios, type ScenarioName } from "./scenarios.ts";

const epochs = 3;
const slotsPerEpoch = 7;
const slotMs = 150;
/** A batch of messages is compiled to its end only after a second or so. */
const warmUpMs = 1_500;

export interface Measured {
  readonly scenario: ScenarioName;
  readonly what: string;
  readonly nsPerCall: PerContestant<number>;
  /** Isobar's time over native's: the median of the slots' ratios. */
  readonly ratio: number;
  /** The control's over native's. */
  readonly noise: number;
  readonly target: number;
  readonly met: boolean;
}

/** What an answer means to the platform; absent is false there. Over JSON, as it leaves. */
const seen = (answer: unknown): unknown => ({ isBase64Encoded: false, ...(answer as object) });

async function refuseDifference(scenario: ScenarioName, workers: PerContestant<Worker>): Promise<void> {
  const native = seen(await workers.native.answer());
  for (const { name } of contestants) {
    const answer = seen(await workers[name].answer());
    if (!isDeepStrictEqual(answer, native)) throw new Error(`${scenario}: ${name} answered ${JSON.stringify(answer)}, native ${JSON.stringify(native)}`);
  }
}

/** One epoch's slots: ns per call of each contestant, slot by slot. */
async function epoch(scenario: ScenarioName): Promise<readonly PerContestant<number>[]> {
  const workers = Object.fromEntries(contestants.map((each) => [each.name, startWorker(each, scenario)])) as PerContestant<Worker>;
  const all = Object.values(workers);
  try {
    await refuseDifference(scenario, workers);
    await Promise.all(all.map((worker) => worker.slot(warmUpMs)));
    const rounds: PerContestant<number>[] = [];
    for (let i = 0; i < slotsPerEpoch; i++) {
      rounds.push(
        await eachShuffled(async ({ name }) => {
          const { calls, ns } = await workers[name].slot(slotMs);
          return ns / calls;
        }),
      );
    }
    return rounds;
  } finally {
    await Promise.all(all.map((worker) => worker.stop()));
  }
}

/** Throws where contestants answer differently: such times would say nothing. */
export async function measure(scenario: ScenarioName, say: (line: string) => void): Promise<Measured> {
  const rounds: PerContestant<number>[] = [];
  for (let i = 1; i <= epochs; i++) {
    say(`${scenario}: epoch ${i} of ${epochs}`);
    rounds.push(...(await epoch(scenario)));
  }
  const of = (name: ContestantName) => median(rounds.map((round) => round[name]));
  const over = (name: ContestantName) => median(rounds.map((round) => round[name] / round.native));
  const { what, target } = scenarios[scenario];
  const ratio = over("isobar");
  return { scenario, what, nsPerCall: { native: of("native"), isobar: of("isobar"), control: of("control") }, ratio, noise: over("control"), target, met: ratio <= target };
}
