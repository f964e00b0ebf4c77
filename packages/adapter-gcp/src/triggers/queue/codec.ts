/**
 * Queue on Google Cloud: a Pub/Sub push subscription, wrapped, to an HTTP-signature function that decodes it itself (the CloudEvent
 * signature loses the delivery attempt). https://cloud.google.com/pubsub/docs/push#receive_push
 *
 * | Isobar        | native                                                                                                    |
 * |---------------|-----------------------------------------------------------------------------------------------------------|
 * | id            | the attribute `isobar`'s id, else message.messageId                                                       |
 * | attempt       | deliveryAttempt, which comes only with a dead-letter policy on the subscription                           |
 * | group         | message.orderingKey                                                                                       |
 * | enqueuedAt    | message.publishTime, to the millisecond                                                                   |
 * | body          | message.data, base64; a message with attributes alone has none, which is an empty body                    |
 * | attribute     | message.attributes.isobar                                                                                 |
 * | only native() | subscription, other attributes, the digits of publishTime beyond milliseconds                             |
 *
 * Settlement: 204 acknowledges; every status but 102, 200, 201, 202 and 204 brings the message again. Limit: 10 MB.
 */
import { IsobarError, stableId, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";

export interface PushAnswer {
  readonly status: 204 | 500;
}
/** The part of the framework's request that is read. */
export interface PushRequest {
  readonly rawBody?: Uint8Array | undefined;
}

/** One class, not groups of four: V8's stack does not hold a group's repetitions in 10 MB. */
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

function pushOf({ rawBody }: PushRequest): PubsubPush {
  let push: unknown;
  try {
    push = JSON.parse(Buffer.from(rawBody ?? []).toString("utf8"));
  } catch (cause) {
    throw new IsobarError("invalid-native-event", "no Pub/Sub push: the body is not JSON", { cause });
  }
  const { message, subscription } = (typeof push === "object" && push !== null ? push : {}) as Partial<PubsubPush>;
  if (typeof message !== "object" || message === null || typeof subscription !== "string") throw new IsobarError("invalid-native-event", "no wrapped Pub/Sub push: it has no message and subscription");
  return push as PubsubPush;
}

function itemOf(push: PubsubPush): Item {
  const { messageId, data = "", attributes, publishTime, orderingKey } = push.message;
  const id = typeof messageId === "string" && messageId !== "" ? messageId : undefined;
  if (id === undefined) return { id, unreadable: new IsobarError("invalid-native-event", "a message without messageId") };
  if (typeof data !== "string" || !isBase64(data)) return { id, unreadable: new IsobarError("invalid-native-event", `message ${id}: its data is not base64`) };
  const published = typeof publishTime === "string" ? Date.parse(publishTime) : Number.NaN;
  const attribute = typeof attributes?.isobar === "string" ? attributes.isobar : undefined;
  return {
    id,
    deliveries: [
      {
        id: stableId(id, attribute),
        attempt: typeof push.deliveryAttempt === "number" ? push.deliveryAttempt : undefined,
        group: typeof orderingKey === "string" && orderingKey !== "" ? orderingKey : undefined,
        enqueuedAt: Number.isNaN(published) ? undefined : published,
        body: new Uint8Array(Buffer.from(data, "base64")),
        attribute,
        record: push,
      },
    ],
  };
}

export const push: MessageCodec<PubsubPush, PushAnswer> = {
  decode(native) {
    const known = pushOf((native ?? {}) as PushRequest);
    return { native: known, items: [itemOf(known)] };
  },
  encode: ([outcome]) => ({ respond: { status: outcome?.then === "done" ? 204 : 500 } }),
};
