/**
 * Alerts on dead letters: messages in a queue of them, letters that a queue kept for itself, events that Event Grid gave up. https://learn.microsoft.com/azure/service-bus-messaging/monitor-service-bus-reference#metrics and
 * https://learn.microsoft.com/azure/event-grid/monitor-push-reference. A Storage queue's messages are counted once an hour for a whole account, so that there is nothing to be told of one.
 */
import { idInShared, inner, literal, prefixed, resource } from "./arm.ts";
import { own, type Existing } from "./existing.ts";
import { idOf, lastSegment, type Made } from "./ids.ts";
import type { AzureSettings } from "./target.ts";

const type = "Microsoft.Insights/metricAlerts";
interface Watched {
  readonly name: string;
  readonly comments: string;
  /** An id, without brackets. */
  readonly of: string;
  readonly namespace: string;
  readonly metric: string;
  readonly aggregation: "Maximum" | "Total";
  readonly entities?: readonly string[];
}
const alertOf = ({ name, comments, of, namespace, metric, aggregation, entities }: Watched, actionGroups: readonly string[]): Made =>
  resource(type, {
    name: prefixed(type, name),
    location: "global",
    comments,
    properties: {
      description: comments,
      severity: 2,
      enabled: true,
      scopes: [`[${of}]`],
      evaluationFrequency: "PT5M",
      windowSize: "PT5M",
      criteria: {
        "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        allOf: [{ name: "letters", criterionType: "StaticThresholdCriterion", metricNamespace: namespace, metricName: metric, ...(entities === undefined ? {} : { dimensions: [{ name: "EntityName", operator: "Include", values: entities }] }), operator: "GreaterThan", threshold: 0, timeAggregation: aggregation }],
      },
      autoMitigate: true,
      actions: actionGroups.map((id) => ({ actionGroupId: literal(id) })),
    },
  });

type Known = ReadonlyMap<string, { readonly resource: Made; readonly functions: readonly string[] }>;
/** In: queues of dead letters; all resources by their names in the manifest. Out: alerts, with the functions whose letters they tell of. */
export function alarmsOf(letters: ReadonlyMap<string, readonly string[]>, resources: Known, { alarms = {}, existing = {} }: AzureSettings): Known {
  if (alarms === false) return new Map();
  const { actionGroups = [] } = alarms;
  const namespace = inner(idInShared("Microsoft.ServiceBus/namespaces", "serviceBus"));
  const bus = { of: namespace, namespace: "Microsoft.ServiceBus/namespaces", aggregation: "Maximum" } as const;
  const queues = [...letters].filter(([queue]) => resources.has(`queue ${queue}`)).map(([queue, functions]) => [`alert ${queue}`, { functions, resource: alertOf({ ...bus, name: `letters-${queue}`, comments: `letters lie in ${queue}`, metric: "ActiveMessages", entities: [entityOf(queue, existing)] }, actionGroups) }] as const);
  const kept = [...resources].filter(([, { resource: { type: of } }]) => /^Microsoft\.ServiceBus\/namespaces\/(?:queues|topics)$/.test(of));
  const grid = [...resources].filter(([, { resource: { type: of } }]) => /^Microsoft\.EventGrid\/(?:systemTopics|topics)$/.test(of));
  return new Map([
    ...queues,
    ...(kept.length === 0 ? [] : [["alert kept letters", { functions: [...new Set(kept.flatMap(([, { functions }]) => functions))], resource: alertOf({ ...bus, name: "kept-letters", comments: "letters lie in a dead-letter queue of Service Bus's own", metric: "DeadletteredMessages", ...(existing.serviceBus === undefined ? {} : { entities: kept.map(([, { resource: each }]) => lastSegment(each)) }) }, actionGroups) }] as const]),
    ...grid.map(([key, { resource: topic, functions }]) => [`alert ${key}`, { functions, resource: alertOf({ of: idOf(topic), namespace: topic.type, aggregation: "Total", name: `undelivered-${key.replaceAll(" ", "-")}`, comments: `Event Grid gave up an event of the ${key}`, metric: "DeadLetteredCount" }, actionGroups) }] as const),
  ]);
}
const entityOf = (queue: string, { queues = {} }: Existing): string => own(queues, queue);
