import { describe, expect, test } from "vitest";
import { fromOutside, idOf, idsIn, lastSegment, parentsOf, segmentsOf, tokenOf, type Made } from "./ids.ts";

const made = (type: string, name: string, more: Partial<Made> = {}): Made => ({ type, apiVersion: "1", name, comments: "", ...more });

describe("a name's segments", () => {
  test.each<[string, readonly string[]]>([
    ["plain", ["'plain'"]],
    ["a/b", ["'a'", "'b'"]],
    ["[variables('storage')]", ["variables('storage')"]],
    ["[concat(variables('serviceBus'), '/orders')]", ["variables('serviceBus')", "'orders'"]],
    ["[concat(variables('prefix'), '-charge')]", ["concat(variables('prefix'), '-charge')"]],
    ["[concat(variables('prefix'), '-events/isobar-act')]", ["concat(variables('prefix'), '-events')", "'isobar-act'"]],
    ["[concat(variables('storage'), '/default/in')]", ["variables('storage')", "'default'", "'in'"]],
    ["[concat(variables('cosmosDb'), '/', guid(resourceId('a/b', 'x, (y'), 'z'))]", ["variables('cosmosDb')", "guid(resourceId('a/b', 'x, (y'), 'z')"]],
    ["[concat(variables('cosmosDb'), '/o''b')]", ["variables('cosmosDb')", "'o''b'"]],
    ["[guid(concat('a', 'b'), 'c')]", ["guid(concat('a', 'b'), 'c')"]],
  ])("%s", (name, segments) => expect(segmentsOf(name)).toEqual(segments));
  test("the last is what it is called where it is", () => expect(["[concat(variables('cosmosDb'), '/o''b')]", "[variables('storage')]", "plain"].map((name) => lastSegment(made("t/a", name)))).toEqual(["o'b", "variables('storage')", "plain"]));
});

test("an id has the segments of its name, and so have those of what it lies in", () => {
  const container = made("Microsoft.Storage/storageAccounts/blobServices/containers", "[concat(variables('storage'), '/default/in')]");
  expect([idOf(container), parentsOf(container)]).toEqual([
    "resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'in')",
    ["resourceId('Microsoft.Storage/storageAccounts/blobServices', variables('storage'), 'default')", "resourceId('Microsoft.Storage/storageAccounts', variables('storage'))"],
  ]);
  expect([tokenOf(container), tokenOf(made("Microsoft.Authorization/roleAssignments", "[guid('a')]"))]).toEqual([`[${idOf(container)}]`, "[guid('a')]"]);
});

describe("ids in texts", () => {
  const [own, other] = ["resourceId('a/b', concat(variables('p'), '-x'))", "resourceId('a/c', 'y')"];
  const all = made("a/b", "n", {
    dependsOn: ["[resourceId('not', 'looked/at')]"],
    properties: { one: `[guid(${own}, ${other}, 'z')]`, keys: { [`[${own}]`]: {} }, none: ["resource", "[extensionResourceId(x, 'a/b', 'c')]", "[resourceId('group', 'a/b', 'c')]", "[resourceId(resourceGroup().name, 'a/b', 'c')]", "[subscriptionResourceId('a/b', 'c')]"] },
  });
  test("are found wherever they are, but those of other groups and of other functions", () => expect([...idsIn(all)]).toEqual([own, other]));
  test("of what is not made here get the resource group", () => {
    expect(fromOutside(all, (id) => id === own).properties).toEqual({ ...all.properties, one: `[guid(${own}, resourceId(resourceGroup().name, 'a/c', 'y'), 'z')]` });
    expect(fromOutside(all, (id) => id === other).properties).toEqual({ ...all.properties, one: `[guid(resourceId(resourceGroup().name, 'a/b', concat(variables('p'), '-x')), ${other}, 'z')]`, keys: { "[resourceId(resourceGroup().name, 'a/b', concat(variables('p'), '-x'))]": {} } });
  });
  test("that are all made here leave it as it is", () => expect(fromOutside(all, () => true)).toBe(all));
});
