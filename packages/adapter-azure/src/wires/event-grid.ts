/**
 * Event Grid's events: CloudEvents 1.0 (https://learn.microsoft.com/azure/event-grid/cloud-event-schema) or its own schema
 * (https://learn.microsoft.com/azure/event-grid/event-schema), as a Service Bus message each, or handed over by `app.eventGrid`.
 *
 * | Isobar        | CloudEvents          | Event Grid schema                                          |
 * |---------------|----------------------|------------------------------------------------------------|
 * | id            | id                   | id                                                         |
 * | time          | time                 | eventTime                                                  |
 * | subject       | subject              | subject                                                    |
 * | source, type  | source, type         | topic, eventType                                           |
 * | data          | data, data_base64    | data: any JSON value, or none                              |
 * | only native() | extensions           | dataVersion, metadataVersion                               |
 *
 * Settlement by `app.eventGrid`: the host answers Event Grid with an error when the handler throws, and the event is delivered again
 * (https://learn.microsoft.com/azure/event-grid/delivery-and-retry). The attempt number is told to Service Bus only.
 */
import { cloudEventOf, IsobarError, stableId, strictTextOf, unreadableBody, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { EventGridRecord } from "../native.ts";
import { isFields, isText, millisecondsOf, together, unreadable, wrong } from "./handed.ts";
import type { DeliveriesIn } from "./service-bus.ts";

export interface GridEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** RFC 3339. */
  readonly time: string | undefined;
  readonly data: unknown;
}
/** What an event tells of one kind, or why it is none of that kind. */
export type ToldBy<Told> = (event: GridEvent) => Told | string;

/** In: parsed JSON. Throws `invalid-native-event` for what is no event of Event Grid's own schema. */
export function gridEventOf(value: unknown): GridEvent {
  if (!isFields(value)) throw wrong("no event of Event Grid's schema: it is no object");
  const { id, topic, eventType, eventTime, subject, data } = value;
  if (!isText(id) || !isText(topic) || !isText(eventType)) throw wrong('no event of Event Grid\'s schema: it has no id, topic and eventType; an event with "specversion" is in the CloudEvents schema');
  if (millisecondsOf(eventTime) === undefined) throw wrong(`no event of Event Grid's schema: eventTime is ${JSON.stringify(eventTime)}`);
  return { id, source: topic, type: eventType, subject: isText(subject) ? subject : undefined, time: eventTime as string, data: data ?? undefined };
}

/** Edge case 48: what Event Grid says to a subscriber about its subscription; nothing happened to anyone. */
const isControl = ({ type }: GridEvent): boolean => type === "Microsoft.EventGrid.SubscriptionValidationEvent" || type === "Microsoft.EventGrid.SubscriptionDeletedEvent";

function parsed(body: Delivery["body"]): unknown {
  const text = strictTextOf(body);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableBody("not JSON", cause);
  }
}

/** One CloudEvent as the body of a Service Bus message. A body that is none is rejected, and kept. */
/* @__NO_SIDE_EFFECTS__ */
export function cloudEventIn<Told>(toldBy: ToldBy<Told>): DeliveriesIn<Told> {
  return (message) => {
    let event: GridEvent;
    try {
      event = cloudEventOf(parsed(message.body));
    } catch (error) {
      const refused = error instanceof IsobarError && error.code === "invalid-native-event" ? unreadableBody(error.message, error) : error;
      return [{ ...message, told: () => { throw refused; } }];
    }
    if (isControl(event)) return [];
    const told = toldBy(event);
    return [{
      ...message,
      id: stableId(event.id, message.attribute),
      told() {
        if (typeof told === "string") throw unreadableBody(told);
        return told;
      },
    }];
  };
}

function itemOf<Told>(value: unknown, eventOf: (value: unknown) => GridEvent, toldBy: ToldBy<Told>): Item<Told> {
  let event: GridEvent;
  try {
    event = eventOf(value);
  } catch (error) {
    return unreadable(undefined, (error as Error).message);
  }
  const { id } = event;
  if (isControl(event)) return { id, deliveries: [] };
  const told = toldBy(event);
  if (typeof told === "string") return unreadable(id, told);
  return { id, deliveries: [{ id, attempt: undefined, group: undefined, enqueuedAt: undefined, body: JSON.stringify(value), attribute: undefined, record: value as EventGridRecord, told: () => told }] };
}

/** Of `app.eventGrid`: one event, or a list of them with cardinality "many" (edge case 47). Throws `invalid-native-event` for a single one that is none. */
/* @__NO_SIDE_EFFECTS__ */
export function eventGridCodec<Told>(eventOf: (value: unknown) => GridEvent, toldBy: ToldBy<Told>): MessageCodec<unknown, undefined, Told> {
  return {
    decode(native) {
      const { body } = (native ?? {}) as { readonly body?: unknown };
      if (Array.isArray(body)) return { native, items: body.map((each) => itemOf(each, eventOf, toldBy)) };
      const item = itemOf(body, eventOf, toldBy);
      if ("unreadable" in item) throw item.unreadable;
      return { native, items: [item] };
    },
    encode: together,
  };
}
