/** A message of Pub/Sub inside an event of someone else's: Eventarc's, or the first generation of functions'. */
import type { Item, MessageCodec } from "@isobar/core/adapter";
import type { BackgroundEvent, CloudEvent, PubsubMessage } from "../native.ts";
import { background } from "./background.ts";
import { eventOf } from "./cloudevent.ts";
import { itemOf, type Reads } from "./pubsub.ts";
import { answer, instantOf, isObject, requestOf, wrongEnvelope, type PushAnswer } from "./request.ts";

/** https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/pubsub/v1/data.proto */
/* @__NO_SIDE_EFFECTS__ */
export const publishedEvent = <Told = undefined>(reads: Reads<Told> = () => ({})): MessageCodec<CloudEvent, PushAnswer, Told> => ({
  decode(native) {
    const { event } = eventOf(requestOf(native));
    const { id, type, time, data } = event;
    if (type !== "google.cloud.pubsub.topic.v1.messagePublished" || !isObject(data) || !isObject(data.message)) throw wrongEnvelope(`no published message: the event is ${JSON.stringify(type)}, or has no message`);
    return { native: event, items: [itemOf(data.message as unknown as PubsubMessage, { id, attempt: data.deliveryAttempt, publishedAt: instantOf(time), record: event }, reads)] };
  },
  encode: answer,
});

const types: ReadonlySet<string> = /* @__PURE__ */ new Set(["google.pubsub.topic.publish", "providers/cloud.pubsub/eventTypes/topic.publish"]);
/** https://cloud.google.com/functions/1stgendocs/calling/pubsub#event_structure: the message's own id and time are the context's. */
/* @__NO_SIDE_EFFECTS__ */
export const publishedBackground = <Told = undefined>(reads: Reads<Told> = () => ({})): MessageCodec<BackgroundEvent, PushAnswer, Told> =>
  background(({ id, type, happenedAt, data, record }): Item<Told> => {
    if (!types.has(type)) throw wrongEnvelope(`no published message: the event is ${JSON.stringify(type)}`);
    const { data: base64, attributes } = data as { readonly data?: string; readonly attributes?: Readonly<Record<string, string>> };
    return itemOf({ messageId: id, ...(base64 === undefined ? {} : { data: base64 }), ...(attributes === undefined ? {} : { attributes }) }, { attempt: undefined, publishedAt: happenedAt, record }, reads);
  });
