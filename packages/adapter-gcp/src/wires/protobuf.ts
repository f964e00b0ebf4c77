/**
 * Protobuf's wire format, read field by field: https://protobuf.dev/programming-guides/encoding/. Groups, which proto3 does not write, are
 * refused. Every reader throws `invalid-input` for bytes that end early or run over; what is nested is passed over until it
 * is asked for, so hostile bytes cost their length.
 */
import { unreadableBody } from "@isobar/core/adapter";

export const wrong = (why: string): never => {
  throw unreadableBody(`no protobuf: ${why}`);
};

/** What a field holds: a number for wire type 0, bytes for the others. */
export type Field = { readonly number: number; readonly varint: bigint } | { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> };

const maxVarintBytes = 10;
/** The fields of a message, in their order. */
export function* fieldsOf(message: Uint8Array<ArrayBuffer>): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let i = 0; i < maxVarintBytes; i++) {
      const byte = message[at++] ?? wrong("it ends inside a number");
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return wrong("a number of more than ten bytes");
  };
  const take = (length: bigint): Uint8Array<ArrayBuffer> => {
    if (length > BigInt(message.length - at)) wrong("it ends inside a field");
    const end = at + Number(length);
    const bytes = message.subarray(at, end);
    at = end;
    return bytes;
  };
  while (at < message.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number === 0 || number > 0x1fffffff) wrong(`there is no field ${number}`);
    const type = tag & 7n;
    if (type === 0n) yield { number, varint: varint() };
    else if (type === 1n) yield { number, bytes: take(8n) };
    else if (type === 2n) yield { number, bytes: take(varint()) };
    else if (type === 5n) yield { number, bytes: take(4n) };
    else wrong(`wire type ${type}`);
  }
}

export const bytesIn = (field: Field): Uint8Array<ArrayBuffer> => ("bytes" in field ? field.bytes : wrong(`field ${field.number} is a number, not bytes`));
export const varintIn = (field: Field): bigint => ("varint" in field ? field.varint : wrong(`field ${field.number} is bytes, not a number`));
export const int64In = (field: Field): bigint => BigInt.asIntN(64, varintIn(field));
export function doubleIn(field: Field): number {
  const bytes = bytesIn(field);
  if (bytes.length !== 8) wrong(`field ${field.number} is no double`);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
}
let strict: TextDecoder | undefined;
export function textIn(field: Field): string {
  try {
    return (strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(bytesIn(field));
  } catch (cause) {
    throw unreadableBody(`no protobuf: field ${field.number} is not UTF-8`, cause);
  }
}
