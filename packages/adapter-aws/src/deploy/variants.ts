/** One kind by the paths that a target may choose. */
import { IsobarError, type TriggerKind } from "@isobar/core";
import type { Binding, TriggerPlan } from "@isobar/core/plan";

/** The path that a target chose. Throws `unsupported` for a word that is no variant: only what the compiler was passed by gets here. */
export function pathOf<Path>(kind: TriggerKind, paths: Readonly<Record<string, Path>>, standard: string, { name, settings }: Pick<Binding<TriggerKind, { readonly variant?: string }>, "name" | "settings">): Path {
  const { variant = standard } = settings;
  if (!Object.hasOwn(paths, variant)) throw new IsobarError("unsupported", `${name}: variant ${JSON.stringify(variant)} — AWS has no such ${kind} wire`);
  return paths[variant]!;
}
/** A plan that asks the path. `standard`: the variant where the target says nothing. */
export const planBy = <K extends TriggerKind, Settings extends { readonly variant?: string }>(kind: K, standard: NonNullable<Settings["variant"]>, paths: { readonly [V in NonNullable<Settings["variant"]>]: Pick<TriggerPlan<K, never>, "assess" | "render"> }): TriggerPlan<K, Settings> => ({
  variant: ({ variant = standard }) => variant,
  assess: (binding) => pathOf(kind, paths as Readonly<Record<string, Pick<TriggerPlan<K, Settings>, "assess">>>, standard, binding).assess(binding),
  render: (binding) => pathOf(kind, paths as Readonly<Record<string, Pick<TriggerPlan<K, Settings>, "render">>>, standard, binding).render(binding),
});
