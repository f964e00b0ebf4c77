/**
 * Pub/Sub's rules, as far as a push subscription shows them. https://cloud.google.com/pubsub/docs/push, https://cloud.google.com/pubsub/docs/handling-failures,
 * https://cloud.google.com/pubsub/docs/subscription-retry-policy and https://cloud.google.com/pubsub/docs/ordering
 *
 * A message is *ready*, *under way*, *waiting*, or gone. A push that is acknowledged in time ends it. Any other answer, none before the acknowledgement deadline, and a 429 because no instance is free are all
 * one thing: a failed push, which counts. Where the count reaches what the dead-letter policy says, Pub/Sub moves the message; else it waits, for each message by its own failures, and is ready again. Where
 * messages are ordered one of each key is under way, and those behind it stay where they are until it is gone. What is older than the subscription's retention is dropped.
 */
import { IsobarError, type Broker, type Published, type Rendered, type Rules, type Unsure, type World } from "@isobar/core/adapter";
import { blockOf, msOf, ofType, referred, type Resource, type Resources } from "../../deploy/resources.ts";
import { hostingOf } from "./cloud-run.ts";

interface Held {
  readonly message: Published;
  readonly enqueuedAt: number;
  failures: number;
  /** Which push it is under way by; the answer to an older one no longer counts. */
  push: number;
  gone: boolean;
}
/** A subscription, in numbers. */
export interface Subscription {
  readonly ackDeadlineMs: number;
  /** Absent: pushed again at once. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
  readonly retentionMs: number;
  readonly ordered: boolean;
  /** The dead-letter policy; `queue` absent where nobody subscribes to its topic. Only with one is the attempt told. */
  readonly deadLetter?: { readonly mostPushes: number; readonly queue: string | undefined };
  /** Whether what failed is pushed again at all. */
  readonly retries: boolean;
}

/** Who reads a topic: the queue that it is, by its label, where there is a subscription to it or a function of the app has one. */
function queueOf(resources: Resources, key: string): string | undefined {
  const { isobar_queue: queue, isobar_consumed: consumed } = blockOf(resources[key], "labels") as { readonly isobar_queue?: string; readonly isobar_consumed?: string };
  const read = consumed === "true" || ofType(resources, "google_pubsub_subscription").some(([, { topic }]) => referred(topic) === key);
  return read ? queue : undefined;
}
/** What the rules read of a rendered path. Throws `unsupported` where no push subscription is rendered. */
export function subscriptionIn({ resources }: Rendered): Subscription {
  const [[, subscription] = []] = ofType(resources, "google_pubsub_subscription").filter(([, each]) => each.push_config !== undefined);
  if (subscription === undefined) throw new IsobarError("unsupported", "no push subscription is rendered");
  const { ack_deadline_seconds: ack = 10, message_retention_duration: retention = "604800s", enable_message_ordering: ordered = false, retry_policy: retry, dead_letter_policy: letters } = subscription as { readonly ack_deadline_seconds?: number; readonly message_retention_duration?: string; readonly enable_message_ordering?: boolean; readonly retry_policy?: Resource; readonly dead_letter_policy?: Resource };
  const { minimum_backoff: min = "10s", maximum_backoff: max = "600s" } = retry ?? {};
  return {
    ackDeadlineMs: ack * 1000,
    retentionMs: msOf(retention),
    ordered,
    retries: true,
    ...(retry === undefined ? {} : { backoff: { minMs: msOf(min), maxMs: msOf(max) } }),
    ...(letters === undefined ? {} : { deadLetter: { mostPushes: Number(letters.max_delivery_attempts ?? 5), queue: queueOf(resources as Resources, referred(letters.dead_letter_topic) ?? "") } }),
  };
}

/**
 * What no document settles. `backoffFactor`: by which the wait grows; `backoffJitter`: by how much of itself it may be longer; `pushesTooMany`: by how many the dead-letter policy's count, which is best effort,
 * may be wrong; `outstanding`: how many pushes are under way at most, where Pub/Sub begins with few and lets them grow.
 */
export function openSubscription({ ackDeadlineMs, backoff, retentionMs, ordered, deadLetter, retries }: Subscription, world: World, { backoffFactor = 2, backoffJitter = 0, pushesTooMany = 0, outstanding = Number.POSITIVE_INFINITY }: Unsure): Broker {
  const { clock } = world;
  const held = new Map<string, Held>();
  /** By key, where messages are ordered: the first of each is the one that may be under way. */
  const lines = new Map<string, Held[]>();
  const ready: Held[] = [];
  let underWay = 0;

  const lineOf = ({ message: { group } }: Held): Held[] | undefined => (ordered && group !== undefined ? lines.get(group) : undefined);
  function gone(one: Held): void {
    one.gone = true;
    held.delete(one.message.id);
    const line = lineOf(one);
    if (line === undefined) return;
    line.splice(line.indexOf(one), 1);
    if (line.length === 0) lines.delete(one.message.group!);
    else ready.push(line[0]!);
  }
  function drop(one: Held, why: string): void {
    world.moved(one.message, "discarded", why);
    gone(one);
  }
  function failed(one: Held): void {
    one.failures++;
    if (!retries) return drop(one, "not tried again");
    if (deadLetter !== undefined && one.failures >= deadLetter.mostPushes + pushesTooMany && (deadLetter.queue === undefined || world.takes(deadLetter.queue))) {
      world.moved(one.message, deadLetter.queue === undefined ? "discarded" : { queue: deadLetter.queue }, "max_delivery_attempts");
      return gone(one);
    }
    const waitMs = backoff === undefined ? 0 : Math.min(backoff.maxMs, backoff.minMs * backoffFactor ** (one.failures - 1));
    clock.after(waitMs * (1 + backoffJitter * world.random()), () => {
      ready.push(one);
      pump();
    });
  }
  function ended(one: Held, push: number, then: "done" | "again"): void {
    if (one.gone || one.push !== push) return;
    one.push++;
    underWay--;
    if (then === "done") gone(one);
    else failed(one);
    pump();
  }
  function start(one: Held): void {
    if (clock.now() - one.enqueuedAt > retentionMs) return drop(one, "older than the subscription's retention");
    const push = one.push;
    underWay++;
    const late = clock.after(ackDeadlineMs, () => ended(one, push, "again"));
    void world.hand([{ ...one.message, attempt: deadLetter === undefined ? undefined : one.failures + 1, enqueuedAt: one.enqueuedAt }]).then(({ then: [then = "again"] }) => {
      late();
      ended(one, push, then);
    });
  }
  function pump(): void {
    while (underWay < outstanding && ready.length > 0) start(ready.shift()!);
  }
  return {
    publish(message) {
      const one: Held = { message, enqueuedAt: clock.now(), failures: 0, push: 0, gone: false };
      held.set(message.id, one);
      if (ordered && message.group !== undefined) {
        const line = lines.get(message.group);
        if (line !== undefined) return void line.push(one);
        lines.set(message.group, [one]);
      }
      ready.push(one);
      pump();
    },
    perform: (effect) => Promise.reject(new IsobarError("unsupported", `${effect.do}: a push subscription can neither hide one message for a while nor take one back`)),
    held: () => [...held.values()].map(({ message }) => message),
  };
}

export function pubsubRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const subscription = subscriptionIn(rendered);
  return { hosting: hostingOf(rendered), open: (world) => openSubscription(subscription, world, unsure) };
}
