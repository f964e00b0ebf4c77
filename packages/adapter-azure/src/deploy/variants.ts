/** One kind by the paths that a target may choose, and paths that no app is deployed behind: an entry can be made of these, to be run on what was captured. */
import { IsobarError, type TriggerKind } from "@isobar/core";
import { capabilities, unsupported, type Assessment, type Binding, type TriggerPlan } from "@isobar/core/plan";
import type { Registration } from "./registration.ts";

type Path<K extends TriggerKind, Settings> = Pick<TriggerPlan<K, Settings>, "assess" | "render">;

/** A path that decodes what others deployed. `nearest`: the variant to choose. */
export const notDeployed = <K extends TriggerKind>(kind: K, why: string, nearest: string, registration: (binding: Binding<K>) => Registration): Path<K, never> => ({
  assess: () => Object.fromEntries((capabilities[kind] as readonly string[]).map((capability) => [capability, unsupported(why, `the variant "${nearest}"`)])) as unknown as Assessment<K>,
  render(binding) {
    const registered = registration(binding);
    return { maker: registered.maker, resources: { registration: registered }, grants: [] };
  },
});
/** A plan that asks the path. `standard`: the variant where the target says nothing. Throws `unsupported` for a word that is no variant: only what the compiler was passed by gets here. */
export function planBy<K extends TriggerKind, Settings extends { readonly variant?: string }>(kind: K, standard: string, paths: Readonly<Record<string, Path<K, never>>>): TriggerPlan<K, Settings> {
  const variantOf = ({ variant = standard }: Settings) => variant;
  const pathOf = ({ name, settings }: Binding<K, Settings>): Path<K, Settings> => {
    const variant = variantOf(settings);
    if (!Object.hasOwn(paths, variant)) throw new IsobarError("unsupported", `${name}: variant ${JSON.stringify(variant)} — Azure has no such ${kind} wire`);
    return paths[variant]! as Path<K, Settings>;
  };
  return { variant: variantOf, assess: (binding) => pathOf(binding).assess(binding), render: (binding) => pathOf(binding).render(binding) };
}
