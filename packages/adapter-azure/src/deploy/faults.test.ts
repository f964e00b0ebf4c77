/** Every rule between settings, broken alone: what is rendered breaks none. */
import { describe, expect, test } from "vitest";
import { bus, call, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction } from "@isobar/core";
import type { Rendered } from "@isobar/core/plan";
import { planned } from "../testing/planned.ts";
import { faultsOf } from "./faults.ts";

const failed = defineQueue("failed");
const options = { delivery: { maxAttempts: 3, backoff: "10s", deadLetter: failed }, timeout: "1s" } as const;
const sessions = { order: "by-key" } as const;
const rendered = (fn: AnyFunction, settings: object = {}): Rendered => planned(fn, settings).binding.rendered;
const each = {
  queue: rendered(queue(defineQueue("orders"), options, () => {})),
  ordered: rendered(queue(defineQueue("orders", sessions), options, () => {})),
  storageQueue: rendered(queue(defineQueue("orders"), options, () => {}), { variant: "storage-queue" }),
  topic: rendered(topic(defineTopic("news"), options, () => {})),
  storage: rendered(storage(defineBucket("uploads"), options, () => {})),
  direct: rendered(bus(defineBus("events"), options, () => {}), { variant: "direct" }),
  schedule: rendered(schedule("0 6 * * *", options, () => {})),
  timer: rendered(schedule("0 6 * * *", options, () => {}), { variant: "direct" }),
  changes: rendered(changes(defineTable("users"), options, () => {})),
  stream: rendered(stream(defineStream("clicks"), options, () => {})),
  logs: rendered(logs(defineLog("access"), options, () => {})),
  call: rendered(call(options, () => 1)),
  http: rendered(http.get("/", { access: "public" }, () => empty())),
};
/** In: a rendered path, and a path in it with what stands there instead; `undefined` takes it away. */
function broken(of: Rendered, at: readonly string[], value: unknown): Rendered {
  const lay = (under: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return value;
    const { [key]: own, ...others } = under as Readonly<Record<string, unknown>>;
    const laid = lay(own, rest);
    return laid === undefined ? others : { ...others, [key]: laid };
  };
  return lay(of, at) as Rendered;
}
const options_ = ["resources", "registration", "options"] as const;
const queueAt = (name: string, ...more: string[]) => ["resources", `queue ${name}`, "properties", ...more];
const host = (...more: string[]) => ["resources", "host.json", ...more];

test("what is rendered breaks no rule", () => expect(Object.values(each).flatMap(faultsOf)).toEqual([]));

describe("a rule that is broken is said in a sentence", () => {
  test.each<[string, Rendered, readonly string[], unknown, string]>([
    ["no registration", each.queue, ["resources", "registration"], undefined, "nothing registers the function"],
    ["another queue", each.queue, [...options_, "queueName"], "other", 'nothing renders the queue "other" that the function reads'],
    ["bodies that are parsed", each.queue, [...options_, "dataType"], undefined, "dataType is not \"binary\": the worker would parse bodies, and the host lay their names over the message's own"],
    ["no sessions at the trigger", each.ordered, [...options_, "isSessionsEnabled"], undefined, "isSessionsEnabled of the trigger and requiresSession of its queue differ: the host would receive nothing"],
    ["a lock of two seconds", each.queue, queueAt("orders", "lockDuration"), "PT2S", "a lock lasts 5 s to 5 min, not PT2S"],
    ["no deliveries", each.queue, queueAt("orders", "maxDeliveryCount"), 0, "a queue counts 1 to 2,000 deliveries, not 0"],
    ["a lock that is not renewed for long enough", each.queue, host("extensions", "serviceBus", "maxAutoLockRenewalDuration"), "00:00:01", "the host renews a lock for 00:00:01, the function may take 2 s: the message would be handed to a second instance"],
    ["a session that is not renewed for long enough", each.ordered, host("extensions", "serviceBus", "maxAutoLockRenewalDuration"), "00:05:00", "the host renews a session's lock for 00:05:00 from its first message, not from each: a key that is busy for longer loses it"],
    ["prefetching", each.queue, host("extensions", "serviceBus", "prefetchCount"), 10, "the host fetches 10 messages ahead, whose locks run out while they wait"],
    ["no completion", each.queue, host("extensions", "serviceBus", "autoCompleteMessages"), false, "autoCompleteMessages is off: nobody would complete a message"],
    ["nowhere for dead letters", each.queue, queueAt("orders", "forwardDeadLetteredMessagesTo"), undefined, "the queue forwards its dead letters nowhere: what it gives up itself would lie in its own dead-letter queue"],
    ["letters with sessions", each.queue, queueAt("failed", "requiresSession"), true, '"failed" has sessions: it takes nothing that the queue gives up itself'],
    ["what expires", each.queue, queueAt("orders", "deadLetteringOnMessageExpiration"), false, "deadLetteringOnMessageExpiration is off: what expires would be lost"],
    ["copies of what is in order", each.ordered, ["keeping"], "requeuing", 'a copy behind a delay would land behind the messages that follow it: a queue with sessions needs the keeping "holding"; without duplicate detection a copy that was sent twice is handled twice'],
    ["copies without detection", each.queue, queueAt("orders", "requiresDuplicateDetection"), false, "without duplicate detection a copy that was sent twice is handled twice"],
    ["detection that forgets too soon", each.queue, queueAt("orders", "duplicateDetectionHistoryTimeWindow"), "PT1M", "duplicate detection remembers for PT1M; a copy may be sent again after 62 s"],
    ["a Storage queue's count", each.storageQueue, host("extensions", "queues", "maxDequeueCount"), 1, "maxDequeueCount is 1: what crashed would go to the host's poison queue, past the dead letter that was named"],
    ["a Storage queue's threshold", each.storageQueue, host("extensions", "queues", "newBatchThreshold"), undefined, "newBatchThreshold is not 0: an instance would work on more messages than its batchSize"],
    ["a Storage queue's batch", each.storageQueue, host("extensions", "queues", "batchSize"), 64, "the host takes 1 to 32 messages at a time, not 64"],
    ["a Storage queue's timeout", each.storageQueue, host("functionTimeout"), undefined, "host.json has no functionTimeout"],
    ["a subscriber's queue", each.topic, queueAt("news.act", "maxDeliveryCount"), 2_001, "a queue counts 1 to 2,000 deliveries, not 2001"],
    ["another schema", each.storage, ["resources", "event subscription act", "properties", "eventDeliverySchema"], "EventGridSchema", "an event subscription is not in the CloudEvents schema: its events would be refused"],
    ["an answer that nobody waits for", each.direct, host("functionTimeout"), "00:00:31", "Event Grid waits 30 s for an answer, the function may take 31: the event would be delivered again"],
    ["too many deliveries", each.direct, ["resources", "event subscription act", "properties", "retryPolicy", "maxDeliveryAttempts"], 31, "Event Grid tries 1 to 30 times, not 31"],
    ["a week", each.direct, ["resources", "event subscription act", "properties", "retryPolicy", "eventTimeToLiveInMinutes"], 10_080, "Event Grid keeps an event for 1 to 1,440 minutes, not 10080"],
    ["a relay that gives up", each.schedule, ["resources", "relay", "options", "retry", "maxRetryCount"], 5, "the timer's relay is not tried again without end: a tick that it could not send is lost"],
    ["a relay without a retry", each.schedule, ["resources", "relay", "options", "retry"], undefined, "the timer's relay is not tried again without end: a tick that it could not send is lost"],
    ["a relay that nobody monitors", each.schedule, ["resources", "relay", "options", "useMonitor"], false, "the timer is not monitored: a tick that was due while no host ran is lost"],
    ["a timer that gives up", each.timer, [...options_, "retry"], undefined, "the host tries again 0 times: behind the last it goes on, and what failed is lost"],
    ["changes that are given up", each.changes, [...options_, "retry", "maxRetryCount"], 5, "the host tries again 5 times: behind the last it goes on, and what failed is lost"],
    ["changes without their attempts", each.changes, ["keeping"], undefined, 'the trigger knows no attempts and no dead letters: it needs the keeping "inside"'],
    ["leases that it makes", each.changes, [...options_, "createLeaseContainerIfNotExists"], true, "the function would make its lease container itself, for which it has no role"],
    ["no partitions", each.stream, ["resources", "event hub clicks", "properties", "partitionCount"], 33, "an event hub has 1 to 32 partitions on the Standard tier, not 33"],
    ["a retention of eight days", each.stream, ["resources", "event hub clicks", "properties", "retentionDescription", "retentionTimeInHours"], 192, "an event hub keeps events for 1 to 168 hours on the Standard tier, not 192"],
    ["a table that is called as its leases", each.changes, [...options_, "containerName"], "leases", 'the container "leases" is that of the leases: a table has another name'],
    ["a stream that is split", each.stream, [...options_, "cardinality"], "one", 'cardinality is not "many": a batch would be split, and a part of it checkpointed alone'],
    ["a batch of a stream", each.stream, host("extensions", "eventHubs", "maxEventBatchSize"), 100, "100 in one invocation are settled as a whole: what there was no time for would bring what was done again, and its letters"],
    ["a batch of changes", each.changes, [...options_, "maxItemsPerInvocation"], 100, "100 in one invocation are settled as a whole: what there was no time for would bring what was done again, and its letters"],
    ["checkpoints that are seldom", each.stream, host("extensions", "eventHubs", "batchCheckpointFrequency"), 10, "a checkpoint after 10 batches: a crash brings all of them again"],
    ["logs that are given up", each.logs, [...options_, "retry", "maxRetryCount"], 0, "the host tries again 0 times: behind the last it goes on, and what failed is lost"],
    ["a prefix", each.http, host("extensions", "http"), undefined, 'routePrefix is "api": every route would have it in front'],
    ["a call that takes too long", each.call, host("functionTimeout"), "00:03:51", "the load balancer waits 230 s for an answer, the function may take 231"],
  ])("%s", (_, of, at, value, sentence) => expect(faultsOf(broken(of, at, value)).join("; ")).toBe(sentence));
});
