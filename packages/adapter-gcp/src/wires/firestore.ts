/**
 * A Firestore event, its data in JSON (protobuf's mapping, https://protobuf.dev/programming-guides/json/, of
 * https://cloud.google.com/firestore/docs/reference/rest/v1/Value) or in protobuf (firestore-protobuf.ts), as its content type says.
 */
import type { Change, ChangesTold, Operation, Value, ValueMap } from "@isobar/core";
import { numberOf, unreadableBody, type CloudEvent } from "@isobar/core/adapter";
import { jsonDataOf } from "./cloudevent.ts";
import { documentsIn, maxDepth, tooDeep, type Documents, type Snapshot } from "./firestore-protobuf.ts";
import { bytesInBase64, isObject, textIn, wrongEnvelope, type JsonObject } from "./request.ts";

const wrong = (why: string): never => {
  throw unreadableBody(`no Firestore document: ${why}`);
};
const textOf = (value: unknown): string => (typeof value === "string" ? value : wrong("a value that is no text"));
/** 64 bits are a text in protobuf's JSON; a number that JSON has rounded is refused. */
const integerOf = (value: unknown): Value => ((typeof value === "string" && /^-?\d+$/.test(value)) || (typeof value === "number" && Number.isSafeInteger(value)) ? numberOf(String(value))! : wrong("an integerValue that is no whole number"));
const words: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, "-Infinity": Number.NEGATIVE_INFINITY };
function doubleOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && Object.hasOwn(words, value)) return words[value]!;
  return typeof value === "string" && /^-?\d/.test(value) && Number.isFinite(Number(value)) ? Number(value) : wrong("a doubleValue that is no number");
}
const objectOf = (value: unknown): JsonObject => (value === undefined || value === null ? {} : isObject(value) ? value : wrong("a value that is no object"));

const members: { readonly [member: string]: (value: unknown, depth: number) => Value } = {
  nullValue: () => null,
  booleanValue: (value) => (typeof value === "boolean" ? value : wrong("a booleanValue that is none")),
  integerValue: integerOf,
  doubleValue: doubleOf,
  timestampValue: textOf,
  stringValue: textOf,
  bytesValue: (value) => bytesInBase64(value) ?? wrong("a bytesValue that is not base64"),
  referenceValue: textOf,
  geoPointValue(value) {
    const { latitude = 0, longitude = 0 } = objectOf(value);
    return { latitude: doubleOf(latitude), longitude: doubleOf(longitude) };
  },
  arrayValue(value, depth) {
    const values = objectOf(value).values ?? [];
    return Array.isArray(values) ? values.map((each) => valueOf(each, depth)) : wrong("an arrayValue without values");
  },
  mapValue: (value, depth) => fieldsOf(objectOf(value).fields, depth),
};
function valueOf(value: unknown, depth: number): Value {
  if (depth >= maxDepth) tooDeep();
  const [first, second] = Object.entries(isObject(value) ? value : wrong("a value that is no object"));
  // Writers that leave out what is default write a null as nothing.
  if (first === undefined) return null;
  if (second !== undefined || !Object.hasOwn(members, first[0])) return wrong(`a value of a type that is not known, ${JSON.stringify(first[0])}`);
  return members[first[0]]!(first[1], depth + 1);
}
/** Entries, so that a key like "__proto__" stays a key. */
const fieldsOf = (fields: unknown, depth: number): ValueMap => Object.fromEntries(Object.entries(objectOf(fields)).map(([name, value]) => [name, valueOf(value, depth)]));

function documentOf(document: unknown): Snapshot | undefined {
  const { name = "", fields } = objectOf(document);
  // An empty message stands where there is no document.
  return name === "" && fields === undefined ? undefined : { name: textOf(name), fields: fieldsOf(fields, 0) };
}
function documentsOf(event: CloudEvent): Documents {
  if (/^application\/(?:x-)?protobuf\s*(?:;|$)/i.test(event.datacontenttype ?? "")) {
    const { data = new Uint8Array() } = event;
    return documentsIn(data instanceof Uint8Array ? new Uint8Array(data) : wrong("the event's data are no bytes"));
  }
  const { value, oldValue } = jsonDataOf(event, "Firestore document");
  return { before: documentOf(oldValue), after: documentOf(value) };
}

/** Those with the caller's identity beside them too: https://cloud.google.com/firestore/docs/extend-with-functions-2nd-gen#event_types */
const typeForm = /^google\.cloud\.firestore\.document\.v1\.(created|updated|deleted|written)(?:\.withAuthContext)?$/;
/** Of "written", what was there before and after says which it was. */
function operationOf(word: Operation, { before, after }: Documents): Operation {
  if (word !== "written" || (before === undefined && after === undefined)) return word;
  return before === undefined ? "created" : after === undefined ? "deleted" : "updated";
}
const documents = "documents/";
const pathIn = (path: string | undefined): string | undefined => textIn(path?.startsWith(documents) ? path.slice(documents.length) : path);
/**
 * The document's path by its name. An event that was converted from one of the first generation may have no subject:
 * https://github.com/GoogleCloudPlatform/functions-framework-ruby/blob/main/lib/functions_framework/legacy_event_converter.rb
 */
function pathInData(event: CloudEvent): string | undefined {
  try {
    const { before, after } = documentsOf(event);
    const name = (after ?? before)?.name ?? "";
    return textIn(/^projects\/[^/]+\/databases\/[^/]+\/documents\/(.+)$/s.exec(name)?.[1]);
  } catch {
    // What data these are, `told` says.
    return undefined;
  }
}

/** Throws `invalid-native-event` for an event of another type, or one that names no document; `told` throws `invalid-input` for data that are none. */
export function firestoreTold(event: CloudEvent): { readonly group: string; readonly told: () => ChangesTold } {
  const [, word] = typeForm.exec(event.type) ?? [];
  if (word === undefined) throw wrongEnvelope(`no change of a document: the event is ${JSON.stringify(event.type)}`);
  const subject = pathIn(event.subject ?? textIn(event.extensions.document)) ?? pathInData(event);
  if (subject === undefined) throw wrongEnvelope("no change of a document: it has neither subject nor document, and its data name none");
  return {
    group: subject,
    told: () => {
      const read = documentsOf(event);
      const { before, after } = read;
      const change: Change = { operation: operationOf(word as Operation, read), key: { id: subject.slice(subject.lastIndexOf("/") + 1) }, ...(before && { before: before.fields }), ...(after && { after: after.fields }) };
      return { change, subject, ...(event.time === undefined ? {} : { time: event.time }) };
    },
  };
}
