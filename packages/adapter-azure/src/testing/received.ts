/**
 * Captured invocations as a handler of ours would get them: what the worker and `@azure/functions` make of an InvocationRequest (read in 4.16,
 * src/converters), without a process.
 */
import { IsobarError } from "@isobar/core/adapter";
import { isFields, millisecondsOf, type Fields, type Handed } from "../wires/handed.ts";
import { nativeInvocation } from "./native.ts";
import type { Bytes, NativeInvocation, TypedData } from "./rpc.ts";

/**
 * How our registrations ask for a trigger's value: as bytes (`dataType: "binary"`), as the host likes, as a list, or as the timer object. Captures were
 * often taken of a function that asked otherwise; they are read as the host would have sent the same event to ours.
 */
export type Form = "bytes" | "json" | "list" | "timer";

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A batch is told by the lists in its metadata. */
function asBytes(data: TypedData, many: boolean): TypedData {
  const { string, json, collectionString } = data;
  if (collectionString) return { collectionBytes: { bytes: collectionString.string.map(utf8) } };
  const text = string ?? json;
  if (text === undefined || text === null) return data;
  const value = many ? parsedOr(text) : undefined;
  return Array.isArray(value) ? { collectionBytes: { bytes: value.map((each) => utf8(JSON.stringify(each))) } } : { bytes: utf8(text) };
}
const textOf = (bytes: Bytes): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes as Uint8Array);
function asText({ bytes, collectionBytes, ...data }: TypedData): TypedData {
  if (collectionBytes) return { collectionString: { string: collectionBytes.bytes.map(textOf) } };
  return bytes ? { string: textOf(bytes) } : data;
}
/** A change feed is a list; captures of the worker's requests hold single documents too (those of input bindings do). */
function asList(data: TypedData): TypedData {
  const text = data.json ?? data.string;
  const value = typeof text === "string" ? parsedOr(text) : undefined;
  return isObject(value) && typeof value.id === "string" ? { json: `[${text}]` } : data;
}

/**
 * In: an invocation request as JSON, or, but for bytes, a bare trigger value: what the handler is given, or an event as it stands in documents. Out: the
 * native invocation that our harness takes. Throws `invalid-native-event` for what is neither.
 */
export function asRegistered(captured: unknown, form: Form): NativeInvocation {
  try {
    const isRequest = isObject(captured) && ("inputData" in captured || "triggerMetadata" in captured);
    if (!isRequest && form === "bytes") throw new TypeError("it has no inputData");
    const native = nativeInvocation(isRequest ? captured : { inputData: [{ data: { json: JSON.stringify(captured) ?? "null" } }], triggerMetadata: {} });
    const [first, ...rest] = native.inputData;
    if (first === undefined) throw new TypeError("its inputData is empty");
    const many = Object.keys(native.triggerMetadata ?? {}).some((name) => name.endsWith("Array"));
    const data = form === "bytes" ? asBytes(first.data, many) : form === "list" && isRequest ? asList(asText(first.data)) : asText(first.data);
    return { ...native, inputData: [{ ...first, data }, ...rest] };
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `no invocation request of the worker: ${(cause as Error).message}`, { cause });
  }
}

function valueOf(data: TypedData): unknown {
  const { string, json, bytes, stream, int, double, collectionBytes, collectionString, collectionDouble, collectionSint64 } = data;
  if (string !== undefined && string !== null) return parsedOr(string);
  if (json !== undefined && json !== null) return JSON.parse(json);
  const held = bytes ?? stream;
  if (held !== undefined && held !== null) return Buffer.from(held as Uint8Array);
  return int ?? double ?? collectionBytes?.bytes.map((each) => Buffer.from(each as Uint8Array)) ?? collectionString?.string.map(parsedOr) ?? collectionDouble?.double ?? collectionSint64?.sint64;
}

const camelCase = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);
/** As the library does it, but by entries: a key like "__proto__" stays a key. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  return isObject(value) && !(value instanceof Uint8Array) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [camelCase(key), camelCased(each)])) : value;
}

/** When the host called, as it says in `sys`; a capture without it is called when it is read, as a live timer is. */
const calledAt = (metadata: Fields | undefined): number => millisecondsOf(isFields(metadata?.sys) ? metadata.sys.utcNow : undefined) ?? Date.now();

/** What the codec is given. Throws `invalid-native-event` for what is no invocation. */
export function received(captured: unknown, form: Form): Handed {
  const { inputData: [first], triggerMetadata } = asRegistered(captured, form);
  try {
    const body = valueOf(first!.data);
    const metadata = triggerMetadata === undefined ? undefined : Object.fromEntries(Object.entries(triggerMetadata).map(([key, data]) => [camelCase(key), camelCased(valueOf(data))]));
    return (form === "timer" ? { body: camelCased(body), at: calledAt(metadata) } : { body, metadata }) as unknown as Handed;
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `the library cannot read this invocation: ${(cause as Error).message}`, { cause });
  }
}
