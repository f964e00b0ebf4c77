/** Where Service Bus is not enough, and what a target may say of it. What it keeps is said literally beside each kind. */
import { describe, expect, test } from "vitest";
import { defineBucket, defineQueue, queue, storage, type DeliveryPolicy, type Queue } from "@isobar/core";
import type { Capability } from "@isobar/core/plan";
import { planned } from "../testing/planned.ts";

const failed = defineQueue("failed");
const byKey = { order: "by-key" } as const;
const of = (policy: Partial<DeliveryPolicy> = {}, { from = defineQueue("orders"), ...more }: { readonly from?: Queue; readonly timeout?: "1s" | "10m" | "1d"; readonly batch?: object; readonly memoryMb?: number } = {}, settings: object = {}) =>
  planned(queue(from, { delivery: { maxAttempts: 3, deadLetter: failed, ...policy }, timeout: "1s", ...more } as never, () => {}), settings);
const ordered = defineQueue("orders", byKey);

describe("gaps", () => {
  test.each<[string, ReturnType<typeof of>, Capability, string]>([
    ["more attempts than a queue counts", of({ maxAttempts: 2_001 }), "attempts", "unsupported: a Service Bus queue counts deliveries up to 2,000 · maxAttempts: 2000"],
    ["a wait in order of more than ten minutes", of({ backoff: "601s" }, { from: ordered }), "backoff", "unsupported: a copy would land behind the messages that follow it, so the answer is held back instead, and the instance with it: over ten minutes we do not, since it is paid all the while and a platform update ends what runs for longer · a wait of 10m"],
    ["the handler's own wait in order of more than ten minutes", of({ retryAfter: { max: "1h" } }, { from: ordered }), "retryAfter", "unsupported: a copy would land behind the messages that follow it, so the answer is held back instead, and the instance with it: over ten minutes we do not, since it is paid all the while and a platform update ends what runs for longer · a wait of 10m"],
    ["letters with sessions of what has none", of({ deadLetter: defineQueue("failed", byKey) }), "deadLetter", 'unsupported: what the queue moves itself has no session, and a queue with sessions takes no such message · "failed" with order: "none"'],
    ["a timeout of a day", of({}, { timeout: "1d" }), "timeout", "unsupported: host.json takes a functionTimeout of less than a day · a timeout of 23h"],
    ["a lock that is too short", of({}, {}, { lockDurationSeconds: 4 }), "timeout", "unsupported: a lock lasts 5 to 300 s · lockDurationSeconds: 5"],
    ["a lock that is too long", of({}, {}, { lockDurationSeconds: 301 }), "timeout", "unsupported: a lock lasts 5 to 300 s · lockDurationSeconds: 300"],
    ["too few instances", of({}, {}, { maximumInstanceCount: 39 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 40"],
    ["more instances that are always there than there may be", of({}, {}, { maximumInstanceCount: 40, alwaysReady: 41 }), "saturation", "unsupported: of 40 instances at most, so many can be always there · alwaysReady: 40"],
    ["half an instance", of({}, {}, { maximumInstanceCount: 40.5 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 40"],
    ["more memory than an instance has", of({}, { memoryMb: 4_097 }), "isolation", "unsupported: an instance has 512, 2,048 or 4,096 MB of memory · memoryMb: 4096"],
    ["too many instances", of({}, {}, { maximumInstanceCount: 1_001 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 1000"],
  ])("%s", (_, { lines }, capability, line) => expect(lines[capability]).toBe(line));
  test("what is at a limit is none", () => {
    const all = [of({ maxAttempts: 2_000 }), of({ backoff: "10m" }, { from: ordered }), of({}, {}, { lockDurationSeconds: 5, maximumInstanceCount: 40 }), of({}, {}, { lockDurationSeconds: 300, maximumInstanceCount: 1_000 })];
    expect(all.flatMap(({ lines, faults }) => [...Object.values(lines).filter((line) => /^(?:unsupported|approximated)/.test(line)), ...faults])).toEqual([]);
  });
});

describe("what is asked shows in what is rendered", () => {
  test("an age beyond fourteen days is kept by the queue too, and looked at by the run time", () => {
    const { binding, lines } = of({ maxAge: "20d" });
    expect([binding.rendered.resources["queue orders"], lines.maxAge]).toMatchObject([{ properties: { defaultMessageTimeToLive: "P20D", deadLetteringOnMessageExpiration: true } }, "emulated: the run time looks at the first enqueue, which copies carry, before each attempt and before a wait that would pass it · what waits in the queue is looked at when it is received, not before (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P20D)"]);
  });
  test("of events that another service brings, their way there does not count", () => {
    const { lines } = planned(storage(defineBucket("uploads"), { delivery: { maxAttempts: 3, maxAge: "1h", deadLetter: "discard" } }, () => {}));
    expect([lines.maxAge, lines.deadLetter]).toEqual([
      "emulated: the run time looks at the first enqueue, which copies carry, before each attempt and before a wait that would pass it · what waits in the queue is looked at when it is received, not before; the time that Event Grid took to bring it there does not count (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      'emulated: the run time acknowledges what is given up; what the queue itself gives up is forwarded to a queue that keeps nothing · what the queue moved itself lies there for 60 s; what Event Grid cannot bring to the queue in a day lies as a blob in the container "isobar-undelivered" (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo act.discarded, Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive PT1M)',
    ]);
  });
  test("duplicate detection remembers for as long as a copy may be sent again", () => {
    expect(of({ backoff: "1s" }, { timeout: "10m" }, { lockDurationSeconds: 300 }).binding.rendered.resources["queue orders"]).toMatchObject({ properties: { lockDuration: "PT5M", duplicateDetectionHistoryTimeWindow: "PT16M" } });
  });
  test("a target's own numbers", () => {
    const { resources } = of({}, {}, { lockDurationSeconds: 90, concurrentPerInstance: 4, maximumInstanceCount: 50, alwaysReady: 1, subnetId: "[x]" }).binding.rendered;
    expect([resources["queue orders"], resources["host.json"], resources.site]).toMatchObject([{ properties: { lockDuration: "PT90S" } }, { extensions: { serviceBus: { maxConcurrentCalls: 4 } } }, { properties: { virtualNetworkSubnetId: "[concat('[x]')]", functionAppConfig: { scaleAndConcurrency: { alwaysReady: [{ name: "function:act", instanceCount: 1 }], maximumInstanceCount: 50 } } } }]);
  });
  test.each([[128, 512], [512, 512], [513, 2_048], [2_048, 2_048], [2_049, 4_096], [4_096, 4_096]])("%i MB are an instance of %i", (memoryMb, size) => {
    const { lines, binding } = of({}, { memoryMb });
    const more = memoryMb === size ? "" : `; of 512, 2,048 and 4,096 MB it gets the least that is enough for ${memoryMb}`;
    expect([lines.isolation, binding.rendered.resources.site]).toMatchObject([`exact: a function app of its own${more} (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB ${size})`, { properties: { functionAppConfig: { scaleAndConcurrency: { instanceMemoryMB: size } } } }]);
  });
  test("a batch is a ceiling; what runs for long may be cut", () => {
    expect([of({}, { batch: { maxSize: 10, maxWait: "5s" } }).lines.batch, of({}, { timeout: "10m" }).lines.timeout, of({}, { from: ordered }).lines.timeout]).toEqual([
      "exact: each invocation carries one message, which waits for no other: a batch of these would be settled as a whole, and its locks would not be renewed",
      "exact: a platform update ends what runs for longer than ten minutes, which then comes again (host.json functionTimeout 00:10:01, host.json extensions.serviceBus.maxAutoLockRenewalDuration 00:10:01)",
      "exact: a key that is busy for a day without a pause loses its lock once (host.json functionTimeout 00:00:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 23:59:59)",
    ]);
  });
  test("an ordered queue without a wait is redelivered as it is, and holds nothing", () => {
    const { binding: { rendered } } = of({}, { from: ordered });
    expect([rendered.keeping, rendered.resources["host.json"]]).toEqual([undefined, { version: "2.0", functionTimeout: "00:00:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "23:59:59", maxConcurrentSessions: 16 } } }]);
  });
});
