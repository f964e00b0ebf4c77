/** Built-in roles, who gets them, and where the narrowest that a service takes is wider than the need. */
import { quoted, resource, versionOf, type Resource } from "./arm.ts";

/** By their names in the portal: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const roles = {
  "Azure Event Hubs Data Receiver": "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
  "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Storage Queue Data Message Sender": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
} as const;
export type Role = keyof typeof roles;
export const isRole = (name: string): name is Role => Object.hasOwn(roles, name);
/** Cosmos DB's own, of its data plane: https://learn.microsoft.com/azure/cosmos-db/nosql/security/reference-data-plane-roles */
export const cosmosRoles: Readonly<Record<string, string>> = { "Cosmos DB Built-in Data Reader": "00000000-0000-0000-0000-000000000001", "Cosmos DB Built-in Data Contributor": "00000000-0000-0000-0000-000000000002" };

/** What is wider than what is used, what forces it, and the source. */
export const wider = [
  ["Storage Blob Data Owner", "the unit's own storage account", "the host keeps its keys, its leases and the code there, in containers that it makes", "https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity"],
  ["Storage Queue Data Contributor", "the Storage queue that a function reads", "the host renews its hold on a message, and hides one that failed, by Update Message, which of the built-in roles only this one allows", "https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-queue-service-operations"],
  ["Cosmos DB Built-in Data Reader", "the database of the container that a function follows", "the change feed processor reads the database's own id, and no built-in role has metadata alone", "azure-cosmos-dotnet-v3 GetMonitoredDatabaseAndContainerRidAsync; https://learn.microsoft.com/azure/cosmos-db/how-to-setup-rbac#metadata-requests"],
  ["Azure Event Hubs Data Receiver", "the event hub, not the consumer group", "the processor asks the hub itself for its partitions", "https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory#resource-scope"],
  ["Manage, Listen and Send", "a shared access rule of the Event Hubs namespace", "a diagnostic setting writes by such a rule, with all three", "https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings#destinations"],
] as const;

/**
 * What the least costs: a receiver may not ask how long a queue of Service Bus is, so that Flex Consumption scales by how old its first message is (azure-sdk-for-net, ServiceBusMetricsProvider: "Connection string
 * does not have Manage claim"); Azure Service Bus Data Owner, which may also delete the queue, would let it count.
 */

/** Whose a role is: the id of a resource, and how its principal is asked for; expressions without brackets. */
export interface Holder {
  readonly id: string;
  readonly principalId: string;
}
/** A resource's own identity. */
export const systemIdentity = (type: string, id: string): Holder => ({ id, principalId: `reference(${id}, '${versionOf(type)}', 'full').identity.principalId` });
const userIdentityType = "Microsoft.ManagedIdentity/userAssignedIdentities";
export const userIdentity = (id: string): Holder => ({ id, principalId: `reference(${id}, '${versionOf(userIdentityType)}').principalId` });
/** The client's id, by which a program says which of several identities it means. */
export const clientIdOf = (id: string): string => `reference(${id}, '${versionOf(userIdentityType)}').clientId`;

/** The name of a role that `roleOf` makes, which what needs the role waits for: the same each time, and nobody else's. */
export const roleName = ({ id }: Holder, role: Role, scope: string): string => `[guid(${scope}, ${id}, '${roles[role]}')]`;
/** A role on one resource, whose id is `scope`, an expression without brackets. */
export const roleOf = (holder: Holder, role: Role, scope: string, comments: string): Resource =>
  resource("Microsoft.Authorization/roleAssignments", {
    name: roleName(holder, role, scope),
    scope: `[${scope}]`,
    comments,
    dependsOn: [`[${holder.id}]`, `[${scope}]`],
    // Said, since a principal that is new may not be found yet: https://learn.microsoft.com/azure/role-based-access-control/role-assignments-template#new-service-principal
    properties: { roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${roles[role]}')]`, principalId: `[${holder.principalId}]`, principalType: "ServicePrincipal" },
  });
/** A role on data of Cosmos DB. `account`: its id; `within`: "/dbs/shop/colls/leases"; `scope`: what has to be there first. */
export function cosmosRoleOf(holder: Holder, role: string, account: string, within: string, scope: string, comments: string): Resource {
  const guid = cosmosRoles[role]!;
  const definition = `resourceId(resourceGroup().name, 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions', variables('cosmosDb'), '${guid}')`;
  return resource("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", {
    name: `[concat(variables('cosmosDb'), '/', guid(${scope}, ${holder.id}, '${guid}'))]`,
    comments,
    dependsOn: [`[${holder.id}]`, `[${scope}]`],
    properties: { roleDefinitionId: `[${definition}]`, scope: `[concat(${account}, ${quoted(within)})]`, principalId: `[${holder.principalId}]` },
  });
}
