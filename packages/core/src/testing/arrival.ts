/** An event as a test says it, and as a codec would hand it over. */
import type { Delivery } from "../boundary.ts";
import type { Channel } from "../channel.ts";
import { unreadableBody, wireBody } from "../run/wire.ts";
import type { Change } from "../triggers/changes.ts";
import type { Consumer } from "../triggers/consumer.ts";
import type { AsynchronousKind, ToldOf } from "../triggers/index.ts";
import type { LogEntries } from "../triggers/logs.ts";
import type { BusEvent } from "../triggers/bus.ts";
import type { StorageChange, StoredObject } from "../triggers/storage.ts";
import type { StreamRecord } from "../triggers/stream.ts";
import type { Tick } from "../triggers/schedule.ts";
import { spellValue } from "../value.ts";

/**
 * An event: its data as the handler gets it (an object of a bucket, a change, a tick; of a stream's record its `value` and `partitionKey` do), or the very
 * body that a foreign sender wrote: of kinds whose events are a platform's own words it is none, and rejected.
 */
export type EventInput = ({ readonly data: unknown } | { readonly body: string | Uint8Array }) & {
  /** Default "message-1", "message-2" and so on. */
  readonly id?: string;
  /** Default 1; `undefined` is a platform that does not tell. */
  readonly attempt?: number | undefined;
  /** The key that it was sent with. Default: a record's partition key, a change's key. */
  readonly group?: string;
  /** Default: now. */
  readonly enqueuedAt?: Date;
  /** The attribute `isobar`, as JSON. */
  readonly attribute?: string;
  /** A topic's. */
  readonly subject?: string;
  /** What happened to a bucket's object. Default "created". */
  readonly change?: StorageChange;
};

type Arrivals = { readonly [K in AsynchronousKind]: (data: never, input: EventInput, fn: Consumer, position: string) => { readonly body?: Delivery["body"]; readonly group?: string | undefined; readonly told?: ToldOf<K> } };
const sent = (data: unknown, _input: EventInput, { source }: Consumer) => ({ body: wireBody(source as Channel, data) });
const arrivals: Arrivals = {
  queue: sent,
  topic: (data: unknown, input, fn) => ({ ...sent(data, input, fn), told: { subject: input.subject } }),
  call: (data: unknown) => ({ body: JSON.stringify(data ?? null) }),
  storage: (object: StoredObject, { change = "created" }) => ({ told: { change, object } }),
  schedule: (tick: Partial<Tick> | undefined) => ({ told: { ...tick } }),
  bus: (event: BusEvent) => ({ told: { event } }),
  changes(change: Change) {
    const subject = JSON.stringify(spellValue(change.key));
    return { group: subject, told: { change, subject } };
  },
  logs: (log: LogEntries) => ({ told: { log } }),
  stream: ({ bytes, value, partitionKey, sequence }: Partial<StreamRecord>, _input, { source }, position) => ({ body: bytes ?? wireBody(source as Channel, value), group: partitionKey, told: { partitionKey, sequence: sequence ?? position } }),
};
/** Kinds whose events are a platform's own words. */
const wrapped: ReadonlySet<AsynchronousKind> = new Set(["storage", "changes", "bus", "logs"]);

/** The parts of a delivery that its kind decides. `position`: of a stream's record, where it has none. Throws `send-failed` for data that a channel's format has no word for. */
export function arrival(fn: Consumer, input: EventInput, position: string): Pick<Delivery, "body" | "group" | "told"> {
  if ("body" in input) {
    const { body, group } = input as { readonly body: Delivery["body"]; readonly group?: string };
    if (fn.kind === "stream") return { body, group, told: () => ({ partitionKey: group, sequence: position }) };
    return wrapped.has(fn.kind) ? { body, group, told: () => { throw unreadableBody(`no event of ${fn.kind}`); } } : { body, group };
  }
  const { body = JSON.stringify(spellValue(input.data)) ?? "", group, told } = arrivals[fn.kind](input.data as never, input, fn, position);
  return { body, group: input.group ?? group, ...(told === undefined ? {} : { told: () => told }) };
}
