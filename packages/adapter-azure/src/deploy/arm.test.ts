import { describe, expect, test } from "vitest";
import { clockOf, idInShared, idOfPrefixed, inShared, isoOf, named, ofType, ownName, prefixed, resource, roleId, roleOf, secondsInClock, secondsInIso, variable } from "./arm.ts";

describe("durations", () => {
  test.each([[14 * 86_400, "P14D"], [7_200, "PT2H"], [600, "PT10M"], [90, "PT90S"], [60, "PT1M"], [1, "PT1S"]])("%d s are %s as an entity has them, and back", (seconds, text) => expect([isoOf(seconds), secondsInIso(text)]).toEqual([text, seconds]));
  test("are read in all their parts, and what is none is no number", () => {
    expect([secondsInIso("P1DT2H3M4S"), secondsInIso("PT0S"), secondsInIso("P10675199DT2H48M5.4775807S"), secondsInIso("1 minute"), secondsInIso(undefined)]).toEqual([93_784, 0, Number.NaN, Number.NaN, Number.NaN]);
  });
  test.each([[0, "00:00:00"], [2, "00:00:02"], [230, "00:03:50"], [86_399, "23:59:59"]])("%d s are %s as host.json has them, and back", (seconds, text) => expect([clockOf(seconds), secondsInClock(text)]).toEqual([text, seconds]));
  test("of another form are no number", () => expect([secondsInClock("-1"), secondsInClock("1.00:00:00"), secondsInClock(undefined)]).toEqual([Number.NaN, Number.NaN, Number.NaN]));
});

describe("names", () => {
  const queue = resource("Microsoft.ServiceBus/namespaces/queues", { name: inShared("serviceBus", "news.mail"), comments: "", properties: {} });
  const group = resource("Microsoft.EventHub/namespaces/eventhubs/consumergroups", { name: inShared("eventHubs", "clicks/count"), comments: "", properties: {} });
  test("an entity's own is the last part of its name", () => expect([ownName(queue), ownName(group), ownName({ ...queue, name: "plain" })]).toEqual(["news.mail", "count", "plain"]));
  test("resources are found by type and own name, among what is no resource too", () => {
    const all = { a: queue, b: group, "host.json": { version: "2.0" } };
    expect([named(all, "Microsoft.ServiceBus/namespaces/queues", "news.mail"), named(all, "Microsoft.ServiceBus/namespaces/queues", "news"), ofType(all, "Microsoft.EventHub/namespaces/eventhubs/consumergroups")]).toEqual([queue, undefined, [group]]);
  });
  test("are expressions over the template's variables", () => {
    expect([variable("storage"), prefixed("charge"), idInShared("Microsoft.Storage/storageAccounts", "storage"), idInShared("Microsoft.ServiceBus/namespaces/queues", "serviceBus", "orders"), idOfPrefixed("Microsoft.Web/sites/functions", "charge", "charge")]).toEqual([
      "[variables('storage')]", "[concat(variables('prefix'), '-charge')]", "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]",
      "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'orders')]", "[resourceId('Microsoft.Web/sites/functions', concat(variables('prefix'), '-charge'), 'charge')]",
    ]);
  });
  test("a role is named by its scope, its holder and itself", () => {
    const [holder, scope] = ["resourceId('t', 'a')", "resourceId('q', 'b')"];
    expect(roleOf(holder, "Azure Service Bus Data Sender", scope, "why")).toEqual({
      type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: "[guid(resourceId('q', 'b'), resourceId('t', 'a'), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", scope: "[resourceId('q', 'b')]", comments: "why",
      dependsOn: ["[resourceId('t', 'a')]", "[resourceId('q', 'b')]"],
      properties: { roleDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", principalId: "[reference(resourceId('t', 'a'), '2025-02-15', 'full').identity.principalId]", principalType: "ServicePrincipal" },
    });
    expect(roleId(holder, "Azure Service Bus Data Sender", scope)).toBe("[extensionResourceId(resourceId('q', 'b'), 'Microsoft.Authorization/roleAssignments', guid(resourceId('q', 'b'), resourceId('t', 'a'), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'))]");
  });
});
