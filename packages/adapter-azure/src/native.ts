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
    readonly applicationProperties?: Readonly<Record<string, unknown>>;
    readonly userProperties?: Readonly<Record<string, unknown>>;
    readonly [name: string]: unknown;
  };
}

export interface AzureNative {
  http: HttpRequest;
  queue: ServiceBusRecord;
}

/** The very record this delivery came from, and the invocation's context; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: AzureNative[K]; readonly context: InvocationContext } | undefined {
  return nativeOf(ctx, "azure") as { readonly record: AzureNative[K]; readonly context: InvocationContext } | undefined;
}
