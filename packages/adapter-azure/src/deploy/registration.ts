/** A registration of the v4 programming model, as data; what the kinds' plans share. https://learn.microsoft.com/azure/azure-functions/functions-reference-node#registering-a-function */
import { readerName } from "./names.ts";

export interface Registration {
  /** The function, as the host knows it. */
  readonly name: string;
  /** The method of `app` that registers it. */
  readonly app: "http" | "timer" | "serviceBusQueue" | "storageQueue" | "eventGrid" | "eventHub" | "cosmosDB" | "generic";
  /** The entry maker of its handler. */
  readonly maker: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** App settings are environment variables: letters, digits, underscores. */
export const connectionOf = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, "_");

/** The queue that only this function reads: what others publish is forwarded to it. A channel's name has no dot, so that none can be meant. */
export const ownQueue = (source: string, functionName: string): string => `${source}.${functionName}`;

/**
 * `app.serviceBusQueue`. `dataType` keeps the worker from parsing bodies, and the host from laying a JSON body's properties over the metadata,
 * messageId included (azure-functions-host Utility.ApplyBindingData, dotnet-worker#991). It is no option that the library types, and goes into the
 * binding as it is. `source`: what the connection is named after.
 */
export const serviceBusQueue = (name: string, maker: string, source: string, queueName: string, isSessionsEnabled = false): Registration => ({
  name,
  app: "serviceBusQueue",
  maker,
  options: { queueName, connection: connectionOf(source), dataType: "binary", ...(isSessionsEnabled ? { isSessionsEnabled } : {}) },
});

/**
 * Endless: what is lost after the last retry is lost. Of the triggers here these policies exist for timers, Event Hubs, Cosmos DB and Kafka.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries
 */
export const retry = { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } as const;

/** `app.eventHub`, in batches. A consumer group for each function: two in one would take each other's events. */
export const eventHub = (name: string, maker: string, eventHubName: string): Registration => ({
  name,
  app: "eventHub",
  maker,
  options: { eventHubName, connection: connectionOf(eventHubName), consumerGroup: readerName(name), cardinality: "many", dataType: "binary", retry },
});
