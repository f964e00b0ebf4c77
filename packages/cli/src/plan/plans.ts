/** Targets planned by the adapters of their clouds. */
import { IsobarError, type Target } from "@isobar/core";
import { plan, type Adapter, type Plan } from "@isobar/core/plan";

/** The adapter of a cloud. Throws `invalid-definition` where it was not loaded. */
export function adapterFor(cloud: string, adapters: readonly Adapter[]): Adapter {
  const adapter = adapters.find((each) => each.cloud === cloud);
  if (adapter === undefined) throw new IsobarError("invalid-definition", `no adapter for the cloud ${JSON.stringify(cloud)}`);
  return adapter;
}
/** In the targets' order. Throws what `plan` throws. */
export const plansOf = (targets: readonly Target[], adapters: readonly Adapter[]): readonly Plan[] => targets.map((target) => plan(target, adapterFor(target.cloud, adapters)));
