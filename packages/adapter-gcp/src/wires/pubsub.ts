/**
 * A message of Pub/Sub, in the two forms that its push subscriptions post.
 *
 * Wrapped (https://cloud.google.com/pubsub/docs/push#receive_push):
 * | Isobar        | native                                                                                                    |
 * |---------------|-----------------------------------------------------------------------------------------------------------|
 * | id            | the attribute `isobar`'s id, else message.messageId                                                       |
 * | attempt       | deliveryAttempt, which comes only with a dead-letter policy on the subscription                           |
 * | group         | message.orderingKey                                                                                       |
 * | enqueuedAt    | message.publishTime, to the millisecond                                                                   |
 * | body          | message.data, base64; a message with attributes alone has none, which is an empty body                    |
 * | attribute     | message.attributes.isobar                                                                                 |
 * | only native() | subscription, other attributes, the digits of publishTime beyond milliseconds                             |
 * A push has messageId and publishTime, and the same again as message_id and publish_time; in older editions of that page these are alone.
 * The emulator's pushes have no publishTime; they are read all the same (GoogleCloudPlatform/functions-framework-go#46).
 *
 * Unwrapped with metadata (https://cloud.google.com/pubsub/docs/payload-unwrapping): the body is the data, `x-goog-pubsub-message-id`,
 * `-publish-time` and `-ordering-key` are headers, and so is every attribute under its own name. The attempt is not told; only native():
 * `x-goog-pubsub-subscription-name`, other headers.
 */
import { stableId, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { PubsubMessage, PubsubPush, PubsubUnwrapped } from "../native.ts";
import { answer, bodyIn, bytesInBase64, envelopeOf, headersOf, instantOf, isObject, requestOf, textIn, wrongEnvelope, type PushAnswer, type RawRequest } from "./request.ts";

/** A message whose parts are what they should be. */
export interface ReadMessage {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly orderingKey: string | undefined;
  readonly publishedAt: number | undefined;
  /** As Pub/Sub wrote it, for kinds whose event is more than the data. */
  readonly text: string;
}
/** What a kind tells of a message beside what every message has. */
export type More<Told> = Partial<Pick<Delivery<Told>, "id" | "group" | "body" | "told">>;
/** `undefined`: the message is no event, and is acknowledged. */
export type Reads<Told> = (message: ReadMessage) => More<Told> | undefined;

/** A message as pushes had it at first, and have it still beside the other names. */
type AnyMessage = Partial<PubsubMessage> & { readonly message_id?: string; readonly publish_time?: string };
const isTexts = (value: unknown): value is Readonly<Record<string, string>> => isObject(value) && Object.values(value).every((each) => typeof each === "string");

/** The item of one message. In: the message as JSON, what came around it, and the kind's own reading. */
export function itemOf<Told>(message: AnyMessage, around: { readonly id?: string | undefined; readonly attempt: unknown; readonly publishedAt?: number | undefined; readonly record: unknown }, reads: Reads<Told>): Item<Told> {
  const { data = "", orderingKey, publishTime = message.publish_time } = message;
  const attributes: unknown = message.attributes ?? {};
  const id = textIn(message.messageId ?? message.message_id) ?? around.id;
  const unreadable = (why: string): Item<Told> => ({ id, unreadable: wrongEnvelope(why) });
  if (id === undefined) return unreadable("a message without messageId");
  const bytes = bytesInBase64(data ?? "");
  if (bytes === undefined) return unreadable(`message ${id}: its data is not base64`);
  if (!isTexts(attributes)) return unreadable(`message ${id}: its attributes are not texts by name`);
  const read: ReadMessage = {
    id,
    attributes,
    data: bytes,
    orderingKey: textIn(orderingKey),
    publishedAt: instantOf(publishTime) ?? around.publishedAt,
    text: JSON.stringify({ messageId: id, publishTime: textIn(publishTime), orderingKey: textIn(orderingKey), attributes, data }),
  };
  const more = reads(read);
  return { id, deliveries: more === undefined ? [] : [deliveryOf(read, more, around)] };
}

function deliveryOf<Told>({ id, attributes, data, orderingKey, publishedAt }: ReadMessage, { id: own = id, ...more }: More<Told>, { attempt, record }: { readonly attempt: unknown; readonly record: unknown }): Delivery<Told> {
  const attribute = Object.hasOwn(attributes, "isobar") ? attributes.isobar : undefined;
  return {
    attempt: typeof attempt === "number" && Number.isSafeInteger(attempt) ? attempt : undefined,
    group: orderingKey,
    enqueuedAt: publishedAt,
    body: data,
    ...more,
    id: stableId(own, attribute),
    attribute,
    record,
  };
}

/** What is wrapped in one push. Throws `invalid-native-event` for what is none. */
export function pushOf(request: RawRequest): PubsubPush {
  const { json } = envelopeOf(request, "Pub/Sub push");
  if (!isObject(json) || !isObject(json.message) || typeof json.subscription !== "string") throw wrongEnvelope("no wrapped Pub/Sub push: it has no message and subscription");
  return json as unknown as PubsubPush;
}
const nothingMore = () => ({});

/** Wrapped pushes of one kind. */
/* @__NO_SIDE_EFFECTS__ */
export const wrapped = <Told = undefined>(reads: Reads<Told> = nothingMore): MessageCodec<PubsubPush, PushAnswer, Told> => ({
  decode(native) {
    const push = pushOf(requestOf(native));
    return { native: push, items: [itemOf(push.message, { attempt: push.deliveryAttempt, record: push }, reads)] };
  },
  encode: answer,
});

/** Unwrapped pushes of one kind; without metadata nothing tells one message from another, so they are refused. */
/* @__NO_SIDE_EFFECTS__ */
export const unwrapped = <Told = undefined>(reads: Reads<Told> = nothingMore): MessageCodec<PubsubUnwrapped, PushAnswer, Told> => ({
  decode(native) {
    const request = requestOf(native);
    const headers = headersOf(request);
    const id = headers.get("x-goog-pubsub-message-id");
    if (id === undefined || id === "") throw wrongEnvelope("no unwrapped Pub/Sub push: it has no header x-goog-pubsub-message-id, which comes with --push-no-wrapper-write-metadata");
    const data = bodyIn(request);
    const push: PubsubUnwrapped = { headers: Object.fromEntries(headers), data };
    const message: ReadMessage = { id, attributes: push.headers, data, orderingKey: textIn(headers.get("x-goog-pubsub-ordering-key")), publishedAt: instantOf(headers.get("x-goog-pubsub-publish-time")), text: "" };
    const more = reads(message);
    return { native: push, items: [{ id, deliveries: more === undefined ? [] : [deliveryOf(message, more, { attempt: undefined, record: push })] }] };
  },
  encode: answer,
});
