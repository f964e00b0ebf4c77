/** What every path has on this machine: processes, their time, and the settings that say so. */
import { IsobarError, type TriggerKind } from "@isobar/core";
import { exact, spelledMs, unsupported, type Verdict } from "@isobar/core/plan";
import { called, type LocalResources } from "./resources.ts";

/** What a target may say of any function. */
export interface MachineSettings<Variant extends string = "local"> {
  readonly variant?: Variant;
  /** Processes at most. Default 10. */
  readonly maxInstances?: number;
}
export const defaultInstances = 10;
/** How long an entry may take to load before its first invocation. */
export const startMs = 10_000;
/** setTimeout takes no more: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const longestTimerMs = 2_147_483_647;
/** Between two hand-overs of what was answered with "again": a dead letter that cannot be written is not tried without a pause. */
export const againMs = 1_000;
/** A batch on this wire. */
export const mostInBatch = 10;

/** The path that settings choose, the first where they choose none. Throws `unsupported` for one that the compiler was not asked about. */
export const variantAmong =
  <V extends string>(kind: TriggerKind, variants: readonly [V, ...V[]]) =>
  ({ variant = variants[0] }: { readonly variant?: V }): V => {
    if (!variants.includes(variant)) throw new IsobarError("unsupported", `variant ${JSON.stringify(variant)} of ${kind}: there is ${variants.join(", ")}`);
    return variant;
  };

/** `invocationMs`: the time of one invocation with all that it may hold. `by`: settings of the path that go with it. */
export const timeoutVerdict = (invocationMs: number, by: Readonly<Record<string, number>> = {}): Verdict =>
  invocationMs > longestTimerMs
    ? unsupported("a timer of this machine's runs for 24 days at most", `an invocation of ${spelledMs(longestTimerMs)}, all its attempts and a margin of 1s included`)
    : exact({ "function timeoutMs": invocationMs, ...by });
export const saturationVerdict = ({ maxInstances = defaultInstances }: MachineSettings<string>): Verdict => exact({ "function maxInstances": maxInstances }, "a message is handed over once a process is free for it; waiting counts as nothing");

export const functionResource = (name: string, timeoutMs: number, { maxInstances = defaultInstances }: MachineSettings<string>): LocalResources => ({ [called("function", name)]: { type: "function", for: name, timeoutMs, maxInstances } });
