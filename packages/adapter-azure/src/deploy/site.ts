/**
 * What a unit is on Azure: a function app on a Flex Consumption plan of its own, with an identity and a storage account that nobody else has, since the host owns all blobs of its account, keys and code included.
 * https://learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code?pivots=flex-consumption-plan
 */
import type { UnitNeeds } from "@isobar/core/plan";
import { secretVariable } from "../runtime/secret.ts";
import { idInShared, idOfPrefixed, inner, literal, location, prefixed, resource, versionOf, type Resource } from "./arm.ts";
import type { Made } from "./ids.ts";
import { behindPrefix } from "./names.ts";
import { clientIdOf } from "./roles.ts";
import { insightsId, storageAccount } from "./shared.ts";
import { vaultOf, type AzureSettings } from "./target.ts";

const types = { identity: "Microsoft.ManagedIdentity/userAssignedIdentities", plan: "Microsoft.Web/serverfarms", site: "Microsoft.Web/sites", account: "Microsoft.Storage/storageAccounts", container: "Microsoft.Storage/storageAccounts/blobServices/containers" } as const;
const packages = "deployments";
export const identityId = (unit: string): string => inner(idOfPrefixed(types.identity, unit));
/** The account of a unit alone. */
export const accountOf = (unit: string): `${string}.storage` => `${unit}.storage`;
export const accountId = (unit: string): string => inner(idInShared(types.account, accountOf(unit)));
export const siteName = (unit: string): string => `concat(variables('prefix'), '-${behindPrefix(types.site, unit)}')`;

export type AppSetting = readonly [name: string, value: string];
/** Connections that the registrations name, each for this identity: https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections */
function credentialsOf(settings: readonly AppSetting[], clientId: string): readonly AppSetting[] {
  const connections = new Set(settings.flatMap(([name]) => /^(\w+?)__(?:fullyQualifiedNamespace|accountEndpoint|queueServiceUri)$/.exec(name)?.[1] ?? []));
  return [...connections].flatMap((name): readonly AppSetting[] => [[`${name}__credential`, "managedidentity"], [`${name}__clientId`, clientId]]);
}
/** The host's own: where it keeps its state, and where its logs go. */
function hostSettings(unit: string, clientId: string): readonly AppSetting[] {
  return [
    ["AzureWebJobsStorage__accountName", `[variables('${accountOf(unit)}')]`],
    ["AzureWebJobsStorage__credential", "managedidentity"],
    ["AzureWebJobsStorage__clientId", clientId],
    // https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication#azure-functions
    ["APPLICATIONINSIGHTS_CONNECTION_STRING", `[reference(${insightsId}, '${versionOf("Microsoft.Insights/components")}').ConnectionString]`],
    ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", `[concat('ClientId=', ${inner(clientId)}, ';Authorization=AAD')]`],
    ["AZURE_CLIENT_ID", clientId],
  ];
}
/** By reference: the platform puts the value where the program looks. https://learn.microsoft.com/azure/app-service/app-service-key-vault-references */
export const secretReference = (vault: string, name: string): string => `@Microsoft.KeyVault(SecretUri=https://${vault}.vault.azure.net/secrets/${name}/)`;

export interface UnitParts {
  readonly unit: string;
  /** The app as its paths render it. */
  readonly site: Resource;
  readonly needs: UnitNeeds;
  /** Addresses of what it sends to. */
  readonly sending: readonly AppSetting[];
}
/** Everything but the user's own. */
export function settingsOf({ unit, site, needs: { secrets }, sending }: UnitParts, { existing }: AzureSettings): readonly AppSetting[] {
  const clientId = `[${clientIdOf(identityId(unit))}]`;
  const { siteConfig } = site.properties as { readonly siteConfig: { readonly appSettings: readonly { readonly name: string; readonly value: string }[] } };
  const own = siteConfig.appSettings.map(({ name, value }): AppSetting => [name, value]);
  const { name: vault } = vaultOf(existing) ?? { name: "" };
  return [...hostSettings(unit, clientId), ...own, ...credentialsOf(own, clientId), ...sending, ...secrets.map((name): AppSetting => [secretVariable(name), secretReference(vault, name)])];
}

/** By their names in the manifest. `roles`: what it has to wait for, since the host starts with the app. */
export function unitResources(parts: UnitParts, settings: AzureSettings, roles: readonly string[]): Readonly<Record<string, Made>> {
  const { unit, site, needs } = parts;
  const { functionAppConfig, siteConfig: _, virtualNetworkSubnetId: own, ...rest } = site.properties as { readonly functionAppConfig: object; readonly siteConfig: object; readonly virtualNetworkSubnetId?: string };
  const identity = identityId(unit);
  const subnet = own ?? (settings.subnetId === undefined ? undefined : literal(settings.subnetId));
  // The first of a name is what it is: what differs was told before (limits.ts).
  const environment = new Map<string, string>();
  for (const [name, value] of [...settingsOf(parts, settings), ...Object.entries(needs.environment).map(([name, value]): AppSetting => [name, literal(value)])]) if (!environment.has(name)) environment.set(name, value);
  return {
    [`identity ${unit}`]: { type: types.identity, apiVersion: versionOf(types.identity), name: prefixed(types.identity, unit), location, comments: `what ${unit} may do, it may do as this` },
    [`storage ${unit}`]: storageAccount(`[variables('${accountOf(unit)}')]`, `the host's own: keys, leases and the code of ${unit}`),
    [`code ${unit}`]: resource(types.container, { name: `[concat(variables('${accountOf(unit)}'), '/default/${packages}')]`, comments: `the code of ${unit}`, properties: { publicAccess: "None" } }),
    [`plan ${unit}`]: resource(types.plan, { name: prefixed(types.plan, unit), location, kind: "functionapp", sku: { name: "FC1", tier: "FlexConsumption" }, comments: `where ${unit} runs; a plan has one app`, properties: { reserved: true } }),
    [`site ${unit}`]: {
      type: site.type,
      apiVersion: site.apiVersion,
      name: site.name,
      kind: "functionapp,linux",
      location,
      identity: { type: "UserAssigned", userAssignedIdentities: { [`[${identity}]`]: {} } },
      comments: site.comments,
      dependsOn: [inner(idOfPrefixed(types.plan, unit)), inner(idInShared(types.container, accountOf(unit), "default", packages))].map((id) => `[${id}]`).concat(roles),
      properties: {
        serverFarmId: idOfPrefixed(types.plan, unit),
        httpsOnly: true,
        keyVaultReferenceIdentity: `[${identity}]`,
        ...(subnet === undefined ? {} : { virtualNetworkSubnetId: subnet }),
        ...rest,
        functionAppConfig: {
          deployment: { storage: { type: "blobContainer", value: `[concat('https://', variables('${accountOf(unit)}'), '.blob.core.windows.net/${packages}')]`, authentication: { type: "UserAssignedIdentity", userAssignedIdentityResourceId: `[${identity}]` } } },
          runtime: { name: "node", version: settings.runtime ?? "22" },
          ...functionAppConfig,
        },
        siteConfig: { minTlsVersion: "1.2", appSettings: [...environment].map(([name, value]) => ({ name, value })) },
      },
    },
  };
}
