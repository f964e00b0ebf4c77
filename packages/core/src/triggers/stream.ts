/** Stream: records in the order of their partition key, read by position. */
import type { Channel, Received, Stream } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import { bytesOf } from "../http/body.ts";
import type { Reading } from "../run/reading.ts";
import { schemaOfPart } from "../run/validate.ts";
import { dataOf, toldOf } from "../run/wire.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface StreamRecord<T = unknown> {
  /** `undefined` where it was sent without one. */
  readonly partitionKey: string | undefined;
  /** Its place in its partition; opaque text, since sequence numbers pass what a number can hold. `undefined` where the platform does not tell. */
  readonly sequence: string | undefined;
  /** As it was written. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes by the stream's format and schema. */
  readonly value: T;
}
export interface StreamTold {
  readonly partitionKey: string | undefined;
  readonly sequence: string | undefined;
}
export interface StreamOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {}
export interface StreamFunction extends Consumer<"stream", Stream, StreamOptions> {}

/** One function that reads a stream. What comes again brings everything after it again too; `event.subject` is the partition key. */
/* @__NO_SIDE_EFFECTS__ */
export function stream<T extends Stream, const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: T, options: StreamOptions<S, D>, handle: Handler<"stream", StreamRecord<Received<T>>, S, D>,
): StreamFunction {
  return { kind: "stream", source: from, options, handle: handle as StreamFunction["handle"] };
}

export const streamReading: Reading<StreamFunction, StreamTold> = {
  order: () => "position",
  read({ source }, { body }, told) {
    const { partitionKey, sequence } = toldOf(told);
    const bytes = bytesOf(body);
    // A tombstone has no value: of a JSON stream it is undefined, which a schema may allow.
    const data: StreamRecord = { partitionKey, sequence, bytes, value: bytes.length === 0 && source.format === "json" ? undefined : dataOf(source, bytes) };
    return { source: `/streams/${source.name}`, type: "stream.record", subject: partitionKey, data, schema: source.data && schemaOfPart("value", source.data) };
  },
};
