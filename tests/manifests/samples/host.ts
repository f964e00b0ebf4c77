/** host.json of a function app that reads Service Bus and a storage queue. */
export const hostSample = {
  version: "2.0",
  functionTimeout: "00:01:00",
  extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" },
  logging: { logLevel: { default: "Information" } },
  extensions: {
    http: { routePrefix: "" },
    queues: { batchSize: 16, maxDequeueCount: 5, visibilityTimeout: "00:00:30", messageEncoding: "none" },
    serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:01:00", maxConcurrentCalls: 16 },
  },
};
