/** How one cloud keeps one promise, in one of four words. */
import type { TriggerKind } from "../triggers/index.ts";
import type { Capabilities } from "./capability.ts";

/** A setting in the provider's own words: the name of a property of a resource, and its value. */
export interface Setting {
  readonly setting: string;
  readonly value: string | number | boolean;
}
/** A native setting keeps it; without any, nothing was asked. */
export interface Exact {
  readonly verdict: "exact";
  readonly by: readonly Setting[];
  /** What is worth knowing: a fact that is unsure, a cost. */
  readonly note?: string;
}
/** Code of ours keeps it at run time. */
export interface Emulated {
  readonly verdict: "emulated";
  readonly how: string;
  /** When it does not hold: the crash window. */
  readonly window: string;
  readonly by: readonly Setting[];
}
/** What is asked cannot be had: why, and the nearest that can. */
interface Short {
  /** Why this cloud cannot. */
  readonly why: string;
  /** The nearest it can: a value to ask for, a variant, a setting. */
  readonly nearest: string;
}
/** It differs; refused unless the target accepts it for this function by name. */
export interface Approximated extends Short {
  readonly verdict: "approximated";
  readonly by: readonly Setting[];
}
/** It cannot be had, whatever is accepted. */
export interface Unsupported extends Short {
  readonly verdict: "unsupported";
}
export type Verdict = Exact | Emulated | Approximated | Unsupported;
/** One verdict for each capability of the kind. */
export type Assessment<K extends TriggerKind = TriggerKind> = { readonly [C in Capabilities[K]]: Verdict };

type Settings = Readonly<Record<string, Setting["value"]>>;
const settingsOf = (by: Settings): readonly Setting[] => Object.entries(by).map(([setting, value]) => ({ setting, value }));

/** `by`: native settings by their names. */
export const exact = (by: Settings = {}, note?: string): Exact => ({ verdict: "exact", by: settingsOf(by), ...(note === undefined ? {} : { note }) });
export const emulated = (how: string, window: string, by: Settings = {}): Emulated => ({ verdict: "emulated", how, window, by: settingsOf(by) });
export const approximated = (why: string, nearest: string, by: Settings = {}): Approximated => ({ verdict: "approximated", why, nearest, by: settingsOf(by) });
export const unsupported = (why: string, nearest: string): Unsupported => ({ verdict: "unsupported", why, nearest });
