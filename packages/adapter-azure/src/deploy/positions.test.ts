/** Where attempts inside an invocation are not enough. What they keep is said literally beside each kind. */
import { expect, test } from "vitest";
import { changes, defineQueue, defineStream, defineTable, stream, type DeliveryPolicy } from "@isobar/core";
import type { Capability } from "@isobar/core/plan";
import { planned } from "../testing/planned.ts";

const delivery = { maxAttempts: 3, deadLetter: defineQueue("failed") } as const;
const of = (policy: Partial<DeliveryPolicy> = {}, more: object = {}, settings: object = {}) => planned(stream(defineStream("clicks"), { delivery: { ...delivery, ...policy }, timeout: "1s", ...more }, () => {}), settings);
const ofTable = (policy: Partial<DeliveryPolicy>) => planned(changes(defineTable("users"), { delivery: { ...delivery, ...policy } }, () => {}));

test.each<[string, ReturnType<typeof of>, Capability, string]>([
  ["more attempts than an hour has time for", of({ maxAttempts: 8, backoff: "10m" }), "attempts", "unsupported: all attempts are made inside one invocation, of which scale-in leaves an hour, and 8 may take 71 minutes · maxAttempts: 6, shorter waits or a shorter timeout"],
  ["attempts that a platform update may cut", of({ maxAttempts: 4, backoff: "5m" }), "attempts", "emulated: the run time makes the attempts inside one invocation, and goes on behind what has used them up · a crash begins the count again, and so does a platform update, which leaves an invocation ten minutes: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (app.eventHub retry.maxRetryCount -1)"],
  ["a timeout of an hour", of({}, { timeout: "1h" }), "timeout", 'unsupported: scale-in leaves an invocation an hour · timeout: "59m"'],
  ["a wait of an hour", of({ backoff: "1h" }), "backoff", "unsupported: a wait is spent inside the invocation, of which scale-in leaves an hour · a wait of minutes"],
  ["the handler's own wait of an hour", of({ retryAfter: { max: "1h" } }), "retryAfter", "unsupported: a wait is spent inside the invocation, of which scale-in leaves an hour · a wait of minutes"],
  ["the handler's own wait", of({ retryAfter: { max: "1m" } }), "retryAfter", "emulated: the run time waits inside the invocation, and with it the partition, and an instance that is paid · after a crash the wait is the host's: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (host.json functionTimeout 00:02:05)"],
  ["no wait", of(), "backoff", "exact: attempts follow one another at once"],
  ["a wait of nothing that is tried once", of({ maxAttempts: 1, backoff: "10s" }), "backoff", "exact: attempts follow one another at once"],
  ["an age within the retention", of({ maxAge: "1h" }), "maxAge", "emulated: the run time looks at its time before the first attempt, and before a wait that would pass it · what waits in its partition is looked at when it is read, not before (Microsoft.EventHub/namespaces/eventhubs retentionDescription.retentionTimeInHours 168)"],
  ["an age beyond the retention", of({ maxAge: "25h" }, {}, { retentionHours: 24 }), "maxAge", 'unsupported: records are kept for 24 hours · maxAge: "24h"'],
  ["an age of what is kept for ever", ofTable({ maxAge: "400d" }), "maxAge", "emulated: the run time looks at its time before the first attempt, and before a wait that would pass it · what waits in its lease's range of keys is looked at when it is read, not before"],
  ["discarding", of({ deadLetter: "discard" }), "deadLetter", "emulated: the run time goes on behind what is given up · what crashes the process every time blocks its partition until its 168 hours are over (app.eventHub retry.maxRetryCount -1)"],
  ["a batch", of({}, { batch: { maxSize: 10, maxWait: "11m" } }), "batch", "exact: each invocation carries one, which waits for no other: a batch would be settled as a whole, and what it had no time for would bring what was done again (host.json extensions.eventHubs.maxEventBatchSize 1)"],
  ["too few instances", of({}, {}, { maximumInstanceCount: 1 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 40"],
])("%s", (_, { lines }, capability, line) => expect(lines[capability]).toBe(line));

test("what discards has no place for letters, and letters in order have sessions", () => {
  expect([Object.keys(of({ deadLetter: "discard" }).binding.rendered.resources), of({ deadLetter: defineQueue("failed", { order: "by-key" }) }).binding.rendered.resources["queue failed"]]).toMatchObject([["event hub clicks", "consumer group act", "site", "host.json", "registration"], { properties: { requiresSession: true } }]);
});
test("a target's own numbers", () => {
  expect(of({}, {}, { partitionCount: 8, retentionHours: 24 }).binding.rendered.resources["event hub clicks"]).toMatchObject({ properties: { partitionCount: 8, retentionDescription: { cleanupPolicy: "Delete", retentionTimeInHours: 24 } } });
});
