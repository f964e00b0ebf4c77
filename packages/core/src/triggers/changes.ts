/** Changes: an item of a table was created, updated or deleted. */
import type { Channel, Table } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import type { Reading } from "../run/reading.ts";
import { toldOf } from "../run/wire.ts";
import type { ValueMap } from "../value.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

/** `written`: created or updated, where the platform does not tell which. */
export type Operation = "created" | "updated" | "deleted" | "written";
export interface Change {
  readonly operation: Operation;
  /** What names the item: its key attributes. */
  readonly key: ValueMap;
  /** The item before; absent where there was none, or where the platform does not tell. */
  readonly before?: ValueMap | undefined;
  /** The item after; absent where there is none, or where the platform does not tell. */
  readonly after?: ValueMap | undefined;
}
export interface ChangesTold {
  readonly change: Change;
  /** The key as one text: the unit of order, and the event's subject. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time?: string | undefined;
}
export interface ChangesOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {
  /** What it wants to hear of. Default: everything. */
  readonly on?: readonly Operation[];
}
export interface ChangesFunction extends Consumer<"changes", Table, ChangesOptions> {}

/** One function that follows a table. `event.type` is "changes.created" and so on; `event.subject` spells the key. */
/* @__NO_SIDE_EFFECTS__ */
export function changes<const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: Table, options: ChangesOptions<S, D>, handle: Handler<"changes", Change, S, D>,
): ChangesFunction {
  return { kind: "changes", source: from, options, handle: handle as ChangesFunction["handle"] };
}

export const changesReading: Reading<ChangesFunction, ChangesTold> = {
  order: () => "position",
  read({ source, options: { on } }, _delivery, told) {
    const { change, subject, time } = toldOf(told);
    if (on?.includes(change.operation) === false) return undefined;
    return { source: `/tables/${source.name}`, type: `changes.${change.operation}`, subject, time, data: change };
  },
};
