/** What calls a queue function on Azure: a Service Bus queue, single dispatch. */
import type { Binding } from "@isobar/core/plan";

export type QueueSettings = Record<never, never>;

/** App settings are environment variables: letters, digits, underscores. */
export const connectionOf = (queue: string): string => queue.toUpperCase().replaceAll("-", "_");

/**
 * The options of `app.serviceBusQueue`, as data. `dataType` keeps the worker from parsing bodies, and the host from laying a JSON body's
 * properties over the metadata, messageId included (azure-functions-host Utility.ApplyBindingData, dotnet-worker#991). It is no option
 * that the library types, and goes into the binding as it is.
 */
export const queueOptions = ({ fn: { source } }: Binding<"queue">): Readonly<Record<string, unknown>> => ({
  queueName: source.name,
  connection: connectionOf(source.name),
  dataType: "binary",
  ...(source.order === "by-key" ? { isSessionsEnabled: true } : {}),
});
