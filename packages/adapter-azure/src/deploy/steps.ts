/** What it takes to deploy: the steps, in the folder of the manifest, and what whoever makes them must be allowed to do. */
import type { DeployStep } from "@isobar/core/plan";
import { called, type Existing } from "./existing.ts";
import { lastSegment, type Made } from "./ids.ts";
import { roles, type Role } from "./roles.ts";
import { vaultOf, type AzureSettings } from "./target.ts";
import { laterFile, mainFile, type Parts } from "./template.ts";

/** As a shell takes it. */
const word = (text: string): string => (/^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
export const groupOf = (app: string, { resourceGroup, stage = "dev" }: AzureSettings): string => resourceGroup ?? `${app}-${stage}`;
const deploymentName = "isobar";

/** Services of Azure, by how a resource's type begins. Microsoft.App: a plan of Flex Consumption runs on it (https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#considerations). */
const providersOf = (parts: Parts): readonly string[] => [...new Set(["Microsoft.App", ...[...parts.values()].map(({ resource: { type } }) => type.split("/")[0]!).filter((each) => each !== "Microsoft.Authorization" && each !== "Microsoft.Resources")])].sort();

/** An entity that is there has to be as it would be made: nothing here can look. */
const compared = (group: string, [key, { resource: made }]: readonly [string, { readonly resource: Made }], existing: Existing): readonly DeployStep[] => {
  if (made.type !== "Microsoft.ServiceBus/namespaces/queues" || existing.serviceBus === undefined) return [];
  const name = existing.queues?.[lastSegment(made)] ?? lastSegment(made);
  const wanted = Object.entries(called(made, existing).properties ?? {}).map(([property, value]) => `${property} ${String(value)}`).join(", ");
  return [{ what: `see that the ${key}, which is there already, has ${wanted}`, command: `az servicebus queue show --resource-group ${word(group)} --namespace-name ${word(existing.serviceBus)} --name ${word(name)}` }];
};

interface Deployed {
  readonly app: string;
  readonly settings: AzureSettings;
  readonly units: readonly string[];
  readonly secrets: readonly string[];
  /** Everything that is made. */
  readonly parts: Parts;
  /** What is there already, as it would be made. */
  readonly there: Parts;
  /** Deployed before the code, in this order. */
  readonly files: readonly string[];
  readonly hasLater: boolean;
}
export function stepsOf({ app, settings, units, secrets, parts, there, files, hasLater }: Deployed): readonly DeployStep[] {
  const group = groupOf(app, settings);
  const { stage = "dev", location, existing = {} } = settings;
  const deploy = (name: string, file: string) => `az deployment group create --resource-group ${word(group)} --name ${name} --template-file ${file} --parameters stage=${word(stage)}`;
  const site = (unit: string) => `"$(az deployment group show --resource-group ${word(group)} --name ${deploymentName} --query 'properties.outputs.sites.value."${unit}"' --output tsv)"`;
  return [
    { what: "have what it is made of in the subscription, once", command: `for each in ${providersOf(parts).join(" ")}; do az provider register --namespace "$each"; done` },
    { what: `make the resource group${location === undefined ? ", in the region that AZURE_LOCATION names" : ""}`, command: `az group create --name ${word(group)} --location ${location === undefined ? '"$AZURE_LOCATION"' : word(location)}` },
    ...secrets.map((name): DeployStep => ({ what: `store the secret ${name}, whose value is typed in and ended with Control-D`, command: `az keyvault secret set --vault-name ${word(vaultOf(existing)?.name ?? "")} --name ${word(name)} --encoding utf-8 --file /dev/stdin` })),
    ...[...there].flatMap((each) => compared(group, each, existing)),
    ...files.map((file): DeployStep => ({
      what: files.length === 1 ? "make everything but the code" : file === mainFile ? "make what several functions need" : "make functions, without their code",
      command: deploy(file === mainFile ? deploymentName : file.replace(/^azuredeploy\.(.*)\.json$/, `${deploymentName}-$1`), file),
    })),
    ...units.map((unit): DeployStep => ({ what: `bring the code of ${unit}`, command: `az functionapp deployment source config-zip --resource-group ${word(group)} --name ${site(unit)} --src ${word(`${unit}.zip`)}` })),
    ...(hasLater ? [{ what: "subscribe the functions that Event Grid calls itself, which have to be there for it", command: deploy(`${deploymentName}-events`, laterFile) }] : []),
  ];
}

/** Roles that a resource gives, by their GUIDs; of a deployment, those of what it makes. */
function rolesIn({ properties: { roleDefinitionId, template } = {} }: Made): readonly string[] {
  const nested = (template as { readonly resources?: readonly Made[] } | undefined)?.resources ?? [];
  return [.../'([\da-f-]{36})'/.exec(String(roleDefinitionId))?.slice(1, 2) ?? [], ...nested.flatMap(rolesIn)];
}
/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export function deployerOf({ app, settings, secrets, parts }: Deployed): readonly string[] {
  const group = groupOf(app, settings);
  const guids = new Set([...parts.values()].flatMap(({ resource: made }) => rolesIn(made)));
  const given = Object.keys(roles).filter((role) => guids.has(roles[role as Role]));
  const inNetwork = settings.subnetId !== undefined || [...parts.values()].some(({ resource: { properties = {} } }) => "virtualNetworkSubnetId" in properties);
  const vault = vaultOf(settings.existing);
  const accounts = [...parts.values()].filter(({ resource: { type } }) => type === "Microsoft.Storage/storageAccounts").length;
  const scopes = [...parts.values()].flatMap(({ resource: { type, subscriptionId, resourceGroup } }) => (type === "Microsoft.Resources/deployments" && resourceGroup !== undefined && resourceGroup !== vault?.resourceGroup ? [`${subscriptionId ?? ""}/${resourceGroup}`] : []));
  return [
    "Microsoft.Resources/subscriptions/resourceGroups/write and */register/action on the subscription, where the resource group and the resource providers are not there yet",
    `Contributor on the resource group ${group}`,
    `Role Based Access Control Administrator on the resource group ${group}, of no other roles than ${given.join(", ")}`,
    ...(secrets.length === 0 || vault === undefined ? [] : [`Key Vault Secrets Officer and Role Based Access Control Administrator on the vault ${vault.name}${vault.resourceGroup === undefined ? "" : `, and Microsoft.Resources/deployments/* on its resource group ${vault.resourceGroup}`}`]),
    ...[...new Set(scopes)].map((scope) => `Microsoft.Insights/diagnosticSettings/write and Microsoft.Resources/deployments/* on the resource group ${scope}, in which a log is written`),
    ...(!inNetwork ? [] : ["Microsoft.Network/virtualNetworks/subnets/join/action on the subnets"]),
    // https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-storage-limits
    ...(accounts > 250 ? [`a quota of ${accounts} storage accounts in the region: it is 250 until a larger one is asked for`] : []),
  ];
}
