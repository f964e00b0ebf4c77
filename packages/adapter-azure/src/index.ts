/** The way out for user code: `native(ctx)` and the types of what Azure Functions hands over. */
export { native } from "./native.ts";
export type { AzureNative, CosmosRecord, EventGridRecord, EventHubRecord, KafkaRecord, ServiceBusRecord, StorageQueueRecord, TimerRecord } from "./native.ts";
