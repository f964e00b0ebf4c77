/**
 * CloudEvents as Eventarc posts them and as Pub/Sub carries them.
 *
 * Over HTTP (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping): the content
 * type says which mode it is, `application/cloudevents+json` structured, `application/cloudevents-batch+json` a batch, anything else binary,
 * with attributes in `ce-*` headers, percent-encoded (§3.1.3.2). Neither the attempt nor the time of the hand-over is told.
 *
 * Over Pub/Sub (https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md#3-pubsub-message-mapping): the attribute
 * `content-type` says the same, attributes are `ce-*` without any encoding, and there are no batches. What our own relay published
 * (runtime/relay.ts) is in structured mode; its attribute `isobar` says so, being the only one that it has.
 *
 * An event whose attributes no header can hold (a document's name that ends with a space) Eventarc posts as the push that it travelled in, and
 * says so in the query, `__GCP_CloudEventsMode=CE_PUBSUB_BINDING` (https://github.com/GoogleCloudPlatform/functions-framework-nodejs, its tests of that binding).
 *
 * Only native(): extensions, `dataschema`, other headers and attributes (traceparent among them).
 */
import { binaryCloudEventOf, cloudEventOf, IsobarError, strictTextOf, unreadableBody, type CloudEvent, type Item, type MessageCodec } from "@isobar/core/adapter";
import { pushOf, type More, type ReadMessage } from "./pubsub.ts";
import { answer, bodyIn, bytesInBase64, contentOf, envelopeOf, headersOf, isObject, requestOf, wrongEnvelope, type JsonObject, type PushAnswer, type RawRequest } from "./request.ts";

/** An event, and its text in the JSON format, which is all of it. */
export interface ReadEvent {
  readonly event: CloudEvent;
  readonly text: string;
  /** Data that are not what their content type says; the event then holds their bytes. */
  readonly unreadable?: IsobarError;
}
const isJson = (mediaType: string | undefined): boolean => /^[^;]*[/+]json\s*(?:;|$)/i.test(mediaType ?? "");

/** A binary event in the JSON format; JSON data stand in it to the letter. */
function structuredText(attributes: Readonly<Record<string, string>>, mediaType: string | undefined, data: Uint8Array<ArrayBuffer>): string {
  const { datacontenttype: _, ...rest } = attributes;
  const text = JSON.stringify({ ...rest, datacontenttype: mediaType }).slice(0, -1);
  if (data.length === 0) return `${text}}`;
  if (isJson(mediaType)) return `${text},"data":${strictTextOf(data)}}`;
  const base64 = JSON.stringify(Buffer.from(data).toString("base64"));
  // Version 0.3 spells it its own way: https://github.com/cloudevents/spec/blob/v0.3/spec.md#datacontentencoding
  return attributes.specversion === "0.3" ? `${text},"datacontentencoding":"base64","data":${base64}}` : `${text},"data_base64":${base64}}`;
}
/** §3.1.3.2: quotes first, then percents. What is no sequence of UTF-8 stays as it came. */
function headerText(value: string): string {
  const unquoted = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    return unquoted;
  }
}
/** In: headers or attributes by name, and how their values are read. */
function binaryOf(entries: Iterable<readonly [string, string]>, read: (value: string) => string, contentType: string | undefined, data: Uint8Array<ArrayBuffer>): ReadEvent {
  const attributes: Record<string, string> = Object.fromEntries([...entries].flatMap(([name, value]) => (name.startsWith("ce-") ? [[name.slice(3), read(value)]] : [])));
  const mediaType = contentType ?? attributes.datacontenttype;
  const event = binaryCloudEventOf(attributes, mediaType, new Uint8Array());
  try {
    return { event: binaryCloudEventOf(attributes, mediaType, data), text: structuredText(attributes, mediaType, data) };
  } catch (error) {
    // The attributes were sound: it is the data.
    return { event: { ...event, data }, text: structuredText(attributes, undefined, data), unreadable: unreadableBody((error as Error).message, error) };
  }
}
/** One of a batch. JSON can be nested deeper than it can be written again. */
function oneOf(json: unknown): ReadEvent {
  const event = cloudEventOf(json);
  try {
    return { event, text: JSON.stringify(json) };
  } catch (cause) {
    throw wrongEnvelope("no CloudEvent: it is nested too deep", cause);
  }
}

const boundForm = /[?&]__GCP_CloudEventsMode=CE_PUBSUB_BINDING(?:&|$)/;
/** The event of a push that is posted as it is. */
function boundOf(request: RawRequest): ReadEvent {
  const { attributes = {}, data = "" } = pushOf(request).message;
  const bytes = bytesInBase64(data);
  if (bytes === undefined || !Object.values(attributes).every((each) => typeof each === "string")) throw wrongEnvelope("no CloudEvent in the push: its data are not base64, or its attributes no texts");
  return binaryOf(Object.entries(attributes), (value) => value, Object.hasOwn(attributes, "content-type") ? attributes["content-type"] : undefined, bytes);
}
/** The one event of a request. Throws `invalid-native-event` for what is none. */
export function eventOf(request: RawRequest): ReadEvent {
  const headers = headersOf(request);
  const mediaType = headers.get("content-type");
  if (!/^application\/cloudevents/i.test(mediaType ?? "")) {
    if (!headers.has("ce-specversion") && boundForm.test(request.url ?? "")) return boundOf(request);
    if (!headers.has("ce-specversion")) throw wrongEnvelope("no CloudEvent: the content type is not application/cloudevents+json, and there is no header ce-specversion");
    return binaryOf(headers, headerText, mediaType, bodyIn(request));
  }
  if (!/^application\/cloudevents(?:\+json)?\s*(?:;|$)/i.test(mediaType!)) throw wrongEnvelope(`no CloudEvent that can be read: ${mediaType} is not application/cloudevents+json`);
  const { text, json } = envelopeOf(request, "CloudEvent");
  return { event: cloudEventOf(json), text };
}
/** The events of a request, of which a batch has any number. */
export function eventsOf(request: RawRequest): readonly ReadEvent[] {
  if (!/^application\/cloudevents-batch\+json\s*(?:;|$)/i.test(headersOf(request).get("content-type") ?? "")) return [eventOf(request)];
  const { json } = envelopeOf(request, "batch of CloudEvents");
  if (!Array.isArray(json)) throw wrongEnvelope("no batch of CloudEvents: it is no list");
  return json.map(oneOf);
}

/** What a kind makes of an event. Throws `invalid-native-event` for one of another type than it is subscribed to. */
export type ReadsEvent<Told> = (event: CloudEvent) => Omit<More<Told>, "id" | "body">;

const thrown = (error: IsobarError) => (): never => {
  throw error;
};
/** The one event of a Pub/Sub message: a message that is none is rejected, not come again for ever. */
export function carried<Told>(message: ReadMessage, reads: ReadsEvent<Told>): More<Told> {
  try {
    const { event, unreadable } = pubsubEventOf(message);
    return { id: event.id, ...reads(event), ...(unreadable && { told: thrown(unreadable) }), body: message.text };
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    return { body: message.text, told: thrown(unreadableBody(`no event of this kind: ${error.message}`, error)) };
  }
}
/** What the attribute of our own says that the data are; `undefined` where it says nothing, or is not ours to read. */
function carriesIn(attributes: ReadMessage["attributes"]): string | undefined {
  try {
    const { carries } = JSON.parse(Object.hasOwn(attributes, "isobar") ? attributes.isobar! : "{}") as { readonly carries?: unknown };
    return typeof carries === "string" ? carries : undefined;
  } catch {
    return undefined;
  }
}
function pubsubEventOf({ attributes, data }: ReadMessage): Omit<ReadEvent, "text"> {
  const mediaType = Object.hasOwn(attributes, "content-type") ? attributes["content-type"] : carriesIn(attributes);
  if (!/^application\/cloudevents/i.test(mediaType ?? "")) return binaryOf(Object.entries(attributes), (value) => value, mediaType, data);
  if (!/^application\/cloudevents(?:\+json)?\s*(?:;|$)/i.test(mediaType!)) throw wrongEnvelope(`${mediaType} is not application/cloudevents+json`);
  return { event: cloudEventOf(contentOf(data, "CloudEvent")) };
}

function eventItem<Told>({ event, text, unreadable }: ReadEvent, reads: ReadsEvent<Told>): Item<Told> {
  const { group, ...more } = reads(event);
  return { id: event.id, deliveries: [{ id: event.id, attempt: undefined, group, enqueuedAt: undefined, body: text, attribute: undefined, record: event, ...more, ...(unreadable && { told: thrown(unreadable) }) }] };
}
/** Posted events of one kind. `events`: `eventsOf` where batches come too. */
/* @__NO_SIDE_EFFECTS__ */
export const posted = <Told>(reads: ReadsEvent<Told>, events: (request: RawRequest) => readonly ReadEvent[] = (request) => [eventOf(request)]): MessageCodec<readonly CloudEvent[], PushAnswer, Told> => ({
  decode(native) {
    const read = events(requestOf(native));
    return { native: read.map(({ event }) => event), items: read.map((each) => eventItem(each, reads)) };
  },
  encode: answer,
});

/** An event's data as a JSON object, also where they came as bytes. Throws `invalid-input` for what is none. */
export function jsonDataOf({ data, datacontenttype }: CloudEvent, what: string): JsonObject {
  const json = data instanceof Uint8Array && (datacontenttype === undefined || isJson(datacontenttype)) ? contentOf(new Uint8Array(data), what) : data;
  if (!isObject(json) || json instanceof Uint8Array) throw unreadableBody(`no ${what}: the event's data are no JSON object`);
  return json;
}
