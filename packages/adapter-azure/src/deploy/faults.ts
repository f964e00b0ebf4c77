/** Rules between settings that no schema states: what a rendered path must not break, whoever changed it. */
import type { Rendered } from "@isobar/core/plan";
import { named, ofType, secondsInClock, secondsInIso, type Resource } from "./arm.ts";
import { answerSeconds } from "./event-grid-direct.ts";
import { inBatch } from "./positions.ts";
import type { Registration } from "./registration.ts";

type Fields = Readonly<Record<string, unknown>>;
type Rule = readonly [broken: boolean, sentence: string];
/** A rendered path by its parts. */
interface Parts {
  readonly rendered: Rendered;
  readonly options: Fields;
  readonly functionSeconds: number;
  readonly extensions: Readonly<Record<string, Fields | undefined>>;
}
const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
const propertiesOf = (resource: Resource | undefined): Fields => resource?.properties ?? {};

function serviceBusRules({ rendered: { resources, keeping }, options, functionSeconds, extensions: { serviceBus = {} } }: Parts): readonly Rule[] {
  const queue = named(resources, "Microsoft.ServiceBus/namespaces/queues", options.queueName);
  if (queue === undefined) return [[true, `nothing renders the queue ${JSON.stringify(options.queueName)} that the function reads`]];
  const { requiresSession = false, requiresDuplicateDetection = false, duplicateDetectionHistoryTimeWindow: window, lockDuration, maxDeliveryCount, forwardDeadLetteredMessagesTo: sink, deadLetteringOnMessageExpiration: keeps } = queue.properties as Fields;
  const { prefetchCount = 0, autoCompleteMessages = true, maxAutoLockRenewalDuration: renewal } = serviceBus;
  const target = propertiesOf(named(resources, "Microsoft.ServiceBus/namespaces/queues", sink));
  const [lock, renewed] = [secondsInIso(lockDuration), secondsInClock(renewal)];
  return [
    [requiresSession !== (options.isSessionsEnabled ?? false), "isSessionsEnabled of the trigger and requiresSession of its queue differ: the host would receive nothing"],
    [!(lock >= 5 && lock <= 300), `a lock lasts 5 s to 5 min, not ${String(lockDuration)}`],
    [!(number(maxDeliveryCount) >= 1 && number(maxDeliveryCount) <= 2_000), `a queue counts 1 to 2,000 deliveries, not ${String(maxDeliveryCount)}`],
    [!(renewed >= functionSeconds), `the host renews a lock for ${String(renewal)}, the function may take ${functionSeconds} s: the message would be handed to a second instance`],
    [requiresSession === true && !(renewed >= 86_399), `the host renews a session's lock for ${String(renewal)} from its first message, not from each: a key that is busy for longer loses it`],
    [prefetchCount !== 0, `the host fetches ${String(prefetchCount)} messages ahead, whose locks run out while they wait`],
    [autoCompleteMessages !== true, "autoCompleteMessages is off: nobody would complete a message"],
    [sink === undefined, "the queue forwards its dead letters nowhere: what it gives up itself would lie in its own dead-letter queue"],
    [target.requiresSession === true && requiresSession !== true, `"${String(sink)}" has sessions: it takes nothing that the queue gives up itself`],
    [keeps !== true, "deadLetteringOnMessageExpiration is off: what expires would be lost"],
    [keeping === "requeuing" && requiresSession === true, "a copy behind a delay would land behind the messages that follow it: a queue with sessions needs the keeping \"holding\""],
    [keeping === "requeuing" && requiresDuplicateDetection !== true, "without duplicate detection a copy that was sent twice is handled twice"],
    [keeping === "requeuing" && requiresDuplicateDetection === true && !(secondsInIso(window) >= functionSeconds + lock), `duplicate detection remembers for ${String(window)}; a copy may be sent again after ${functionSeconds + lock} s`],
  ];
}
function storageQueueRules({ functionSeconds, extensions: { queues = {} } }: Parts): readonly Rule[] {
  const { maxDequeueCount = 5, newBatchThreshold, batchSize } = queues;
  return [
    [!(number(maxDequeueCount) >= 2), `maxDequeueCount is ${String(maxDequeueCount)}: what crashed would go to the host's poison queue, past the dead letter that was named`],
    [newBatchThreshold !== 0, "newBatchThreshold is not 0: an instance would work on more messages than its batchSize"],
    [!(number(batchSize) >= 1 && number(batchSize) <= 32), `the host takes 1 to 32 messages at a time, not ${String(batchSize)}`],
    [!(functionSeconds > 0), "host.json has no functionTimeout"],
  ];
}
/** Of triggers whose attempts are made inside an invocation. */
function positionRules({ rendered: { keeping }, options }: Parts): readonly Rule[] {
  const { maxRetryCount } = (options.retry ?? {}) as { readonly maxRetryCount?: number };
  return [
    [maxRetryCount !== -1, `the host tries again ${maxRetryCount ?? 0} times: behind the last it goes on, and what failed is lost`],
    [keeping !== "inside", "the trigger knows no attempts and no dead letters: it needs the keeping \"inside\""],
  ];
}
const togetherRule = (size: unknown): Rule => [size !== inBatch, `${String(size)} in one invocation are settled as a whole: what there was no time for would bring what was done again, and its letters`];
const inRange = (value: unknown, least: number, most: number): boolean => Number.isInteger(value) && number(value) >= least && number(value) <= most;
/** https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas */
const hubOf = ({ rendered: { resources }, options }: Parts): Fields => propertiesOf(named(resources, "Microsoft.EventHub/namespaces/eventhubs", options.eventHubName));
const retentionOf = (parts: Parts): unknown => (hubOf(parts).retentionDescription as Fields | undefined)?.retentionTimeInHours;
const eventHubRules = (parts: Parts): readonly Rule[] => [
  ...positionRules(parts),
  togetherRule(parts.extensions.eventHubs?.maxEventBatchSize),
  [!inRange(hubOf(parts).partitionCount, 1, 32), `an event hub has 1 to 32 partitions on the Standard tier, not ${String(hubOf(parts).partitionCount)}`],
  [!inRange(retentionOf(parts), 1, 168), `an event hub keeps events for 1 to 168 hours on the Standard tier, not ${String(retentionOf(parts))}`],
  [parts.options.cardinality !== "many", 'cardinality is not "many": a batch would be split, and a part of it checkpointed alone'],
  [(parts.extensions.eventHubs?.batchCheckpointFrequency ?? 1) !== 1, `a checkpoint after ${String(parts.extensions.eventHubs?.batchCheckpointFrequency)} batches: a crash brings all of them again`],
];
const cosmosRules = (parts: Parts): readonly Rule[] => [...positionRules(parts), togetherRule(parts.options.maxItemsPerInvocation), [parts.options.containerName === parts.options.leaseContainerName, `the container ${JSON.stringify(parts.options.containerName)} is that of the leases: a table has another name`], [parts.options.createLeaseContainerIfNotExists !== false, "the function would make its lease container itself, for which it has no role"]];
function eventGridRules({ rendered: { resources }, functionSeconds }: Parts): readonly Rule[] {
  const [subscription] = [...ofType(resources, "Microsoft.EventGrid/systemTopics/eventSubscriptions"), ...ofType(resources, "Microsoft.EventGrid/topics/eventSubscriptions")];
  const { maxDeliveryAttempts, eventTimeToLiveInMinutes } = (propertiesOf(subscription).retryPolicy ?? {}) as Fields;
  return [
    [!(functionSeconds <= answerSeconds), `Event Grid waits ${answerSeconds} s for an answer, the function may take ${functionSeconds}: the event would be delivered again`],
    [!(number(maxDeliveryAttempts) >= 1 && number(maxDeliveryAttempts) <= 30), `Event Grid tries 1 to 30 times, not ${String(maxDeliveryAttempts)}`],
    [!(number(eventTimeToLiveInMinutes) >= 1 && number(eventTimeToLiveInMinutes) <= 1_440), `Event Grid keeps an event for 1 to 1,440 minutes, not ${String(eventTimeToLiveInMinutes)}`],
  ];
}
const httpRules = ({ functionSeconds, extensions: { http = {} } }: Parts): readonly Rule[] => [
  [http.routePrefix !== "", `routePrefix is ${JSON.stringify(http.routePrefix ?? "api")}: every route would have it in front`],
  [!(functionSeconds <= 230), `the load balancer waits 230 s for an answer, the function may take ${functionSeconds}`],
];
/** What every path has in common: the codecs read bytes, and one schema of events. */
function commonRules({ rendered: { resources }, options }: Parts): readonly Rule[] {
  const subscriptions = [...ofType(resources, "Microsoft.EventGrid/systemTopics/eventSubscriptions"), ...ofType(resources, "Microsoft.EventGrid/topics/eventSubscriptions")];
  return [
    ["queueName" in options && options.dataType !== "binary", 'dataType is not "binary": the worker would parse bodies, and the host lay their names over the message\'s own'],
    [subscriptions.some(({ properties }) => properties.eventDeliverySchema !== "CloudEventSchemaV1_0"), "an event subscription is not in the CloudEvents schema: its events would be refused"],
  ];
}
const rules: { readonly [A in Registration["app"]]: (parts: Parts) => readonly Rule[] } = { serviceBusQueue: serviceBusRules, storageQueue: storageQueueRules, eventHub: eventHubRules, cosmosDB: cosmosRules, timer: positionRules, eventGrid: eventGridRules, http: httpRules, generic: () => [] };

/** A timer's relay: one tick that it does not send is nowhere. */
const relayRules = ({ options: { retry, useMonitor } }: Registration): readonly Rule[] => [
  [(retry as { readonly maxRetryCount?: number } | undefined)?.maxRetryCount !== -1, "the timer's relay is not tried again without end: a tick that it could not send is lost"],
  [useMonitor !== true, "the timer is not monitored: a tick that was due while no host ran is lost"],
];

export function faultsOf(rendered: Rendered): readonly string[] {
  const { registration, relay, "host.json": host } = rendered.resources as { readonly registration?: Registration; readonly relay?: Registration; readonly "host.json"?: { readonly functionTimeout?: string; readonly extensions?: Parts["extensions"] } };
  if (registration === undefined) return ["nothing registers the function"];
  const parts: Parts = { rendered, options: registration.options, functionSeconds: secondsInClock(host?.functionTimeout), extensions: host?.extensions ?? {} };
  return [...commonRules(parts), ...rules[registration.app](parts), ...(relay === undefined ? [] : relayRules(relay))].flatMap(([broken, sentence]) => (broken ? [sentence] : []));
}
