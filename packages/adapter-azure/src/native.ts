/** What Azure Functions hands over, in its own words. */
import type { HttpRequest, InvocationContext } from "@azure/functions";
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf } from "@isobar/core/adapter";

/**
 * One Service Bus message of a trigger registered with `dataType: "binary"`: its body, and the trigger's metadata with camel-cased names.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata
 */
export interface ServiceBusRecord {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly metadata: {
    /** The worker JSON-parses texts (Azure/azure-functions-nodejs-library#90): an id of digits arrives as a number. */
    readonly messageId?: unknown;
    readonly deliveryCount?: unknown;
    readonly enqueuedTimeUtc?: unknown;
    readonly sequenceNumber?: unknown;
    readonly sessionId?: unknown;
    readonly applicationProperties?: unknown;
    readonly userProperties?: unknown;
    readonly [name: string]: unknown;
  };
}
/** One message of a Storage queue. https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#metadata */
export interface StorageQueueRecord {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly metadata: { readonly id?: unknown; readonly dequeueCount?: unknown; readonly insertionTime?: unknown; readonly [name: string]: unknown };
}
/** One event of Event Hubs, with the metadata of this event alone. https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-hubs-trigger#event-metadata */
export interface EventHubRecord {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly metadata: {
    readonly sequenceNumber?: unknown;
    readonly partitionKey?: unknown;
    readonly offset?: unknown;
    readonly enqueuedTimeUtc?: unknown;
    readonly properties?: unknown;
    readonly systemProperties?: unknown;
    readonly partitionContext?: unknown;
    readonly [name: string]: unknown;
  };
}
/** One Kafka event. https://learn.microsoft.com/azure/azure-functions/functions-bindings-kafka-trigger#usage */
export interface KafkaRecord {
  readonly Offset: number;
  readonly Partition: number;
  readonly Topic: string;
  readonly Timestamp?: string;
  readonly Key?: unknown;
  readonly Value?: string | null;
  readonly Headers?: readonly { readonly Key: string; readonly Value: string }[];
}
/** An event in the schema that its subscription asks for. https://learn.microsoft.com/azure/event-grid/cloud-event-schema, https://learn.microsoft.com/azure/event-grid/event-schema */
export type EventGridRecord = Readonly<Record<string, unknown>>;
/** The timer object, camel-cased by the library. https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#usage */
export interface TimerRecord {
  readonly isPastDue: boolean;
  readonly schedule?: { readonly adjustForDST?: boolean };
  /** `null` where the schedule is not monitored. */
  readonly scheduleStatus?: { readonly last?: string; readonly next?: string; readonly lastUpdated?: string } | null;
}
/** A document of the change feed, latest version mode, with its system properties. https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#latest-version-change-feed-mode */
export interface CosmosRecord {
  readonly id: string;
  readonly _rid?: string;
  readonly _etag?: string;
  readonly _ts?: number;
  readonly _lsn?: number;
  readonly [name: string]: unknown;
}

/** By kind; which of several, the target's variant says. */
export interface AzureNative {
  http: HttpRequest;
  queue: ServiceBusRecord | StorageQueueRecord;
  topic: ServiceBusRecord;
  storage: ServiceBusRecord | EventGridRecord;
  schedule: ServiceBusRecord | TimerRecord;
  changes: CosmosRecord;
  stream: EventHubRecord | KafkaRecord;
  bus: ServiceBusRecord | EventGridRecord;
  logs: EventHubRecord;
  call: HttpRequest | ServiceBusRecord;
}

/** The very record this delivery came from, and the invocation's context; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: AzureNative[K]; readonly context: InvocationContext } | undefined {
  return nativeOf(ctx, "azure") as { readonly record: AzureNative[K]; readonly context: InvocationContext } | undefined;
}
