import { describe, expect, test } from "vitest";
import { composed, everything, resourcesIn, settings } from "../testing/composed.ts";
import type { Made } from "./ids.ts";

const manifest = composed(everything, settings);
const assignments = [...resourcesIn(manifest)].filter(([, { type }]) => type === "Microsoft.Authorization/roleAssignments");
const guidOf = ({ properties }: Made): string => /'([\da-f-]{36})'/.exec(String(properties!.roleDefinitionId))![1]!;
const scopeType = ({ scope }: Made): string => /^\[resourceId\((?:'vaults', |resourceGroup\(\)\.name, )?'([\w./]+)'/.exec(scope!)![1]!;

/** Each role that is given, and the one kind of resource that it is given on. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "a638d3c7-ab3a-418d-83e6-5f17a39d4fde": ["Microsoft.EventHub/namespaces/eventhubs"],
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": ["Microsoft.ServiceBus/namespaces/queues"],
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": ["Microsoft.ServiceBus/namespaces/queues", "Microsoft.ServiceBus/namespaces/topics"],
  "4633458b-17de-408a-b874-0445c86b69e6": ["Microsoft.KeyVault/vaults/secrets"],
  "3913510d-42f4-4e42-8a64-420c390055eb": ["Microsoft.Insights/components"],
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": ["Microsoft.Storage/storageAccounts/blobServices/containers"],
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ["Microsoft.Storage/storageAccounts"],
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": ["Microsoft.Storage/storageAccounts/queueServices/queues"],
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": ["Microsoft.Storage/storageAccounts/queueServices/queues"],
};

describe("least privilege", () => {
  test("each role is one of a few, on one resource, and never on a namespace, a vault, a group or a subscription", () => {
    expect(assignments.length).toBeGreaterThan(60);
    for (const [key, made] of assignments) expect(allowed[guidOf(made)] ?? [], key).toContain(scopeType(made));
    expect(Object.keys(allowed).filter((guid) => !assignments.some(([, made]) => guidOf(made) === guid))).toEqual([]);
  });
  test("each role is its holder's alone, whose kind is said", () => {
    for (const [key, { properties }] of assignments) expect([properties!.principalType, String(properties!.principalId)], key).toEqual(["ServicePrincipal", expect.stringMatching(/^\[reference\(resourceId\('Microsoft\.(?:ManagedIdentity\/userAssignedIdentities|EventGrid\/(?:topics|systemTopics))', /)]);
  });
  test("a whole account is a unit's own account", () =>
    expect(assignments.filter(([, made]) => scopeType(made) === "Microsoft.Storage/storageAccounts").every(([key, { scope }]) => new RegExp(`variables\\('${/^role (\w+) /.exec(key)![1]!}\\.storage'\\)`).test(scope!))).toBe(true));
  test("data of Cosmos DB is read in a database, and written in its leases", () => {
    const roles = [...resourcesIn(manifest).values()].filter(({ type }) => type === "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments");
    expect(roles.map(({ properties }) => [/'(0[\d-]+)'/.exec(String(properties!.roleDefinitionId))![1], String(properties!.scope)])).toEqual([
      ["00000000-0000-0000-0000-000000000001", "[concat(resourceId('Microsoft.DocumentDB/databaseAccounts', variables('cosmosDb')), '/dbs/users')]"],
      ["00000000-0000-0000-0000-000000000002", "[concat(resourceId('Microsoft.DocumentDB/databaseAccounts', variables('cosmosDb')), '/dbs/users/colls/leases')]"],
    ]);
  });
});

const may = (unit: string) => manifest.explained.flatMap(({ name, allows }) => (name.startsWith(`role ${unit} ·`) || name.startsWith(`roles ${unit} in `) ? allows.flatMap((each) => each.split("; ")) : [])).filter((each) => !/^(?:Storage Blob Data Owner|Monitoring Metrics Publisher) on/.test(each));
describe("beside its host's, a unit has", () => {
  test.each<[string, readonly string[]]>([
    ["shop", ["Azure Service Bus Data Sender on queue orders: sending", "Azure Service Bus Data Sender on topic news: sending", "Storage Queue Data Message Sender on storage queue cheap: sending", "Azure Service Bus Data Sender on queue elsewhere: sending", "Key Vault Secrets User on secret stripe-key: ctx.secret"]],
    ["staff", []],
    ["charge", ["Azure Service Bus Data Receiver on queue orders: consuming, and copies behind a delay", "Azure Service Bus Data Sender on queue orders: consuming, and copies behind a delay", "Azure Service Bus Data Sender on queue orders-failed: dead letters", "Key Vault Secrets User on secret mail-key: ctx.secret", "Key Vault Secrets User on secret stripe-key: ctx.secret"]],
    ["ship", ["Azure Service Bus Data Receiver on queue parcels: consuming"]],
    ["cheap", ["Storage Queue Data Contributor on storage queue cheap: consuming", "Storage Queue Data Message Sender on storage queue cheap-poison: what the host gives up", "Storage Queue Data Message Sender on storage queue cheap-failed: dead letters"]],
    ["mail", ["Azure Service Bus Data Receiver on queue news.mail: consuming", "Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
    ["resize", ["Azure Service Bus Data Receiver on queue uploads.resize: consuming", "Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
    ["thumb", ["Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
    ["report", ["Azure Service Bus Data Receiver on queue report.ticks: consuming", "Azure Service Bus Data Sender on queue orders-failed: dead letters", "Azure Service Bus Data Sender on queue report.ticks: the timer's ticks"]],
    ["tick", []],
    ["index", ["Cosmos DB Built-in Data Reader on database users: consuming", "Cosmos DB Built-in Data Contributor on container users/leases: how far it has read", "Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
    ["count", ["Azure Event Hubs Data Receiver on event hub clicks: consuming", "Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
    ["hear", []],
    ["total", []],
    ["later", ["Azure Service Bus Data Receiver on queue later.calls: consuming", "Azure Service Bus Data Sender on queue orders-failed: dead letters"]],
  ])("%s", (unit, roles) => expect(may(unit)).toEqual(roles));
});
