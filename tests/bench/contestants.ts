/** Who is measured, in the processes and in the cold starts. */
export interface Contestant {
  readonly name: string;
  /** The module in contenders/ that it runs. */
  readonly file: "native" | "isobar";
}
/** The second native one is the control: what it differs from the first is the machine's noise. */
export const contestants = [
  { name: "native", file: "native" },
  { name: "isobar", file: "isobar" },
  { name: "control", file: "native" },
] as const satisfies readonly Contestant[];
export type ContestantName = (typeof contestants)[number]["name"];
export type PerContestant<T> = Readonly<Record<ContestantName, T>>;

/** Something of each, made in turn and in an order that is drawn anew each time. */
export async function eachShuffled<T>(make: (contestant: (typeof contestants)[number]) => Promise<T>): Promise<PerContestant<T>> {
  const made: [ContestantName, T][] = [];
  for (const contestant of shuffled(contestants)) made.push([contestant.name, await make(contestant)]);
  return Object.fromEntries(made) as PerContestant<T>;
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  const drawn = list.map((each) => ({ each, at: Math.random() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ each }) => each);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
