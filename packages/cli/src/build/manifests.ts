/** What every target's plan is composed to. */
import { IsobarError, type Target } from "@isobar/core";
import type { Adapter, Manifest, Plan } from "@isobar/core/plan";
import { adapterFor } from "../plan/plans.ts";
import type { Sources } from "./locate.ts";

export interface Composed {
  readonly target: Target;
  /** `undefined` of an adapter that composes none. */
  readonly manifest: Manifest | undefined;
}

/** In the targets' order, as `plans` are. Throws what the adapters refuse, of all targets at once. */
export function manifestsOf(targets: readonly Target[], adapters: readonly Adapter[], plans: readonly Plan[], sources: Sources): readonly Composed[] {
  const refused: IsobarError[] = [];
  const composed = targets.map((target, i): Composed => {
    try {
      return { target, manifest: adapterFor(target.cloud, adapters).compose?.(target, plans[i]!, { origin: (name) => sources.origin(target.app, name) }) };
    } catch (error) {
      // By name: the adapter may have its own copy of the class.
      if ((error as Partial<Error>).name !== "IsobarError") throw error;
      refused.push(error as IsobarError);
      return { target, manifest: undefined };
    }
  });
  if (refused.length > 0) throw new IsobarError(refused[0]!.code, refused.map(({ message }) => message).join("\n"), { cause: refused[0]!.cause ?? refused[0] });
  return composed;
}
