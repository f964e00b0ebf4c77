import { expect, test } from "vitest";
import { cosmosRoleOf, roleName, roleOf, systemIdentity, userIdentity } from "./roles.ts";

const [topic, identity, scope] = ["resourceId('Microsoft.EventGrid/topics', 'a')", "resourceId('i', 'c')", "resourceId('q', 'b')"];

test("a role is named by its scope, its holder and itself", () => {
  const holder = systemIdentity("Microsoft.EventGrid/topics", topic);
  expect(roleOf(holder, "Azure Service Bus Data Sender", scope, "why")).toEqual({
    type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: "[guid(resourceId('q', 'b'), resourceId('Microsoft.EventGrid/topics', 'a'), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", scope: "[resourceId('q', 'b')]", comments: "why",
    dependsOn: ["[resourceId('Microsoft.EventGrid/topics', 'a')]", "[resourceId('q', 'b')]"],
    properties: { roleDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", principalId: "[reference(resourceId('Microsoft.EventGrid/topics', 'a'), '2025-02-15', 'full').identity.principalId]", principalType: "ServicePrincipal" },
  });
  expect(roleName(holder, "Azure Service Bus Data Sender", scope)).toBe("[guid(resourceId('q', 'b'), resourceId('Microsoft.EventGrid/topics', 'a'), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]");
});
test("a user-assigned identity is asked for its principal by itself", () => expect(roleOf(userIdentity(identity), "Key Vault Secrets User", scope, "").properties.principalId).toBe("[reference(resourceId('i', 'c'), '2023-01-31').principalId]"));
test("a role on data of Cosmos DB is of its account, and says where in it", () =>
  expect(cosmosRoleOf(userIdentity(identity), "Cosmos DB Built-in Data Reader", "resourceId('db')", "/dbs/o'b", scope, "why")).toEqual({
    type: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", apiVersion: "2024-11-15", comments: "why",
    name: "[concat(variables('cosmosDb'), '/', guid(resourceId('q', 'b'), resourceId('i', 'c'), '00000000-0000-0000-0000-000000000001'))]",
    dependsOn: ["[resourceId('i', 'c')]", "[resourceId('q', 'b')]"],
    properties: { roleDefinitionId: "[resourceId(resourceGroup().name, 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions', variables('cosmosDb'), '00000000-0000-0000-0000-000000000001')]", scope: "[concat(resourceId('db'), '/dbs/o''b')]", principalId: "[reference(resourceId('i', 'c'), '2023-01-31').principalId]" },
  }));
