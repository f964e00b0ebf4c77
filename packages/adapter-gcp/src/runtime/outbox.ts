/**
 * Effects through Pub/Sub. A channel's address is in the unit's environment: queue "orders-failed" is `ISOBAR_QUEUE_ORDERS_FAILED`, topic "news" `ISOBAR_TOPIC_NEWS`, each
 * "projects/P/topics/T". The body goes as it is, the attribute as `isobar`, the key as ordering key.
 *
 * Pub/Sub drops no duplicates: `deduplicationId` becomes the event's id, which whoever receives it tells repeats by. It delays no message: `afterMs` is refused.
 */
import { IsobarError, type ChannelName, type Effect, type Outbox } from "@isobar/core/adapter";
import { maxAttributeBytes, pubsub, type Publishable, type Pubsub } from "../client/pubsub.ts";
import { metadataToken } from "../client/token.ts";

function topicOf({ resource, name }: ChannelName): string {
  const variable = `ISOBAR_${resource}_${name.replaceAll("-", "_")}`.toUpperCase();
  const topic = process.env[variable] ?? "";
  if (!/^projects\/[^/]+\/topics\/[^/]+$/.test(topic)) throw new IsobarError("send-failed", `${resource} "${name}": the environment has no ${variable} that reads "projects/…/topics/…"`);
  return topic;
}

const ellipsis = "…";
const bytesOf = (attribute: object): number => Buffer.byteLength(JSON.stringify(attribute));
/**
 * A dead letter's attribute as Pub/Sub takes it: where it is longer than an attribute may be, its `reason` is cut, visibly, by a "…" at its end; all else stays. One that is
 * too long without any reason stays too long.
 */
export function shortened(attribute: string): string {
  if (Buffer.byteLength(attribute) <= maxAttributeBytes) return attribute;
  const told = JSON.parse(attribute) as { readonly reason?: unknown };
  if (typeof told.reason !== "string") return attribute;
  let roomBytes = maxAttributeBytes - bytesOf({ ...told, reason: ellipsis });
  let reason = "";
  for (const character of told.reason) {
    // As JSON spells it, without its quotes: a quote takes two bytes, a line break too, "ü" two.
    roomBytes -= Buffer.byteLength(JSON.stringify(character)) - 2;
    if (roomBytes < 0) break;
    reason += character;
  }
  return JSON.stringify({ ...told, reason: `${reason}${ellipsis}` });
}

/** What is sent beside the body. A message without data needs an attribute (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage): one that says nothing but the version. */
function attributeOf(effect: Extract<Effect, { readonly do: "send" | "dead-letter" }>): string | undefined {
  if (effect.do === "dead-letter") return shortened(effect.attribute);
  const { attribute, deduplicationId: id, body } = effect;
  if (id !== undefined) return JSON.stringify({ v: 1, ...(attribute === undefined ? {} : (JSON.parse(attribute) as object)), id });
  return attribute ?? (body.length === 0 ? '{"v":1}' : undefined);
}

let client: Pubsub | undefined;
/**
 * Rejects with `send-failed` for a channel without an address and for a delay, with `payload-too-large` for what Pub/Sub does not take, with `unsupported` for effects that no plan of
 * this cloud asks for; with the signal's reason, or an Error that names the call and its status, where the call failed.
 */
export const outbox: Outbox = {
  async perform(effect, signal) {
    if (effect.do === "postpone" || effect.do === "requeue") throw new IsobarError("unsupported", `${effect.do}: a push subscription can neither hide one message for a while nor take one back`);
    const { resource, name } = effect.to;
    if (effect.do === "send" && (effect.afterMs ?? 0) > 0) throw new IsobarError("send-failed", `${resource} "${name}": Pub/Sub delays no message, and ${effect.afterMs} ms were asked for`);
    const topic = topicOf(effect.to);
    const attribute = attributeOf(effect);
    const message: Publishable = { data: effect.body, ...(attribute === undefined ? {} : { attributes: { isobar: attribute } }), ...(effect.key === undefined ? {} : { orderingKey: effect.key }) };
    client ??= pubsub({ token: metadataToken() });
    await client.publish(topic, [message], signal);
  },
};
