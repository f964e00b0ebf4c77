/** Where Event Grid's own delivery is not enough. What it keeps is said literally beside storage and bus. */
import { expect, test } from "vitest";
import { bus, defineBus, defineQueue, type DeliveryPolicy } from "@isobar/core";
import type { Capability } from "@isobar/core/plan";
import { planned } from "../testing/planned.ts";

const of = (policy: Partial<DeliveryPolicy> = {}, more: object = {}, settings: object = {}) => planned(bus(defineBus("events"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("failed"), ...policy }, timeout: "1s", ...more }, () => {}), { variant: "direct", ...settings });

test.each<[string, ReturnType<typeof of>, Capability, string]>([
  ["31 attempts", of({ maxAttempts: 31 }), "attempts", 'unsupported: Event Grid tries 30 times at most · maxAttempts: 30, or the variant "event-grid-service-bus"'],
  ["more attempts than a day has time for", of({ maxAttempts: 11 }), "attempts", 'approximated: Event Grid keeps an event for a day, in which its own waits leave time for 10 attempts · maxAttempts: 10, or the variant "event-grid-service-bus" (Microsoft.EventGrid eventSubscriptions retryPolicy.maxDeliveryAttempts 11)'],
  ["as many as it has time for", of({ maxAttempts: 10 }), "attempts", "exact: handlers are not told which attempt it is (Microsoft.EventGrid eventSubscriptions retryPolicy.maxDeliveryAttempts 10)"],
  ["30 attempts, or an hour", of({ maxAttempts: 30, maxAge: "1h" }), "attempts", "exact: handlers are not told which attempt it is (Microsoft.EventGrid eventSubscriptions retryPolicy.maxDeliveryAttempts 30)"],
  ["an age in seconds", of({ maxAge: "90s" }), "maxAge", 'approximated: Event Grid counts an event\'s age in whole minutes · maxAge: "2m" (Microsoft.EventGrid eventSubscriptions retryPolicy.eventTimeToLiveInMinutes 2)'],
  ["an age of more than a day", of({ maxAge: "25h" }), "maxAge", 'unsupported: Event Grid keeps an event for a day at most · maxAge: "1d", or the variant "event-grid-service-bus"'],
  ["a wait of the handler's own", of({ retryAfter: { max: "1m" } }), "retryAfter", 'approximated: Event Grid waits as long as it does, whatever the handler says · the variant "event-grid-service-bus"'],
  ["a timeout of more than it waits", of({}, { timeout: "29001ms" }), "timeout", 'unsupported: Event Grid waits 30 s for an answer, and then delivers the event again · timeout: "29s", or the variant "event-grid-service-bus"'],
  ["a timeout of as long as it waits", of({}, { timeout: "29s" }), "timeout", "exact (host.json functionTimeout 00:00:30)"],
  ["a batch", of({}, { batch: { maxSize: 5 } }), "batch", "exact: each invocation carries one event: a batch of these would be delivered again as a whole (Microsoft.EventGrid eventSubscriptions maxEventsPerBatch 1)"],
  ["too few instances", of({}, {}, { maximumInstanceCount: 1 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 40"],
])("%s", (_, { lines }, capability, line) => expect(lines[capability]).toBe(line));
test("how many at a time is the target's to say", () => {
  expect(of({}, {}, { concurrentPerInstance: 4 }).binding.rendered.resources.site).toMatchObject({ properties: { functionAppConfig: { scaleAndConcurrency: { triggers: { http: { perInstanceConcurrency: 4 } } } } } });
});
