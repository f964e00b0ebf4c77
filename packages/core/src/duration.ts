import { IsobarError } from "./errors.ts";

/** A length of time that names its unit: "500ms", "30s", "10m", "6h", "2d". */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration. Throws `invalid-definition` for anything that is not a number ≥ 0 followed by its unit. */
export function toMs(duration: Duration): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration);
  if (!parts) throw new IsobarError("invalid-definition", `${JSON.stringify(duration)} is not a duration: write a number and its unit, as in "30s" or "10m"`);
  return Number(parts[1]) * unitMs[parts[2] as keyof typeof unitMs];
}

/** Throws `invalid-definition` for a duration of nothing, naming the option. */
export function checkDuration(option: string, duration: Duration): void {
  if (!(toMs(duration) > 0)) throw new IsobarError("invalid-definition", `${option} is ${JSON.stringify(duration)}: it must be more than nothing`);
}
