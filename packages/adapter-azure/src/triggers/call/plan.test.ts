import { describe, expect, test } from "vitest";
import { call, defineQueue } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("a call whose caller waits", () => {
  const { binding, lines, faults } = planned(call(options, () => 1));
  test("is a route of the function's name, with a key", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["http", [], {
      maker: "call",
      resources: {
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512, triggers: { http: { perInstanceConcurrency: 16 } } } }, siteConfig: { appSettings: [{ name: "AzureWebJobsDisableHomepage", value: "true" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { http: { routePrefix: "" } } },
        registration: { name: "act", app: "http", maker: "call", options: { route: "act", methods: ["POST"], authLevel: "function" } },
      },
      grants: [],
    }]);
  });
  test("has its caller for a broker, whom nothing tells from another", () => {
    expect(lines).toEqual({
      attempts: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      backoff: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      retryAfter: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      maxAge: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      deadLetter: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      order: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      batch: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      timeout: "exact (host.json functionTimeout 00:00:02)",
      saturation: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      identity: "exact: the caller waits, and hears of a failure itself: nothing is tried again",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      caller: "approximated: a function key says that one may call, not who does: all callers share it · the variant \"async\", whose senders each have a role of their own (app.http authLevel function)",
    });
  });
  test("for longer than a load balancer waits is refused", () => {
    expect(planned(call({ ...options, timeout: "230s" }, () => 1)).lines.timeout).toBe('unsupported: the platform\'s load balancer waits 230 s for the first byte of an answer · timeout: "229s", or the variant "async"');
    expect(planned(call({ ...options, timeout: "229s" }, () => 1)).lines.timeout).toBe("exact (host.json functionTimeout 00:03:50)");
  });
});
describe("a call that is sent ahead", () => {
  const { binding, lines, faults } = planned(call({ ...options, delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => 1), { variant: "async" });
  test("has a queue of its own", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["async", [], {
      maker: "callAsync",
      resources: {
        "queue act.discarded": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/act.discarded')]", comments: "what act gives up ends here", properties: { defaultMessageTimeToLive: "PT1M", deadLetteringOnMessageExpiration: false, requiresSession: false } },
        "queue act.calls": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/act.calls')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'act.discarded')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 3, requiresSession: false, requiresDuplicateDetection: false, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "act.discarded" } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ACT__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:02", maxConcurrentCalls: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "callAsync", options: { queueName: "act.calls", connection: "ACT", dataType: "binary" } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver"], on: "queue act.calls", for: "consuming" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "exact (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 3)",
      backoff: "exact: there is no wait: an abandoned message comes again at once",
      retryAfter: "exact",
      maxAge: "exact: what waits for longer than 14 days is discarded (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      deadLetter: "emulated: the run time acknowledges what is given up; what the queue itself gives up is forwarded to a queue that keeps nothing · what the queue moved itself lies there for 60 s (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo act.discarded, Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive PT1M)",
      order: "exact",
      batch: "exact",
      timeout: "exact (host.json functionTimeout 00:00:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 00:00:02)",
      saturation: "exact: a message is locked by an instance that runs it at once: waiting for one spends nothing (host.json extensions.serviceBus.prefetchCount 0)",
      identity: "emulated: the attribute isobar carries the id into dead letters and back · an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      caller: "exact: each caller has a role of its own on the queue; the message does not say whose it is (Microsoft.Authorization/roleAssignments Azure Service Bus Data Sender)",
    });
  });
});
