/** What of an app is deployed together. */
import type { App } from "../app.ts";
import { IsobarError } from "../errors.ts";
import type { TriggerKind } from "../triggers/index.ts";

/** What is deployed, sized and given an identity: one bundle, one entry. */
export interface Unit {
  readonly name: string;
  readonly kind: TriggerKind;
  readonly functions: readonly string[];
}

/**
 * The units of an app. Every function that is not HTTP is one of its own; HTTP functions are one each, or one together under the app's
 * name; those of one `group` are one under the group's name. Throws `unsupported` for a group of anything but HTTP functions.
 */
export function unitsOf(app: App, http: "each" | "together"): readonly Unit[] {
  const units = new Map<string, { name: string; kind: TriggerKind; functions: string[] }>();
  for (const [name, { kind, options }] of Object.entries(app.functions)) {
    if (options.group !== undefined && kind !== "http")
      throw new IsobarError("unsupported", `${name}: group "${options.group}" — a unit has one entry, and ${kind} deliveries and requests do not arrive at the same one — group HTTP functions only`);
    const unit = options.group ?? (kind === "http" && http === "together" ? app.name : name);
    const known = units.get(unit);
    if (known === undefined) units.set(unit, { name: unit, kind, functions: [name] });
    else if (known.kind !== kind) throw new IsobarError("invalid-definition", `unit "${unit}" would hold ${known.functions.join(", ")} (${known.kind}) and ${name} (${kind}): rename one`);
    else known.functions.push(name);
  }
  return [...units.values()];
}

