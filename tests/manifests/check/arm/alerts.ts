/**
 * Metric alerts, in the words of bicep-types: the vendor's files have no type of them. Azure/azure-rest-api-specs, monitor Microsoft.Insights 2018-03-01 metricAlert_API.json; only criteria of a fixed threshold on one
 * resource, which are all that is composed. Durations: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-metric-alert-rule
 */
import type { Type } from "./types.ts";

const types: Type[] = [];
const add = (type: Type) => ({ $ref: `#/${types.push(type) - 1}` });
const text = add({ $type: "StringType" });
const flag = add({ $type: "BooleanType" });
const listOf = (itemType: { readonly $ref: string }) => add({ $type: "ArrayType", itemType });
const among = (...values: readonly string[]) => add({ $type: "UnionType", elements: values.map((value) => add({ $type: "StringLiteralType", value })) });
/** Properties by name; one that ends in "!" is required. */
const object = (name: string, properties: Readonly<Record<string, { readonly $ref: string }>>, additionalProperties?: { readonly $ref: string }) =>
  add({ $type: "ObjectType", name, properties: Object.fromEntries(Object.entries(properties).map(([key, type]) => [key.replace("!", ""), { type, flags: key.endsWith("!") ? 1 : 0 }])), ...(additionalProperties === undefined ? {} : { additionalProperties }) });

const dimension = object("MetricDimension", { "name!": text, "operator!": among("Include", "Exclude"), "values!": listOf(text) });
const criterion = object("MetricCriteria", {
  "name!": text, "criterionType!": among("StaticThresholdCriterion"), "metricName!": text, metricNamespace: text, dimensions: listOf(dimension), skipMetricValidation: flag,
  "operator!": among("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"), "threshold!": add({ $type: "IntegerType" }), "timeAggregation!": among("Average", "Count", "Minimum", "Maximum", "Total"),
});
const properties = object("MetricAlertProperties", {
  description: text, "severity!": add({ $type: "IntegerType", minValue: 0, maxValue: 4 }), "enabled!": flag, "scopes!": listOf(text), autoMitigate: flag, targetResourceType: text, targetResourceRegion: text,
  "evaluationFrequency!": among("PT1M", "PT5M", "PT15M", "PT30M", "PT1H"), "windowSize!": among("PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT6H", "PT12H", "P1D"),
  "criteria!": object("MetricAlertSingleResourceMultipleMetricCriteria", { "odata.type!": among("Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"), "allOf!": listOf(criterion) }),
  actions: listOf(object("MetricAlertAction", { "actionGroupId!": text, webHookProperties: object("WebHookProperties", {}, text) })),
});
const body = object("Microsoft.Insights/metricAlerts", { "name!": add({ $type: "StringType", minLength: 1, maxLength: 260 }), "location!": text, "properties!": properties, tags: object("ResourceTags", {}, text) });
add({ $type: "ResourceType", name: "Microsoft.Insights/metricAlerts@2018-03-01", body, writableScopes: 8 });

export const alerts: readonly Type[] = types;
