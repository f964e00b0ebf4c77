/** What a unit may do: roles of its identity, each on the one resource that a path, a send, a secret or a log needs. Where a service takes no less than is needed, `wider` (roles.ts) says why. */
import type { Grant, UnitNeeds } from "@isobar/core/plan";
import { quoted, resource } from "./arm.ts";
import { called, type Existing } from "./existing.ts";
import { idOf, type Made } from "./ids.ts";
import { deploymentName } from "./names.ts";
import { cosmosRoleOf, cosmosRoles, isRole, roleName, roleOf, userIdentity, type Role } from "./roles.ts";
import { insightsId } from "./shared.ts";
import { accountId, identityId } from "./site.ts";
import { vaultOf } from "./target.ts";

/** A role that a unit has: as a resource, and as a sentence. */
export interface Permission {
  readonly key: string;
  readonly resource: Made;
  readonly text: string;
  /** What waits for it depends on this. */
  readonly token: string;
}
const cosmosAccount = "resourceId('Microsoft.DocumentDB/databaseAccounts', variables('cosmosDb'))";
/** What a role of Cosmos DB is within: "/dbs/shop", "/dbs/shop/colls/leases". */
const within = (on: string): string => `/dbs/${on.replace(/^(?:database|container) /, "").replace("/", "/colls/")}`;

function permissionOf(unit: string, role: string, on: string, why: string, scope: string): Permission {
  const holder = userIdentity(identityId(unit));
  const [key, text] = [`role ${unit} · ${role} · ${on}`, `${role} on ${on}: ${why}`];
  const comments = `${unit}: ${why}`;
  if (isRole(role)) return { key, text, resource: roleOf(holder, role, scope, comments), token: roleName(holder, role, scope) };
  const made = cosmosRoleOf(holder, role, cosmosAccount, within(on), scope, comments);
  return { key, text, resource: made, token: `[${idOf(made)}]` };
}

/** A vault in another resource group: a role there is a deployment there, in whose place this template's expressions are worked out. https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group */
function elsewhere(unit: string, group: string, permissions: readonly Permission[]): Permission {
  const type = "Microsoft.Resources/deployments";
  const made = resource(type, {
    name: deploymentName(unit, "secrets"),
    resourceGroup: group,
    comments: `secrets that ${unit} reads`,
    properties: {
      mode: "Incremental",
      expressionEvaluationOptions: { scope: "outer" },
      template: { $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0", resources: permissions.map(({ resource: { dependsOn: _, ...rest } }) => rest) },
    },
  });
  return { key: `roles ${unit} in ${group}`, resource: made, text: permissions.map(({ text }) => text).join("; "), token: `[${idOf(made)}]` };
}
function secretPermissions(unit: string, secrets: readonly string[], existing: Existing | undefined): readonly Permission[] {
  const vault = vaultOf(existing);
  if (vault === undefined || secrets.length === 0) return [];
  const group = vault.resourceGroup === undefined ? "resourceGroup().name" : quoted(vault.resourceGroup);
  const each = secrets.map((name) => permissionOf(unit, "Key Vault Secrets User", `secret ${name}`, "ctx.secret", `resourceId(${group}, 'Microsoft.KeyVault/vaults/secrets', ${quoted(vault.name)}, ${quoted(name)})`));
  return vault.resourceGroup === undefined ? each : [elsewhere(unit, vault.resourceGroup, each)];
}

/**
 * In: what the paths of a unit and its sends ask for; resources by their names in the manifest, also those that are there already. Out: its roles. Throws where a grant is on nothing that is rendered: an error of
 * ours, for which there would be no least privilege.
 */
export function permissionsOf(unit: string, grants: readonly Grant[], { secrets }: UnitNeeds, resources: ReadonlyMap<string, { readonly resource: Made }>, existing: Existing | undefined): readonly Permission[] {
  const asked = grants.flatMap(({ actions, on, for: why }) => actions.map((role): Permission => {
    const target = resources.get(on);
    if (target === undefined || !(isRole(role) || Object.hasOwn(cosmosRoles, role))) throw new Error(`${unit}: ${role} on ${on}, of which nothing is known`);
    return permissionOf(unit, role, on, why, idOf(target.resource));
  }));
  const all = [
    permissionOf(unit, "Storage Blob Data Owner" satisfies Role, `storage ${unit}`, "the host's keys, leases and code", accountId(unit)),
    permissionOf(unit, "Monitoring Metrics Publisher" satisfies Role, "insights", "logs and traces", insightsId),
    ...asked,
    ...secretPermissions(unit, secrets, existing),
  ];
  // Two functions of a unit may ask for the same.
  return [...new Map(all.map((each) => [each.key, existing === undefined ? each : { ...each, resource: called(each.resource, existing), token: called(each.token, existing) }])).values()];
}
