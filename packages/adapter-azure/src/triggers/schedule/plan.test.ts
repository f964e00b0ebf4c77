import { describe, expect, test } from "vitest";
import { defineQueue, schedule } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("a schedule through a queue", () => {
  const { binding, lines, faults } = planned(schedule("0 6 * * 1-5", { ...options, zone: "Europe/Berlin" }, () => {}));
  test("has its timer beside it in one app, and both have time", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["timer-service-bus", [], {
      maker: "schedule",
      keeping: "requeuing",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "queue act.ticks": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/act.ticks')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: false, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M", defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
        relay: { name: "actRelay", app: "timer", maker: "scheduleRelay", options: { schedule: "0 0 4,5 * * 1,2,3,4,5", useMonitor: true, runOnStartup: false, retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ACT__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SOURCE_ACT", value: "act.ticks" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }, { name: "ISOBAR_QUEUE__ACT", value: "act.ticks" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:30", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:30", maxConcurrentCalls: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "schedule", options: { queueName: "act.ticks", connection: "ACT", dataType: "binary" } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver", "Azure Service Bus Data Sender"], on: "queue act.ticks", for: "consuming, and copies behind a delay" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }, { actions: ["Azure Service Bus Data Sender"], on: "queue act.ticks", for: "the timer's ticks" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time counts what earlier copies have used up and the queue's own deliveries of this one, and looks before it runs · a lock that is lost while the function runs has counted, as on every broker (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 5)",
      backoff: "emulated: a copy behind the delay is sent before the original is acknowledged; one that was sent twice is dropped · after a crash the wait is what is left of the lock, 60 s at most; a copy has the body, the id, the subject and the count, and no other property of the first message (Microsoft.ServiceBus/namespaces/queues requiresDuplicateDetection true, Microsoft.ServiceBus/namespaces/queues duplicateDetectionHistoryTimeWindow PT10M)",
      retryAfter: "exact",
      maxAge: "exact: what waits for longer than 14 days becomes a dead letter (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      deadLetter: "emulated: the run time writes the letter before it acknowledges; what the queue gives up itself is forwarded to the same place · a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason; letters stay for 14 days, then in that queue's own dead-letter queue (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo failed, Microsoft.ServiceBus/namespaces/queues deadLetteringOnMessageExpiration true)",
      order: "exact",
      batch: "exact",
      timeout: "exact (host.json functionTimeout 00:00:30, host.json extensions.serviceBus.maxAutoLockRenewalDuration 00:00:30)",
      saturation: "exact: a message is locked by an instance that runs it at once: waiting for one spends nothing (host.json extensions.serviceBus.prefetchCount 0)",
      identity: "emulated: the attribute isobar carries the id into copies and dead letters and back · an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another; what is moved back by hand within 10 minutes needs a new MessageId, or the queue takes it for a duplicate",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      zone: "emulated: the timer fires at each UTC time that the zone's offsets may give, and the relay drops those at which its clock shows no tick · the offsets are those of the zone until 2035: where it gets another, the app has to be built anew; of ticks that were due while no host ran the first and the last come, marked overdue (app.timer schedule 0 0 4,5 * * 1,2,3,4,5)",
    });
  });
  test("in UTC the timer's own expression keeps it", () => {
    const utc = planned(schedule("*/5 * * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}));
    expect([utc.lines.zone, utc.binding.rendered.resources.relay]).toEqual([
      "exact: of ticks that were due while no host ran the first and the last come, marked overdue (app.timer schedule 0 */5 * * * *)",
      { name: "actRelay", app: "timer", maker: "scheduleRelay", options: { schedule: "0 */5 * * * *", useMonitor: true, runOnStartup: false, retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
    ]);
    expect(utc.binding.rendered.resources["queue act.ticks"]).toMatchObject({ properties: { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M" } });
  });
});
describe("a timer that calls", () => {
  const { binding, lines, faults } = planned(schedule("0 6 * * 1-5", options, () => {}), { variant: "direct" });
  test("is monitored, and tried again without end", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["direct", [], {
      maker: "scheduleDirect",
      keeping: "inside",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:02:38" },
        registration: { name: "act", app: "timer", maker: "scheduleDirect", options: { schedule: "0 0 6 * * 1-5", useMonitor: true, runOnStartup: false, retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
      },
      grants: [{ actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("says what it does not keep", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time makes the attempts inside one invocation, and goes on behind what has used them up · a crash begins the count again: it comes again after 10 s, or where its host was lost once the next host starts (app.timer retry.maxRetryCount -1)",
      backoff: "emulated: the run time waits inside the invocation, and with it the tick, and an instance that is paid · after a crash the wait is the host's: it comes again after 10 s, or where its host was lost once the next host starts (host.json functionTimeout 00:02:38)",
      retryAfter: "exact",
      maxAge: "exact: nothing is dropped for its age",
      deadLetter: "approximated: a tick is no message: those that were due while no host ran are lost but for the first, and nobody writes a letter of them; while a letter cannot be written, its tick is called again · the variant \"timer-service-bus\" (app.timer retry.maxRetryCount -1)",
      order: "exact: a tick that is due while another runs waits for its end",
      batch: "exact",
      timeout: "exact: an invocation has time for all attempts, each with this timeout (host.json functionTimeout 00:02:38)",
      saturation: "exact: a tick is called by a host that runs",
      identity: "exact: the id is the time when it was due",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      zone: "exact: of ticks that were due while no host ran the first comes, marked overdue (app.timer schedule 0 0 6 * * 1-5)",
    });
  });
  test("in a zone is refused", () => {
    expect(planned(schedule("0 6 * * *", { ...options, zone: "Asia/Tokyo" }, () => {}), { variant: "direct" }).lines.zone).toBe("unsupported: a timer fires by UTC, and nothing stands between it and the function to drop what the zone's clock does not show · zone: \"UTC\", or the variant \"timer-service-bus\"");
  });
  test("that discards has nobody to write to", () => {
    expect(planned(schedule("0 6 * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}), { variant: "direct" }).lines.deadLetter).toBe("emulated: the run time goes on behind what is given up · what crashes the process every time blocks its tick (app.timer retry.maxRetryCount -1)");
  });
});
