/** A message for any function, as its service would tell it: for simulations that nobody wrote one for. Its own filters let it through. */
import { IsobarError, type AnyFunction, type AsynchronousKind, type BusEvent, type Change, type LogEntries, type StoredObject, type ToldOf } from "@isobar/core";
import type { Consumer, FunctionOf } from "@isobar/core";
import type { Published } from "@isobar/core/adapter";

type Sample<K extends AsynchronousKind> = Omit<Published<ToldOf<K>>, "id">;
type Samples = { readonly [K in AsynchronousKind]: (fn: FunctionOf<K>, n: number, data: unknown) => Sample<K> };

/** All samples have one key, so that order has something to hold on to. */
const key = "key-1";
const minuteMs = 60_000;
/** Times are before the beginning of a simulation: nothing happens before it is told. */
const at = (n: number): string => new Date(Date.UTC(2029, 11, 31) + n * minuteMs).toISOString();
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (of: Readonly<Record<string, unknown>>, ...names: readonly string[]): boolean => names.every((name) => typeof of[name] === "string");

/** What was given, where it is what this kind's handlers get. Throws `invalid-definition` for anything else. */
function given<T>(kind: AsynchronousKind, data: unknown, what: string, fits: (of: Readonly<Record<string, unknown>>) => boolean): T | undefined {
  if (data === undefined) return undefined;
  if (!isObject(data) || !fits(data)) throw new IsobarError("invalid-definition", `the data of ${kind} are ${what}`);
  return data as T;
}
/** A body in the channel's format. */
function bodyOf({ format }: { readonly format: "json" | "text" | "bytes" }, n: number, data: unknown): Published["body"] {
  if (format === "json") return JSON.stringify(data === undefined ? { sample: n } : data);
  const text = data === undefined ? `sample ${n}` : typeof data === "string" ? data : JSON.stringify(data);
  return format === "text" ? text : new TextEncoder().encode(text);
}

const samples: Samples = {
  queue: ({ source }, n, data) => ({ body: bodyOf(source, n, data), ...(source.order === "by-key" ? { group: key } : {}) }),
  topic: ({ source }, n, data) => ({ body: bodyOf(source, n, data), ...(source.order === "by-key" ? { group: key } : {}), told: { subject: undefined } }),
  call: (_, n, data) => ({ body: bodyOf({ format: "json" }, n, data) }),
  storage({ source, options: { on: [change = "created"] = [], prefix = "", suffix = "" } }, n, data) {
    const object = given<StoredObject>("storage", data, 'an object: {"bucket", "key"}', (of) => texts(of, "bucket", "key")) ?? { bucket: source.name, key: `${prefix}sample-${n}${suffix}`, size: 1_000, etag: "0123456789abcdef0123456789abcdef", version: String(n), contentType: "text/plain" };
    return { body: "", told: { change, time: at(n), object } };
  },
  schedule: (_, n, data) => ({ body: "", told: { overdue: false, ...(given<{ readonly scheduledTime: string }>("schedule", data, 'a tick: {"scheduledTime"}', (of) => texts(of, "scheduledTime")) ?? { scheduledTime: at(n) }) } }),
  bus({ options: { sources: [source = "sample"] = [], detailTypes: [detailType = "sample.happened"] = [] } }, n, data) {
    const event = given<BusEvent>("bus", data, 'an event: {"source", "detailType", "detail"}', (of) => texts(of, "source", "detailType")) ?? { source, detailType, detail: { sample: n } };
    return { body: "", told: { event, time: at(n) } };
  },
  changes({ options: { on: [operation = "created"] = [] } }, n, data) {
    const item = { id: key, sample: n };
    const change = given<Change>("changes", data, 'a change: {"operation", "key"}', (of) => texts(of, "operation") && isObject(of.key)) ?? { operation, key: { id: key }, ...(operation === "created" ? {} : { before: { ...item, sample: n - 1 } }), ...(operation === "deleted" ? {} : { after: item }) };
    return { body: "", group: JSON.stringify(change.key), told: { change, subject: JSON.stringify(change.key), time: at(n) } };
  },
  stream: ({ source }, n, data) => ({ body: bodyOf(source, n, data), group: key, told: { partitionKey: key, sequence: String(n) } }),
  logs({ source }, n, data) {
    const log = given<LogEntries>("logs", data, 'entries of a log: {"resource", "entries"}', (of) => texts(of, "resource") && Array.isArray(of.entries)) ?? { resource: source.name, part: undefined, entries: [{ id: `entry-${n}`, time: at(n), message: `sample ${n}` }] };
    return { body: "", told: { log } };
  },
};

/**
 * In: a function, and the message's number from 1. Out: the message, "message-1" and so on, each another event. `data`: what the handler shall get of it, for all kinds but where a body is the sender's own
 * text or bytes: that. Throws `invalid-definition` for data that are not of the kind, and for a function that no message reaches.
 */
export function sampleMessage(fn: AnyFunction, n: number, data?: unknown): Published {
  if (fn.kind === "http") throw new IsobarError("invalid-definition", `${fn.source.method} ${fn.source.path} is answered: no message reaches it`);
  return { id: `message-${n}`, ...(samples[fn.kind] as (fn: Consumer, n: number, data: unknown) => Sample<AsynchronousKind>)(fn, n, data) };
}
