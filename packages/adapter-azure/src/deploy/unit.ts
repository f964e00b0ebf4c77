/** A unit by what its members' paths say of it, and its own resources. */
import { mergeResources, type Grant, type PlannedBinding, type Unit, type UnitNeeds } from "@isobar/core/plan";
import type { Resource } from "./arm.ts";
import { permissionsOf, type Permission } from "./identity.ts";
import type { Made } from "./ids.ts";
import { ofUnit, type Known, type Paths } from "./paths.ts";
import { unitResources, type AppSetting, type UnitParts } from "./site.ts";
import type { AzureSettings } from "./target.ts";

export interface UnitInHand extends UnitParts {
  readonly members: readonly string[];
  readonly host: object;
  readonly grants: readonly Grant[];
  /** Who may call it, where that is not the host's to decide. */
  readonly authentication: Made | undefined;
}
/** A unit by what its members' paths say of it. Throws `invalid-definition` where two of them say different things. */
export function unitInHand({ name, functions }: Unit, needs: UnitNeeds, own: readonly PlannedBinding[], sends: Paths["sends"]): UnitInHand {
  const merged = mergeResources(own.map(({ function: member, rendered: { resources } }) => ({ function: member, resources: Object.fromEntries(Object.entries(resources).filter(([key]) => key !== "registration" && key !== "relay" && ofUnit.has(key))) as Readonly<Record<string, object>> })));
  const sent = functions.flatMap((member) => sends.get(member)!);
  return {
    unit: name,
    members: functions,
    needs,
    site: merged.get("site")!.resource as Resource,
    host: merged.get("host.json")!.resource,
    authentication: merged.get("authentication")?.resource as Made | undefined,
    sending: [...new Map(sent.flatMap(({ environment }) => Object.entries(environment)))] as readonly AppSetting[],
    grants: [...own.flatMap(({ rendered }) => rendered.grants), ...sent.map(({ grant }) => grant)],
  };
}
/** Its own resources, in the order in which they are made. */
export function ofUnitInHand(each: UnitInHand, settings: AzureSettings, resources: Known): { readonly resources: Known; readonly permissions: readonly Permission[] } {
  const permissions = permissionsOf(each.unit, each.grants, each.needs, resources, settings.existing);
  const { [`plan ${each.unit}`]: plan, [`site ${each.unit}`]: site, ...first } = unitResources(each, settings, permissions.map(({ token }) => token));
  const all = { ...first, ...Object.fromEntries(permissions.map(({ key, resource }) => [key, resource])), [`plan ${each.unit}`]: plan!, [`site ${each.unit}`]: site!, ...(each.authentication === undefined ? {} : { [`authentication ${each.unit}`]: each.authentication }) };
  return { permissions, resources: new Map(Object.entries(all).map(([key, resource]) => [key, { resource, functions: each.members }])) };
}
