/**
 * Events as the first generation of functions had them: `{ context: { eventId, timestamp, eventType, resource }, data }`, or the older flat
 * `{ eventId, timestamp, eventType, resource, data }`, whose resource is a text
 * (https://cloud.google.com/functions/1stgendocs/writing/write-event-driven-functions#background-functions).
 */
import type { Item, MessageCodec } from "@isobar/core/adapter";
import type { BackgroundEvent } from "../native.ts";
import { answer, envelopeOf, instantOf, isObject, requestOf, textIn, wrongEnvelope, type JsonObject, type PushAnswer, type RawRequest } from "./request.ts";

export interface ReadBackground {
  readonly id: string;
  readonly type: string;
  /** As it was sent. */
  readonly time: string | undefined;
  readonly happenedAt: number | undefined;
  /** The resource's name. */
  readonly resource: string | undefined;
  readonly data: JsonObject;
  readonly record: BackgroundEvent;
  /** The whole event, as it was sent. */
  readonly text: string;
}

/** The event of a request. Throws `invalid-native-event` for what is none. */
export function backgroundOf(request: RawRequest): ReadBackground {
  const { text, json } = envelopeOf(request, "background event");
  if (!isObject(json)) throw wrongEnvelope("no background event: it is no object");
  const context = json.context ?? json;
  if (!isObject(context) || !isObject(json.data)) throw wrongEnvelope("no background event: it has no context and data");
  const { eventId, eventType, timestamp, resource } = context;
  const id = textIn(eventId);
  const type = textIn(eventType);
  if (id === undefined || type === undefined) throw wrongEnvelope("no background event: it has no eventId and eventType");
  return {
    id,
    type,
    time: textIn(timestamp),
    happenedAt: instantOf(timestamp),
    resource: textIn(isObject(resource) ? resource.name : resource),
    data: json.data,
    record: json as unknown as BackgroundEvent,
    text,
  };
}

/** Background events of one kind. `reads` throws `invalid-native-event` for one of another type than it is subscribed to. */
/* @__NO_SIDE_EFFECTS__ */
export const background = <Told = undefined>(reads: (event: ReadBackground) => Item<Told>): MessageCodec<BackgroundEvent, PushAnswer, Told> => ({
  decode(native) {
    const event = backgroundOf(requestOf(native));
    return { native: event.record, items: [reads(event)] };
  },
  encode: answer,
});
