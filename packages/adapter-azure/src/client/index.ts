/** Thin clients of Service Bus and of Storage queues, without a package of the provider's: the run time's outbox and the command line use them. */
export { managedIdentity, serviceBusResource, storageResource, token, type Token } from "./credentials.ts";
export { serviceBus, type BusMessage, type ReceivedBusMessage, type ServiceBus, type ServiceBusOptions } from "./service-bus.ts";
export { storageQueue, type StorageQueue, type StorageQueueOptions, type StoredMessage } from "./storage-queue.ts";
