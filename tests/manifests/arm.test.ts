/** The checkers of ARM templates and host.json against good ones, against every fault that manifests-and-packaging §2 lists, and those of our own rules. */
import { describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { hostFaults } from "./check/host.ts";
import type { Json } from "./check/json.ts";
import { missing } from "./check/vendor.ts";
import { drop, edited, rename, replace, set } from "./edit.ts";
import { armPlaces as at, armSample as sample } from "./samples/arm.ts";
import { hostSample } from "./samples/host.ts";

const why = missing();
if (why !== undefined) console.log(`ARM templates and host.json are not checked: ${why}`);

const of = (place: keyof typeof at, more = "") => `resources/${at[place]}${more}`;
const config = of("site", "/properties/functionAppConfig");
const inConfig = `resources[${at.site}].properties.functionAppConfig`;
type Edits = Parameters<typeof edited>[1] | readonly Parameters<typeof edited>[1][];
const cases = (...all: readonly (readonly [fault: string, edits: Edits, sentences: readonly string[]])[]) => all.map(([fault, edits, sentences]) => [fault, [edits].flat(), sentences] as const);

describe.skipIf(why !== undefined)("ARM templates", () => {
  test("a good template has no fault", () => {
    expect(armFaults(sample)).toEqual([]);
  });

  describe("the faults of manifests-and-packaging §2", () => {
    test.each(cases(
      ["1 a misspelt property", rename(of("site", "/properties/httpsOnly"), "httpOnly"), ["resources[9].properties.httpOnly: SiteProperties has no such property"]],
      ["2 a misspelt nested property", rename(`${config}/scaleAndConcurrency/instanceMemoryMB`, "instanceMemoryMb"), [`${inConfig}.scaleAndConcurrency.instanceMemoryMb: FunctionsScaleAndConcurrency has no such property`]],
      ["3 a wrong type", set(`${config}/scaleAndConcurrency/instanceMemoryMB`, "a lot"), [`${inConfig}.scaleAndConcurrency.instanceMemoryMB: is a string, not an integer`, `${inConfig}.scaleAndConcurrency.instanceMemoryMB: "a lot" is not 512, 2048 or 4096 (learn.microsoft.com/azure/azure-functions/flex-consumption-plan)`]],
      ["4 a required property that is missing", drop(of("database", "/properties/locations")), ["resources[15].properties: locations is missing"]],
      ["4b a location that is missing", drop(of("site", "/location")), ["resources[9]: location is missing"]],
      ["5 a runtime that is none", set(`${config}/runtime/name`, "nodejs"), [`${inConfig}.runtime.name: "nodejs" is not "dotnet-isolated", "node", "java", "powershell", "python" or "custom"`]],
      ["5b a kind of storage that is none", set(`${config}/deployment/storage/type`, "blob"), [`${inConfig}.deployment.storage.type: "blob" is not "blobContainer"`]],
      ["6 an unknown type", set(of("database", "/type"), "Microsoft.DocumentDB/databaseAcounts"), ['resources[15].type: there is no resource type "Microsoft.DocumentDB/databaseAcounts"']],
      ["7 an unknown version of the API", set(of("orders", "/apiVersion"), "2024-02-01"), ['resources[5].apiVersion: Microsoft.ServiceBus/namespaces/queues is known of 2024-01-01, not of "2024-02-01"']],
      ["8 a dependency on nothing", replace(of("orders", "/dependsOn/1"), "orders-failed", "order-failed"), ["resources[5].dependsOn[1]: the template has no Microsoft.ServiceBus/namespaces/queues shop-…-…/order-failed"]],
      ["9 an expression whose brackets do not match", replace(of("site", "/properties/siteConfig/appSettings/0/value"), "')]", "']"), ["resources[9].properties.siteConfig.appSettings[0].value: \"[concat(variables('serviceBus'), '.servicebus.windows.net']\" has \"]\" where \")\" is due"]],
      ["10 a parameter that is not declared", rename("parameters/location", "region"), [...[0, 3, 7, 8, 9, 10, 15].map((i) => `resources[${i}].location: there is no parameter location`), "resources[15].properties.locations[0].locationName: there is no parameter location"]],
      ["11 a priority below zero", set(of("database", "/properties/locations/0/failoverPriority"), -1), ["resources[15].properties.locations[0].failoverPriority: -1 is not 0 or more"]],
      ["12 a property that is Azure's to set", set(of("plan", "/properties/numberOfSites"), 1), ["resources[8].properties.numberOfSites: is Azure's to set"]],
      [
        "13 a kind of endpoint that is none",
        set(of("subscription", "/properties/deliveryWithResourceIdentity/destination/endpointType"), "ServiceBus"),
        ['resources[11].properties.deliveryWithResourceIdentity.destination.endpointType: "ServiceBus" is not "AzureFunction", "EventHub", "HybridConnection", "MonitorAlert", "NamespaceTopic", "ServiceBusQueue", "ServiceBusTopic", "StorageQueue" or "WebHook"'],
      ],
      ["14 a schema of events that is none", set(of("subscription", "/properties/eventDeliverySchema"), "CloudEventSchemaV1"), ['resources[11].properties.eventDeliverySchema: "CloudEventSchemaV1" is not "EventGridSchema", "CustomInputSchema" or "CloudEventSchemaV1_0"']],
    ))("%s", (_, edits, sentences) => {
      expect(armFaults(edited(sample, ...edits))).toEqual(sentences);
    });
  });

  describe("the skeleton", () => {
    test.each(cases(
      ["another section", set("functions", []), ["functions: no such key, $schema, contentVersion, resources, metadata, parameters, variables or outputs"]],
      ["another schema", replace("$schema", "2019", "2015"), ["$schema: is not https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"]],
      ["a version of two numbers", set("contentVersion", "1.0"), ['contentVersion: "1.0" is no version of four numbers']],
      ["a type of parameter that is none", set("parameters/stage/type", "text"), ['parameters.stage.type: "text" is not string, securestring, int, bool, object, secureObject or array']],
      ["an output without a value", drop("outputs/host/value"), ["outputs.host: value is missing"]],
      ["a section that is a list", set("metadata", []), ["metadata: is a list, not an object"]],
      ["resources by name", set("resources", {}), ["resources: is an object, not a list", "outputs.host.value: the template has no Microsoft.Web/sites shop-…-charge"]],
      ["a default of another type", set("parameters/instances/defaultValue", "forty"), ['parameters.instances: "forty" is of another type than int']],
      ["metadata that are a text", set("parameters/stage/metadata", "in every name"), ["parameters.stage.metadata: is a string, not an object"]],
    ))("%s", (_, edits, sentences) => {
      expect(armFaults(edited(sample, ...edits))).toEqual(sentences);
    });
    test("no template at all, and more resources than one can have", () => {
      const identity = (i: number) => ({ type: "Microsoft.ManagedIdentity/userAssignedIdentities", apiVersion: "2023-01-31", name: `id${i}`, location: "west" });
      expect([armFaults([]), armFaults({ ...sample, resources: Array.from({ length: 801 }, (_, i) => identity(i)), outputs: {} })]).toEqual([["the template is a list, not an object"], ["resources: more than 800"]]);
    });
  });

  describe("expressions and what they name", () => {
    test.each(cases(
      ["a function that is none", replace("variables/unique", "uniqueString", "uniqueText"), ["variables.unique: there is no function uniqueText"]],
      ["a variable that is none", replace(of("database", "/name"), "prefix", "prefixes"), ["resources[15].name: there is no variable prefixes"]],
      ["variables in a circle", set("variables/unique", "[variables('storage')]"), ["variables: unique → storage → unique are made of each other"]],
      ["an expression that goes on after its end", replace(of("site", "/properties/siteConfig/appSettings/0/value"), ")]", ")] x"), ["resources[9].properties.siteConfig.appSettings[0].value: \"[concat(variables('serviceBus'), '.servicebus.windows.net')] x\" goes on with \"x\" after its end"]],
      ["a quote that is not closed", replace(of("site", "/properties/siteConfig/appSettings/0/value"), "net'", "net"), ["resources[9].properties.siteConfig.appSettings[0].value: \"[concat(variables('serviceBus'), '.servicebus.windows.net)]\" cannot be read from \" '.servicebus.window\" on"]],
      ["a type that an expression does not give", set(`${config}/scaleAndConcurrency/maximumInstanceCount`, "[parameters('stage')]"), [`${inConfig}.scaleAndConcurrency.maximumInstanceCount: "[parameters('stage')]" gives a string, not an integer`]],
      ["a resource that another needs and does not wait for", drop(of("site", "/dependsOn/1")), ["resources[9].properties.functionAppConfig.deployment.storage.value: needs Microsoft.Storage/storageAccounts shop… and does not depend on it"]],
      ["a child that does not wait for its parent", drop(of("deployments", "/dependsOn/0")), ["resources[1]: is a child of Microsoft.Storage/storageAccounts shop… and does not depend on it", "resources[9].properties.functionAppConfig.deployment.storage.value: needs Microsoft.Storage/storageAccounts shop… and does not depend on it"]],
      ["a target that is not in the template", replace(of("systemTopic", "/properties/source"), "'storage'", "'prefix'"), ["resources[10].properties.source: the template has no Microsoft.Storage/storageAccounts shop-…"]],
      ["a target with too few names", set(of("systemTopic", "/properties/source"), "[resourceId('Microsoft.Storage/storageAccounts/blobServices', variables('storage'))]"), ["resources[10].properties.source: resourceId of Microsoft.Storage/storageAccounts/blobServices takes 2 names, not 1"]],
      ["an identity that is not in the template, named by a key", set(of("site", "/identity/userAssignedIdentities"), { "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', variables('prefix'))]": {} }), ["resources[9].identity.userAssignedIdentities: the template has no Microsoft.ManagedIdentity/userAssignedIdentities shop-…"]],
      ["a circle", set(of("failed", "/dependsOn/1"), "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'orders')]"), ["resources: Microsoft.ServiceBus/namespaces/queues shop-…-…/orders-failed → Microsoft.ServiceBus/namespaces/queues shop-…-…/orders → Microsoft.ServiceBus/namespaces/queues shop-…-…/orders-failed wait for each other"]],
      ["something behind a dot that is no name", set(of("site", "/properties/siteConfig/appSettings/0/value"), "[resourceGroup().'id']"), ["resources[9].properties.siteConfig.appSettings[0].value: \"[resourceGroup().'id']\" has \"id\" where a member's name is due"]],
      ["an argument that is missing", set(of("site", "/properties/siteConfig/appSettings/0/value"), "[concat('a', )]"), ["resources[9].properties.siteConfig.appSettings[0].value: \"[concat('a', )]\" has \")\" where a value is due"]],
      ["an expression that is too long", set(of("site", "/properties/siteConfig/appSettings/0/value"), `[concat('${"x".repeat(24_576)}')]`), ["resources[9].properties.siteConfig.appSettings[0].value: an expression of 24588 characters, 24576 at most"]],
      ["resourceId without a type", set(of("systemTopic", "/properties/source"), "[resourceId('storage')]"), ["resources[10].properties.source: resourceId names no type"]],
      ["a dependency on a name that is nobody's", set(of("site", "/dependsOn/4"), "shop"), ["resources[9].dependsOn[4]: the template has no shop"]],
      ["dependencies that are no list", set(of("identity", "/dependsOn"), "shop"), ["resources[7].dependsOn: is a string, not a list"]],
      ["an output of what is not in the template", replace("outputs/host/value", "-charge", "-charges"), ["outputs.host.value: the template has no Microsoft.Web/sites shop-…-charges"]],
      ["a variable of a wrong type", [set("variables/size", "big"), set(`${config}/scaleAndConcurrency/instanceMemoryMB`, "[variables('size')]")], ["resources[9].properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB: \"[variables('size')]\" gives a string, not an integer"]],
      ["an integer where a text is due", set(of("site", "/kind"), "[int('5')]"), ["resources[9].kind: \"[int('5')]\" gives an integer, not a string"]],
      ["a list where a text is due", set(of("site", "/kind"), "[createArray('a')]"), ["resources[9].kind: \"[createArray('a')]\" gives a list, not a string"]],
      ["an object where a text is due", set(of("site", "/kind"), "[createObject('a', 1)]"), ["resources[9].kind: \"[createObject('a', 1)]\" gives an object, not a string"]],
      ["a boolean where a text is due", set(of("site", "/kind"), "[equals(1, -1)]"), ['resources[9].kind: "[equals(1, -1)]" gives a boolean, not a string']],
      ["a constant that an expression comes to, and that is none of a list", [set("variables/tier", "Huge"), set(of("namespace", "/sku/name"), "[concat(variables('tier'), '')]")], ['resources[3].sku.name: "Huge" is not "Basic", "Standard" or "Premium"']],
      ["two of one name", set("resources/16", { ...sample.resources[at.orders] } as Json), ["resources[16]: there are two of Microsoft.ServiceBus/namespaces/queues shop-…-…/orders"]],
      ["a name that is known at deployment only", set(of("database", "/name"), "[reference('x').name]"), ["resources[15].name: reference is answered at deployment only"]],
      ["a name with too few segments", set(of("subscription", "/name"), "resize"), ["resources[11].name: Microsoft.EventGrid/systemTopics/eventSubscriptions has 2 segments, not 1"]],
      ["a name that its type does not allow", set(of("database", "/name"), "Shop_Stock"), ['resources[15].name: "Shop_Stock" does not match ^[a-z0-9]+(-[a-z0-9]+)*']],
      ["a new GUID at every deployment", set(of("reads", "/name"), "[newGuid()]"), ["resources[12].name: newGuid is for defaults of parameters", "resources[12].name: is no guid of scope, principal and role"]],
    ))("%s", (_, edits, sentences) => {
      expect(armFaults(edited(sample, ...edits))).toEqual(sentences);
    });
    test("items, members and numbers are read, and a parameter may be new every time", () => {
      const value = "[string(split(resourceGroup().tags['a'].b, '.')[-1])]";
      expect(armFaults(edited(sample, set(of("site", "/properties/siteConfig/appSettings/0/value"), value), set("parameters/once", { type: "string", defaultValue: "[newGuid()]" }), set(of("site", "/dependsOn/4"), `[concat(variables('prefix'), '-stock')]`)))).toEqual([]);
    });
    test("variables have the types of their values", () => {
      const typed = { size: 4096, sure: true, tags: { a: "b" }, types: ["a"], same: "[variables('size')]" };
      const edits = [...Object.entries(typed).map(([name, value]) => set(`variables/${name}`, value)), set(`${config}/scaleAndConcurrency/instanceMemoryMB`, "[variables('same')]"), set(of("site", "/properties/httpsOnly"), "[variables('sure')]"), set(of("site", "/tags"), "[variables('tags')]"), set(of("subscription", "/properties/filter/includedEventTypes"), "[variables('types')]")];
      expect(armFaults(edited(sample, ...edits))).toEqual([]);
    });
    test("what is there with its parent, and what lies outside of the resource group, is no target that is missing", () => {
      const service = "[resourceId('Microsoft.Storage/storageAccounts/blobServices', variables('storage'), 'default')]";
      const elsewhere = "[resourceId('shared', 'Microsoft.Storage/storageAccounts', 'others')]";
      expect([service, elsewhere].map((source) => armFaults(edited(sample, set(of("systemTopic", "/properties/source"), source))))).toEqual([[], []]);
    });
  });

  describe("what Azure refuses", () => {
    test.each(cases(
      ["a lock over five minutes", set(of("orders", "/properties/lockDuration"), "PT6M"), ['resources[5].properties.lockDuration: "PT6M" is not an ISO 8601 duration of 300 s at most (learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas)']],
      ["a duration that is none", set(of("failed", "/properties/defaultMessageTimeToLive"), "14 days"), ['resources[4].properties.defaultMessageTimeToLive: "14 days" is not an ISO 8601 duration']],
      ["attempts over thirty", set(of("subscription", "/properties/retryPolicy/maxDeliveryAttempts"), 31), ["resources[11].properties.retryPolicy.maxDeliveryAttempts: 31 is not 1 to 30 (learn.microsoft.com/azure/event-grid/delivery-and-retry)"]],
      ["a version of Node that is old", set(`${config}/runtime/version`, "18"), ['resources[9].properties.functionAppConfig.runtime.version: "18" is not "22" or "24" (learn.microsoft.com/azure/azure-functions/functions-reference-node, and what Isobar runs on)']],
      ["dead letters to a queue that is not there", set(of("orders", "/properties/forwardDeadLetteredMessagesTo"), "order-failed"), ['resources[5].properties.forwardDeadLetteredMessagesTo: the namespace has no queue and no topic "order-failed"']],
      ["forwarding from sessions", [set(of("orders", "/properties/forwardTo"), "orders-failed"), set(of("orders", "/properties/requiresSession"), true)], ["resources[5].properties.forwardTo: what requires sessions cannot forward"]],
      ["a role without a kind of principal", drop(of("reads", "/properties/principalType")), ["resources[12].properties: principalType is missing"]],
      ["a role whose name is chosen by hand", set(of("reads", "/name"), "reads"), ["resources[12].name: is no guid of scope, principal and role"]],
      ["a role by another function", replace(of("reads", "/properties/roleDefinitionId"), "subscriptionResourceId", "concat"), ["resources[12].properties.roleDefinitionId: names no role by its GUID"]],
      ["a role by its name", replace(of("reads", "/properties/roleDefinitionId"), "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "Reader"), ["resources[12].properties.roleDefinitionId: names no role by its GUID"]],
      ["a setting twice", set(of("site", "/properties/siteConfig/appSettings/1/name"), "ORDERS__fullyQualifiedNamespace"), ["resources[9].properties.siteConfig.appSettings[1]: there are two of ORDERS__fullyQualifiedNamespace"]],
    ))("%s", (_, edits, sentences) => {
      expect(armFaults(edited(sample, ...edits))).toEqual(sentences);
    });
  });
});

describe.skipIf(why !== undefined)("types of Azure", () => {
  const settings = { type: "Microsoft.Web/sites/config", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-charge/appsettings')]", dependsOn: ["[resourceId('Microsoft.Web/sites', variables('identity'))]"], properties: { A: "b" } };
  test("a child whose name decides what it is", () => {
    const wrong = { ...settings, name: "[concat(variables('prefix'), '-charge/appsetings')]" };
    const typed = { ...settings, properties: { A: 5 } };
    expect([settings, wrong, typed].map((each) => armFaults(edited(sample, set("resources/16", each))))).toEqual([
      [],
      ['resources[16].name: "appsetings" is not "appsettings", "authsettings", "authsettingsV2", "azurestorageaccounts", "backup", "connectionstrings", "logs", "metadata", "pushsettings", "slotConfigNames" or "web"'],
      ["resources[16].properties.A: is an integer, not a string"],
    ]);
  });
  test("names and numbers may be as long and as large as their types say", () => {
    const [seconds, name] = [of("database", "/properties/consistencyPolicy/maxIntervalInSeconds"), of("database", "/name")];
    expect([[5, "abc"], [86_400, "a".repeat(50)]].map(([most, longest]) => armFaults(edited(sample, set(seconds, most!), set(name, longest!))))).toEqual([[], []]);
  });
  test.each(cases(
    ["a name that is too short", set(of("database", "/name"), "ab"), ['resources[15].name: "ab" has 2 characters, not 3 to 50']],
    ["a number out of a range", set(of("database", "/properties/consistencyPolicy/maxIntervalInSeconds"), 4), ["resources[15].properties.consistencyPolicy.maxIntervalInSeconds: 4 is not 5 to 86400"]],
    ["a name that is too long", set(of("database", "/name"), "a".repeat(51)), ['resources[15].name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has 51 characters, not 3 to 50']],
    ["a number over a range", set(of("database", "/properties/consistencyPolicy/maxIntervalInSeconds"), 86_401), ["resources[15].properties.consistencyPolicy.maxIntervalInSeconds: 86401 is not 5 to 86400"]],
    ["a number where a text of a list is", set(of("namespace", "/sku/name"), 5), ['resources[3].sku.name: is an integer, not "Basic", "Standard" or "Premium"']],
    ["no kind of endpoint", drop(of("subscription", "/properties/deadLetterWithResourceIdentity/deadLetterDestination/endpointType")), ["resources[11].properties.deadLetterWithResourceIdentity.deadLetterDestination: endpointType is missing"]],
    ["comments that are a list", set(of("site", "/comments"), []), ["resources[9].comments: is a list, not a string"]],
    ["a list that is one", set(of("subscription", "/properties/filter/includedEventTypes"), "all"), ["resources[11].properties.filter.includedEventTypes: is a string, not a list"]],
    ["a scope of what cannot have one", set(of("site", "/scope"), "[variables('prefix')]"), ["resources[9].scope: Microsoft.Web/sites has no such property"]],
  ))("%s", (_, edits, sentences) => {
    expect(armFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe.skipIf(why !== undefined)("host.json", () => {
  test("a good one has no fault", () => {
    expect(hostFaults(hostSample)).toEqual([]);
  });
  test.each(cases(
    ["1 a misspelt key", rename("extensions/queues/batchSize", "batchSise"), ["extensions.queues.batchSise: there is no such setting"]],
    ["2 a wrong type", set("extensions/serviceBus/prefetchCount", "none"), ["extensions.serviceBus.prefetchCount: is a string, not an integer"]],
    ["3 another version", set("version", "3.0"), ['version: "3.0" is not "2.0"']],
    ["4 a time span that is none", set("functionTimeout", "60s"), ['functionTimeout: "60s" does not match ^(-1|(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)$']],
    ["5 a batch out of range", set("extensions/queues/batchSize", 33), ["extensions.queues.batchSize: 33 is over 32"]],
    ["6 an unknown section", rename("extensions", "extension"), ["extension: there is no such setting"]],
    ["7 no version", drop("version"), ["host.json: version is missing"]],
    ["8 a value that is none of a list", set("logging/logLevel/default", "Verbose"), ['logging.logLevel.default: "Verbose" is not "Critical", "Debug", "Error", "Information", "None", "Trace" or "Warning"']],
    ["9 another bundle", set("extensionBundle/id", "Microsoft.Azure.Functions.ExtensionBundel"), ['extensionBundle.id: "Microsoft.Azure.Functions.ExtensionBundel" is not Microsoft.Azure.Functions.ExtensionBundle or Microsoft.Azure.Functions.ExtensionBundle.Preview']],
    ["a batch under its range", set("extensions/queues/batchSize", 0), ["extensions.queues.batchSize: 0 is under 1"]],
    ["an unknown kind of logging", set("logging/logLevels", {}), ["logging.logLevels: no such key, applicationInsights, console, fileLoggingMode or logLevel"]],
    ["a section that is a list", set("extensions", []), ["extensions: is a list, not an object"]],
    ["a setting that is a text", set("extensions/serviceBus/autoCompleteMessages", "true"), ["extensions.serviceBus.autoCompleteMessages: is a string, not a boolean"]],
    ["a bundle of no version", set("extensionBundle/version", "4"), ['extensionBundle.version: "4" is no range of versions, such as "[4.*, 5.0.0)"']],
    ["a misspelt key of a setting with several shapes", rename("extensions/serviceBus/maxConcurrentCalls", "maxConcurrentCall"), ["extensions.serviceBus.maxConcurrentCall: there is no such setting"]],
  ))("%s", (_, edits, sentences) => {
    expect(hostFaults(edited(hostSample, ...edits))).toEqual(sentences);
  });
});
