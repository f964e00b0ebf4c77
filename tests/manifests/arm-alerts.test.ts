/** Metric alerts: the vendor's files have no type of them, so that the checker has one of its own (check/arm/alerts.ts). */
import { describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { missing } from "./check/vendor.ts";
import { drop, edited, placesOf, rename, set } from "./edit.ts";
import { armSample } from "./samples/arm.ts";

const why = missing();
if (why !== undefined) console.log(`metric alerts are not checked: ${why}`);
const alert = {
  type: "Microsoft.Insights/metricAlerts", apiVersion: "2018-03-01", name: "letters", location: "global",
  properties: {
    description: "letters", severity: 2, enabled: true, scopes: ["/subscriptions/s"], evaluationFrequency: "PT5M", windowSize: "PT5M", autoMitigate: true, actions: [{ actionGroupId: "/subscriptions/s/g" }],
    criteria: {
      "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
      allOf: [{ name: "letters", criterionType: "StaticThresholdCriterion", metricNamespace: "Microsoft.ServiceBus/namespaces", metricName: "ActiveMessages", dimensions: [{ name: "EntityName", operator: "Include", values: ["failed"] }], operator: "GreaterThan", threshold: 0, timeAggregation: "Maximum" }],
    },
  },
} as const;
const { resources } = armSample as unknown as { readonly resources: readonly object[] };
const last = `resources/${resources.length}`;
const sample = { ...armSample, resources: [...resources, alert] };
const properties = `${last}/properties`;
const [shown, criteria] = [`resources[${resources.length}].properties`, `resources[${resources.length}].properties.criteria`];

describe.skipIf(why !== undefined)("a metric alert", () => {
  test("is checked, and a good one has no fault", () => expect(armFaults(sample)).toEqual([]));
  test("a misspelt key is caught wherever it is", () => {
    const keys = placesOf(sample).filter((path) => path.join("/").startsWith(`${last}/`) && !/^\d+$/.test(path.at(-1)!));
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter((path) => armFaults(edited(sample, rename(path, `${path.at(-1)!}x`))).length === 0)).toEqual([]);
  });
  test.each([
    ["a frequency that is none", set(`${properties}/evaluationFrequency`, "PT2M"), [`${shown}.evaluationFrequency: "PT2M" is not "PT1M", "PT5M", "PT15M", "PT30M" or "PT1H"`]],
    ["a severity beyond the last", set(`${properties}/severity`, 5), [`${shown}.severity: 5 is not 0 to 4`]],
    ["no scope", drop(`${properties}/scopes`), [`${shown}: scopes is missing`]],
    ["criteria of another sort", set(`${properties}/criteria/odata.type`, "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"), [`${criteria}.odata.type: "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria" is not "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"`]],
    ["an operator that is none", set(`${properties}/criteria/allOf/0/operator`, ">"), [`${criteria}.allOf[0].operator: ">" is not "Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan" or "LessThanOrEqual"`]],
    ["another version", set(`${last}/apiVersion`, "2024-03-01-preview"), [`resources[${resources.length}].apiVersion: Microsoft.Insights/metricAlerts is known of 2018-03-01, not of "2024-03-01-preview"`]],
  ] as const)("%s", (_, edit, faults) => expect(armFaults(edited(sample, edit))).toEqual(faults));
});
