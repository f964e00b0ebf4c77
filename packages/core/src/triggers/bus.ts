/** Bus: other services' events, chosen by their source and type. */
import type { Bus, Channel } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import type { Reading } from "../run/reading.ts";
import { toldOf } from "../run/wire.ts";
import type { AnySchema, OutputOf } from "../schema.ts";
import { schemaOfPart } from "../run/validate.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface BusEvent<Detail = unknown> {
  /** Who sent it, in the sender's words. */
  readonly source: string;
  /** What happened, in the sender's words. */
  readonly detailType: string;
  readonly detail: Detail;
}
export interface BusTold {
  readonly event: BusEvent;
  readonly subject?: string | undefined;
  /** RFC 3339. */
  readonly time?: string | undefined;
}
export interface BusOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy, Data extends AnySchema | undefined = AnySchema | undefined> extends ConsumerOptions<S, D> {
  /** Only events of these senders. Default: all. */
  readonly sources?: readonly string[];
  /** Only events of these types. Default: all. */
  readonly detailTypes?: readonly string[];
  /** Standard Schema of the detail. One that does not fit is rejected at its first attempt. */
  readonly detail?: Data;
}
export interface BusFunction extends Consumer<"bus", Bus, BusOptions> {}
type Detail<Data extends AnySchema | undefined> = Data extends AnySchema ? OutputOf<Data> : unknown;

/** One function that hears of a bus's events. `event.id` is the sender's. */
/* @__NO_SIDE_EFFECTS__ */
export function bus<const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly [], Data extends AnySchema | undefined = undefined>(
  from: Bus, options: BusOptions<S, D, Data>, handle: Handler<"bus", BusEvent<Detail<Data>>, S, D>,
): BusFunction {
  return { kind: "bus", source: from, options: options as BusOptions, handle: handle as BusFunction["handle"] };
}

export const busReading: Reading<BusFunction, BusTold> = {
  order: () => "none",
  read({ source, options: { sources, detailTypes, detail: schema } }, _delivery, told) {
    const { event, subject, time } = toldOf(told);
    if (sources?.includes(event.source) === false || detailTypes?.includes(event.detailType) === false) return undefined;
    return { source: `/buses/${source.name}`, type: "bus.event", subject, time, data: event, schema: schema && schemaOfPart("detail", schema) };
  },
};
