/**
 * A Firestore event's data in protobuf: DocumentEventData of
 * https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto. The fields' numbers are that
 * file's. A message that a field has twice counts by its last; protobuf would merge them, and no writer splits one.
 */
import type { Value, ValueMap } from "@isobar/core";
import { numberOf, unreadableBody } from "@isobar/core/adapter";
import { bytesIn, doubleIn, fieldsOf, int64In, textIn, varintIn, wrong, type Field } from "./protobuf.ts";

/** A document before or after a change; `undefined` where there was none. */
export interface Documents {
  readonly before: Snapshot | undefined;
  readonly after: Snapshot | undefined;
}
export interface Snapshot {
  /** "projects/p/databases/d/documents/users/abc"; "" where it is not told. */
  readonly name: string;
  readonly fields: ValueMap;
}
/** Values inside values; Firestore takes 20 (https://firebase.google.com/docs/firestore/quotas#limits), protobuf's own readers 100. */
export const maxDepth = 100;
export const tooDeep = (): never => {
  throw unreadableBody(`no Firestore document: values inside values, more than ${maxDepth} deep`);
};

/** RFC 3339 with 0, 3, 6 or 9 digits, as protobuf's JSON has it: https://protobuf.dev/programming-guides/json/ */
function timestampIn(bytes: Uint8Array<ArrayBuffer>): string {
  let seconds = 0n;
  let nanos = 0n;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) seconds = int64In(field);
    else if (field.number === 2) nanos = int64In(field);
  }
  // From year 1 to year 9999: https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n || nanos < 0n || nanos > 999_999_999n) throw unreadableBody("no Firestore document: a timestamp out of range");
  const fraction = String(nanos).padStart(9, "0").replace(/(?:000){1,3}$/, "");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}Z`;
}
function pointIn(bytes: Uint8Array<ArrayBuffer>): ValueMap {
  let latitude = 0;
  let longitude = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) latitude = doubleIn(field);
    else if (field.number === 2) longitude = doubleIn(field);
  }
  return { latitude, longitude };
}
/** Of a list's values, or of a map's entries: `each` reads those fields that have this number. */
const repeated = <T>(bytes: Uint8Array<ArrayBuffer>, number: number, each: (bytes: Uint8Array<ArrayBuffer>) => T): T[] => [...fieldsOf(bytes)].filter((field) => field.number === number).map((field) => each(bytesIn(field)));

function entryIn(bytes: Uint8Array<ArrayBuffer>, depth: number): readonly [string, Value] {
  let key = "";
  let value: Value = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) key = textIn(field);
    else if (field.number === 2) value = valueIn(bytesIn(field), depth);
  }
  return [key, value];
}
/** Entries, so that a key like "__proto__" stays a key. */
const mapIn = (bytes: Uint8Array<ArrayBuffer>, number: number, depth: number): ValueMap => Object.fromEntries(repeated(bytes, number, (entry) => entryIn(entry, depth)));

/** Members of the `value_type` oneof by their numbers. */
const members: { readonly [number: number]: (field: Field, depth: number) => Value } = {
  1: (field) => varintIn(field) !== 0n,
  2: (field) => numberOf(String(int64In(field)))!,
  3: (field) => doubleIn(field),
  5: (field) => textIn(field),
  6: (field, depth) => mapIn(bytesIn(field), 1, depth),
  8: (field) => pointIn(bytesIn(field)),
  9: (field, depth) => repeated(bytesIn(field), 1, (each) => valueIn(each, depth)),
  10: (field) => timestampIn(bytesIn(field)),
  11: () => null,
  17: (field) => textIn(field),
  18: (field) => bytesIn(field).slice(),
};
/** A value with no member is a null: writers that leave out what is default write `null_value`, whose only value is 0, as nothing. */
function valueIn(bytes: Uint8Array<ArrayBuffer>, depth: number): Value {
  if (depth >= maxDepth) tooDeep();
  let value: Value = null;
  for (const field of fieldsOf(bytes)) {
    const member = Object.hasOwn(members, field.number) ? members[field.number]! : wrong(`a value of a type that is not known, ${field.number}`);
    value = member(field, depth + 1);
  }
  return value;
}
function documentIn(bytes: Uint8Array<ArrayBuffer>): Snapshot | undefined {
  // Some writers leave an empty message where there is no document.
  if (bytes.length === 0) return undefined;
  const name = [...fieldsOf(bytes)].findLast(({ number }) => number === 1);
  return { name: name === undefined ? "" : textIn(name), fields: mapIn(bytes, 2, 0) };
}

/** In: the bytes of a DocumentEventData. Throws `invalid-input` for what is none. */
export function documentsIn(bytes: Uint8Array<ArrayBuffer>): Documents {
  let before: Snapshot | undefined;
  let after: Snapshot | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) after = documentIn(bytesIn(field));
    else if (field.number === 2) before = documentIn(bytesIn(field));
  }
  return { before, after };
}
