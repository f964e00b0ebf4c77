import { describe, expect, test } from "vitest";
import { clockOf, idInShared, idOfPrefixed, inShared, isoOf, literal, named, ofType, ownName, prefixed, quoted, resource, secondsInClock, secondsInIso, variable } from "./arm.ts";

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
    expect([variable("storage"), prefixed("Microsoft.Web/sites", "charge"), idInShared("Microsoft.Storage/storageAccounts", "storage"), idInShared("Microsoft.ServiceBus/namespaces/queues", "serviceBus", "orders"), idOfPrefixed("Microsoft.Web/sites/functions", "charge", "charge")]).toEqual([
      "[variables('storage')]", "[concat(variables('prefix'), '-charge')]", "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]",
      "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'orders')]", "[resourceId('Microsoft.Web/sites/functions', concat(variables('prefix'), '-charge'), 'charge')]",
    ]);
  });
  test("a text of the user's is a text, whatever it looks like", () => {
    expect([quoted("it's"), literal("plain"), literal("[parameters('x')]"), literal("[a] b"), literal("")]).toEqual(["'it''s'", "plain", "[concat('[parameters(''x'')]')]", "[concat('[a] b')]", ""]);
    expect([inShared("cosmosDb", "o'b/leases"), idInShared("t/a", "cosmosDb", "o'b")]).toEqual(["[concat(variables('cosmosDb'), '/o''b/leases')]", "[resourceId('t/a', variables('cosmosDb'), 'o''b')]"]);
  });
});
