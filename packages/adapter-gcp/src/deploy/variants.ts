/** Variants that no app is deployed behind: they decode what others deployed. */
import type { TriggerKind } from "@isobar/core";
import { capabilities, unsupported, type Assessment, type Rendered } from "@isobar/core/plan";

/** Why, by variant: the wrapped push and Cloud Run functions replace them. */
export const decodesOnly = {
  unwrapped: "an unwrapped push does not tell the attempt, so maxAttempts could not be kept",
  cloudevent: "Eventarc keeps its own subscription, whose retries and dead letters are not ours to set",
  background: "functions of the first generation; Isobar deploys Cloud Run functions",
} as const;
type DecodesOnly = keyof typeof decodesOnly;
export const decodesAlone = (variant: string): variant is DecodesOnly => Object.hasOwn(decodesOnly, variant);

/** No promise is kept by a path that is not deployed. */
export const assessNothing = <K extends TriggerKind>(kind: K, variant: DecodesOnly, nearest: string): Assessment<K> =>
  Object.fromEntries((capabilities[kind] as readonly string[]).map((capability) => [capability, unsupported(decodesOnly[variant], `the variant "${nearest}"`)])) as unknown as Assessment<K>;
/** An entry can be made of it all the same, to be run on what was captured. */
export const renderNothing = (maker: string): Rendered => ({ maker, resources: {}, grants: [] });
