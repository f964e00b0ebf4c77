/** Logs: lines that a service or an application wrote, in the envelopes they travel in. */
import type { Channel, Log } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import type { Reading } from "../run/reading.ts";
import { toldOf } from "../run/wire.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface LogEntry {
  readonly id?: string | undefined;
  /** RFC 3339; absent where the platform does not tell. */
  readonly time?: string | undefined;
  /** In the platform's own words: "ERROR", "Warning", "4". */
  readonly severity?: string | undefined;
  /** The line as text; a structured entry's text, or the entry as JSON. */
  readonly message: string;
  /** A structured entry; absent where the line is text. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}
export interface LogEntries {
  /** The log's name on its platform: a log group, a resource id, a log name. */
  readonly resource: string;
  /** A part of it, where there are parts: a log stream, a category. */
  readonly part?: string | undefined;
  readonly entries: readonly LogEntry[];
}
export interface LogsTold {
  readonly log: LogEntries;
}
export interface LogsOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {}
export interface LogsFunction extends Consumer<"logs", Log, LogsOptions> {}

/** One function that reads a log. One event is one envelope, with all entries in it; it settles as one. */
/* @__NO_SIDE_EFFECTS__ */
export function logs<const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: Log, options: LogsOptions<S, D>, handle: Handler<"logs", LogEntries, S, D>,
): LogsFunction {
  return { kind: "logs", source: from, options, handle: handle as LogsFunction["handle"] };
}

export const logsReading: Reading<LogsFunction, LogsTold> = {
  order: () => "position",
  read({ source }, _delivery, told) {
    const { log } = toldOf(told);
    return { source: `/logs/${source.name}`, type: "logs.entries", subject: log.resource, time: log.entries[0]?.time, data: log };
  },
};
