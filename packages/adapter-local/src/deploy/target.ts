import type { App, PerFunction, Target, TriggerKind } from "@isobar/core";
import type { CallSettings } from "../triggers/call/plan.ts";

/** What can be said of a function, by its kind: of calls, whether they are answered or sent ahead; of the others nothing. */
export type LocalByKind = { readonly [K in TriggerKind]: K extends "call" ? CallSettings : object };
export interface LocalSettings<A extends App = App> {
  readonly functions?: PerFunction<A, LocalByKind>;
}
/** A target: one app on this machine. */
export function local<const A extends App>(app: A, settings: LocalSettings<A> = {}): Target<LocalSettings<A>> {
  return { cloud: "local", app, settings };
}
