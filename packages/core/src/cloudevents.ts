/**
 * CloudEvents 1.0 and 0.3 as they travel: the JSON format
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md) and the binary mode, attributes beside the data
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode).
 */
import { IsobarError } from "./errors.ts";

export interface CloudEvent {
  readonly specversion: "1.0" | "0.3";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** RFC 3339, as it was sent. */
  readonly time: string | undefined;
  readonly datacontenttype: string | undefined;
  /** A JSON value, text, or bytes; `undefined` where the event has none. */
  readonly data: unknown;
  /** Every other attribute, as it was sent. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

const wrong = (why: string): never => {
  throw new IsobarError("invalid-native-event", `no CloudEvent: ${why}`);
};
/** RFC 3339 §5.6: seconds and a whole offset are not optional. */
const timeForm = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** RFC 2046 as RFC 6838 names it: type "/" subtype, then parameters. */
const mediaForm = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;.*)?$/s;
const isJson = (mediaType: string): boolean => /^[\w!#$&^.+-]+\/(?:json|[\w!#$&^.+-]*\+json)\s*(?:;|$)/i.test(mediaType);
const base64Form = /^[A-Za-z0-9+/]*={0,2}$/;

function bytesIn(base64: unknown): Uint8Array<ArrayBuffer> {
  if (typeof base64 !== "string" || base64.length % 4 !== 0 || !base64Form.test(base64)) return wrong("data is no base64");
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

type Attributes = Readonly<Record<string, unknown>>;
const named: ReadonlySet<string> = /* @__PURE__ */ new Set(["specversion", "id", "source", "type", "subject", "time", "datacontenttype"]);

/** Context attributes, checked: what must be there is, and what is there is not empty. A null is absent. */
function attributesOf(all: Attributes): Omit<CloudEvent, "data" | "extensions"> {
  const text = (name: string, required: boolean): string | undefined => {
    const value = all[name];
    if (value === undefined || value === null) return required ? wrong(`it has no ${name}`) : undefined;
    if (typeof value !== "string" || value === "") return wrong(`${name} is ${value === "" ? "empty" : "no text"}`);
    return value;
  };
  const specversion = text("specversion", true)!;
  if (specversion !== "1.0" && specversion !== "0.3") wrong(`specversion ${JSON.stringify(specversion)} is neither "1.0" nor "0.3"`);
  const time = text("time", false);
  if (time !== undefined && (!timeForm.test(time) || Number.isNaN(Date.parse(time)))) wrong(`time ${JSON.stringify(time)} is not RFC 3339`);
  const datacontenttype = text("datacontenttype", false);
  if (datacontenttype !== undefined && !mediaForm.test(datacontenttype)) wrong(`datacontenttype ${JSON.stringify(datacontenttype)} is no media type`);
  return { specversion: specversion as "1.0", id: text("id", true)!, source: text("source", true)!, type: text("type", true)!, subject: text("subject", false), time, datacontenttype };
}
const extensionsOf = (all: Attributes, besides: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(all).filter(([name, value]) => !named.has(name) && !besides.includes(name) && value !== undefined && value !== null));

/** Structured mode. In: the parsed JSON of one event. Throws `invalid-native-event` for what is none. */
export function cloudEventOf(value: unknown): CloudEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("it is no object");
  const all = value as Attributes;
  const attributes = attributesOf(all);
  const { data, data_base64: base64, datacontentencoding: encoding } = all;
  const extensions = extensionsOf(all, ["data", attributes.specversion === "0.3" ? "datacontentencoding" : "data_base64"]);
  if (attributes.specversion === "0.3") {
    // Of data that are no text it is ignored: https://github.com/cloudevents/spec/blob/v0.3/spec.md#datacontentencoding
    if (encoding === undefined || encoding === null || typeof data !== "string") return { ...attributes, data: data ?? undefined, extensions };
    const scheme = String(encoding).toLowerCase();
    // These three name no encoding, and case does not matter: https://www.rfc-editor.org/rfc/rfc2045#section-6.1
    if (scheme === "7bit" || scheme === "8bit" || scheme === "binary") return { ...attributes, data, extensions };
    if (scheme !== "base64") return wrong(`datacontentencoding ${JSON.stringify(encoding)} is neither "base64" nor no encoding`);
    return { ...attributes, data: dataOf(bytesIn(data), attributes.datacontenttype), extensions };
  }
  if (base64 === undefined || base64 === null) return { ...attributes, data: data ?? undefined, extensions };
  if (data !== undefined && data !== null) return wrong("it has both data and data_base64");
  return { ...attributes, data: bytesIn(base64), extensions };
}

/** The batch format: a list of events, one by one; a single event is a list of one. Throws `invalid-native-event` where one of them is none. */
export const cloudEventsOf = (value: unknown): readonly CloudEvent[] => (Array.isArray(value) ? value.map(cloudEventOf) : [cloudEventOf(value)]);

/** Bytes by their media type: JSON parsed, text as text, anything else as it is. */
function dataOf(bytes: Uint8Array<ArrayBuffer>, mediaType: string | undefined): unknown {
  if (bytes.length === 0) return undefined;
  const json = mediaType !== undefined && isJson(mediaType);
  if (!json && !/^text\//i.test(mediaType ?? "")) return bytes;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return wrong(`its data is ${mediaType} and not UTF-8`);
  }
  if (!json) return text;
  try {
    return JSON.parse(text);
  } catch {
    return wrong(`its data is ${mediaType} and not JSON`);
  }
}

/**
 * Binary mode. In: the attributes without their prefix (lower-case names), the media type beside them, and the data's bytes. Throws
 * `invalid-native-event` for what is no event.
 */
export function binaryCloudEventOf(attributes: Readonly<Record<string, string>>, mediaType: string | undefined, bytes: Uint8Array<ArrayBuffer>): CloudEvent {
  const known = attributesOf({ ...attributes, datacontenttype: mediaType });
  return { ...known, data: dataOf(bytes, mediaType), extensions: extensionsOf(attributes, []) };
}
