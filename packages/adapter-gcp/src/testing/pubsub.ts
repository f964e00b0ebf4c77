/** Pub/Sub's half of its four forms, and the message that other services put into one. */
import type { Malformed, NeutralMessage } from "@isobar/core/adapter";
import type { PubsubMessage, PubsubPush } from "../native.ts";
import { agent, bytesOf, posting } from "./calls.ts";
import type { HttpCall } from "./exchange.ts";

/** What of a message is another service's: by default its own body and no attributes. */
export interface Content {
  readonly data?: string | Uint8Array;
  readonly attributes?: Readonly<Record<string, string>>;
}
/** A message as the broker holds it. */
export function pubsubMessage({ id, body, enqueuedAt, group, attribute }: NeutralMessage<unknown>, { data = body, attributes = {} }: Content = {}): PubsubMessage {
  const all = { ...attributes, ...(attribute === undefined ? {} : { isobar: attribute }) };
  return { data: Buffer.from(data as Uint8Array).toString("base64"), ...(Object.keys(all).length === 0 ? {} : { attributes: all }), messageId: id, publishTime: new Date(enqueuedAt).toISOString(), ...(group === undefined ? {} : { orderingKey: group }) };
}
const jsonBody = (value: unknown): HttpCall => posting(typeof value === "string" ? value : JSON.stringify(value), [["content-type", "application/json"], agent]);

/** https://cloud.google.com/pubsub/docs/push#receive_push; the attempt is told where there is a dead-letter policy. */
export const pushCall = (message: NeutralMessage<unknown>, source: string, content?: Content): HttpCall =>
  jsonBody({ subscription: `projects/p/subscriptions/${source}`, ...(message.attempt === undefined ? {} : { deliveryAttempt: message.attempt }), message: pubsubMessage(message, content) } satisfies PubsubPush);

/** https://cloud.google.com/pubsub/docs/payload-unwrapping */
export const unwrappedCall = ({ id, body, enqueuedAt, group, attribute }: NeutralMessage<unknown>, source: string): HttpCall =>
  posting(body, [
    ["x-goog-pubsub-subscription-name", `projects/p/subscriptions/${source}`],
    ["x-goog-pubsub-message-id", id],
    ["x-goog-pubsub-publish-time", new Date(enqueuedAt).toISOString()],
    ...(group === undefined ? [] : [["x-goog-pubsub-ordering-key", group] as const]),
    ...(attribute === undefined ? [] : [["isobar", attribute] as const]),
    agent,
  ]);

/** https://cloud.google.com/eventarc/docs/cloudevents#pubsub, in binary mode, as Eventarc posts it. */
export const publishedCall = (message: NeutralMessage<unknown>, source: string): HttpCall =>
  posting(JSON.stringify({ subscription: `projects/p/subscriptions/${source}`, message: pubsubMessage(message) }), [
    ["content-type", "application/json"],
    ["ce-specversion", "1.0"],
    ["ce-id", message.id],
    ["ce-source", `//pubsub.googleapis.com/projects/p/topics/${source}`],
    ["ce-type", "google.cloud.pubsub.topic.v1.messagePublished"],
    ["ce-time", new Date(message.enqueuedAt).toISOString()],
    agent,
  ]);

/** https://cloud.google.com/functions/1stgendocs/calling/pubsub#event_structure */
export function backgroundCall(message: NeutralMessage<unknown>, source: string): HttpCall {
  const { data, attributes, messageId: eventId, publishTime: timestamp } = pubsubMessage(message);
  const resource = { service: "pubsub.googleapis.com", name: `projects/p/topics/${source}`, type: "type.googleapis.com/google.pubsub.v1.PubsubMessage" };
  return jsonBody({ context: { eventId, timestamp, eventType: "google.pubsub.topic.publish", resource }, data: { "@type": resource.type, data, ...(attributes === undefined ? {} : { attributes }) } });
}

const parsed = (call: HttpCall): unknown => {
  try {
    return JSON.parse(Buffer.from(bytesOf(call)).toString("utf8"));
  } catch {
    // A malformed push has no id; what became of it still counts.
    return undefined;
  }
};
export const pushId = (call: HttpCall): string => (parsed(call) as Partial<PubsubPush> | null | undefined)?.message?.messageId ?? "";
export const backgroundId = (call: HttpCall): string => (parsed(call) as { readonly context?: { readonly eventId?: string } } | null | undefined)?.context?.eventId ?? "";
export const headerId =
  (name: string) =>
  ({ headers }: HttpCall): string =>
    headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";

export const malformedPushes: readonly Malformed[] = [
  { why: "JSON that is none", native: jsonBody("{") },
  { why: "null", native: jsonBody("null") },
  { why: "no message", native: jsonBody('{"subscription":"projects/p/subscriptions/s"}') },
  { why: "an unwrapped message", native: jsonBody('{"n":1}') },
  { why: "a background event", native: jsonBody('{"context":{"eventId":"1"},"data":{"data":"e30="}}') },
  { why: "data that is not base64", native: jsonBody('{"subscription":"s","message":{"messageId":"1","data":"***"}}') },
  { why: "no messageId", native: jsonBody('{"subscription":"s","message":{"data":"e30="}}') },
];
export const malformedUnwrapped: readonly Malformed[] = [
  { why: "without metadata", native: jsonBody('{"n":1}') },
  { why: "a wrapped push", native: jsonBody('{"subscription":"s","message":{"messageId":"1","data":"e30="}}') },
];
const event = (type: string, data: unknown) => JSON.stringify({ specversion: "1.0", id: "1", source: "//x", type, datacontenttype: "application/json", data });
const structured = (text: string): HttpCall => posting(text, [["content-type", "application/cloudevents+json"], agent]);
/** Requests that hold no CloudEvent, or one of a type that no kind but `bus` takes. */
export const malformedEvents: readonly Malformed[] = [
  { why: "JSON that is none", native: structured("{") },
  { why: "no CloudEvent", native: structured('{"n":1}') },
  { why: "no content type and no ce-specversion", native: jsonBody(event("google.cloud.storage.object.v1.finalized", {})) },
  { why: "another format", native: posting("x", [["content-type", "application/cloudevents+protobuf"]]) },
  { why: "a time that is none", native: structured('{"specversion":"1.0","id":"1","source":"s","type":"t","time":"now"}') },
];
export const foreignEvents: readonly Malformed[] = [
  ...malformedEvents,
  { why: "an event of another service", native: structured(event("google.firebase.auth.user.v1.created", {})) },
];
export const malformedPublished: readonly Malformed[] = [
  ...foreignEvents,
  { why: "no message", native: structured(event("google.cloud.pubsub.topic.v1.messagePublished", {})) },
  { why: "data that is not base64", native: structured(event("google.cloud.pubsub.topic.v1.messagePublished", { message: { messageId: "1", data: "***" } })) },
];
export const malformedBackground: readonly Malformed[] = [
  { why: "JSON that is none", native: jsonBody("{") },
  { why: "a wrapped push", native: jsonBody('{"subscription":"s","message":{"messageId":"1","data":"e30="}}') },
  { why: "an event of another service", native: jsonBody('{"context":{"eventId":"1","eventType":"providers/firebase.auth/eventTypes/user.create"},"data":{"data":"e30="}}') },
  { why: "no eventId", native: jsonBody('{"context":{"eventType":"google.pubsub.topic.publish"},"data":{"data":"e30="}}') },
];
