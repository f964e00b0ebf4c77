/**
 * Dead letters in the pull subscription of their topic (`ISOBAR_SUBSCRIPTION_<NAME>`, "projects/P/subscriptions/S"). Pub/Sub can be pulled from and not looked at: a look holds letters for a while and gives them
 * back. It hands over what it likes, and none for five seconds counts as the end; where the dead letter is ordered by key, one of a key at a time.
 *
 * | letter        | native                                                                                                                       |
 * |---------------|------------------------------------------------------------------------------------------------------------------------------|
 * | id … last     | the attribute `isobar`; of one that Pub/Sub moved itself id is messageId, attempts CloudPubSubDeadLetterSourceDeliveryCount,   |
 * |               | first CloudPubSubDeadLetterSourceTopicPublishTime, last publishTime                                                          |
 * | function      | the attribute's; else whose subscription CloudPubSubDeadLetterSourceSubscription names                                       |
 * | body          | data; of storage, changes and bus a letter that the run time wrote is the whole message as JSON                              |
 * | key           | orderingKey                                                                                                                  |
 *
 * Redrive: publish to the topic of the function's own subscription (`ISOBAR_SOURCE_<FUNCTION>`, "projects/P/subscriptions/S", whose topic and filter Pub/Sub itself tells) with the attribute `isobar_to`, which
 * no other subscription takes; then acknowledge. Other attributes go back as they were, but for Pub/Sub's own of the move.
 */
import { IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import { inHand, listed, notRemoved, redrivenAttribute, storyOf, type DeadLetter, type DeadLetters, type Machine, type Recipient } from "@isobar/core/plan";
import { pubsub, type Publishable, type ReceivedMessage } from "../client/pubsub.ts";
import { bytesInBase64, instantOf, isObject, textIn } from "../wires/request.ts";
import { tokenOn } from "./credentials.ts";
import { consumedBy, type Consumed } from "./subscription.ts";

/** How long letters in hand are held; after a crash they are there again soon. 600 s at most. */
const holdSeconds = 120;
const mostPulled = 100;
/** Of acknowledgement ids in one request; it holds 512 KiB (https://cloud.google.com/pubsub/quotas#resource_limits), and an id is some two hundred bytes. */
const mostIds = 1_000;
/**
 * How long a pull is waited for before the subscription counts as empty. One that returns at once is discouraged, and answered with nothing while something is there
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull).
 */
const waitMs = 5_000;

/** https://cloud.google.com/pubsub/docs/handling-failures#track-delivery-attempts */
const movedPrefix = "CloudPubSubDeadLetter";
type Attributes = Readonly<Record<string, string>>;
interface Held {
  readonly received: ReceivedMessage;
  /** Milliseconds since 1970. */
  readonly heldAt: number;
}

const variableOf = (what: "SUBSCRIPTION" | "SOURCE", name: string): string => `ISOBAR_${what}_${name.replaceAll("-", "_")}`.toUpperCase();
const subscriptions = /^projects\/[^/]+\/subscriptions\/[^/]+$/;
function required(env: Machine["env"], variable: string, what: string): string {
  const name = env[variable] ?? "";
  if (!subscriptions.test(name)) throw new IsobarError("send-failed", `${what} has no address: ${variable} is not set to "projects/…/subscriptions/…"`);
  return name;
}
const movedFrom = (attributes: Attributes): string | undefined => textIn(attributes[`${movedPrefix}SourceSubscription`]);
/** Whether both are one subscription. The project beside the name may be its number or its id. */
const isSubscription = (whole: string | undefined, name: string): boolean => whole?.split("/").at(-1) === name;

function letterOf({ message: { messageId, publishTime, data = "", attributes = {}, orderingKey }, deliveryAttempt }: ReceivedMessage, place: string, recipients: readonly Recipient[], { env }: Machine): DeadLetter {
  const story = storyOf(messageId, attributes.isobar);
  const [from, count] = [movedFrom(attributes), Number(attributes[`${movedPrefix}SourceDeliveryCount`])];
  const moved = {
    function: from === undefined ? undefined : recipients.find(({ name }) => isSubscription(env[variableOf("SOURCE", name)], from))?.name,
    attempts: Number.isSafeInteger(count) && count > 0 ? count : undefined,
    first: instantOf(attributes[`${movedPrefix}SourceTopicPublishTime`]),
    last: instantOf(publishTime),
  };
  return {
    ...(story.function === undefined ? { ...story, ...moved } : story),
    body: bytesInBase64(data) ?? new Uint8Array(Buffer.from(data)),
    key: story.key ?? textIn(orderingKey),
    place,
    native: { messageId, publishTime, attributes, ...(deliveryAttempt === undefined ? {} : { deliveryAttempt }) },
  };
}

/** What the run time wrote of kinds whose event is more than the data: see `ReadMessage.text`. */
function whole(letter: DeadLetter): { readonly data: Uint8Array; readonly attributes: Attributes; readonly key: string | undefined } {
  const wrong = (): never => {
    throw new IsobarError("unsupported", `${letter.id} is no message as the run time writes it: it cannot be taken apart again`);
  };
  let message: unknown;
  try {
    message = JSON.parse(Buffer.from(letter.body).toString());
  } catch {
    return wrong();
  }
  if (!isObject(message) || !isObject(message.attributes) || !Object.values(message.attributes).every((each) => typeof each === "string")) return wrong();
  const data = typeof message.data === "string" ? bytesInBase64(message.data) : undefined;
  return data === undefined ? wrong() : { data, attributes: message.attributes as Attributes, key: textIn(message.orderingKey) };
}

/** The message as it is published again. */
function againOf(letter: DeadLetter, { message: { attributes = {} } }: ReceivedMessage, { name, fn }: Recipient, subscription: string): Publishable {
  const wrapped = storyOf("", attributes.isobar).function !== undefined && (fn.kind === "storage" || fn.kind === "changes" || fn.kind === "bus");
  // Of one that is wrapped, what it was sent with is in it too.
  const sent = wrapped ? whole(letter) : { data: letter.body, attributes, key: letter.key };
  const ordered = (fn.source as { readonly order?: string }).order === "by-key";
  if (ordered && sent.key === undefined) throw new IsobarError("invalid-definition", `${letter.id} has no key, and ${name} is ordered by key`);
  const own = Object.entries(sent.attributes).filter(([each]) => !each.startsWith(movedPrefix));
  const carried = { ...Object.fromEntries(own), isobar: redrivenAttribute(letter.id, sent.attributes.isobar), isobar_to: subscription };
  return { data: sent.data, attributes: carried, ...(sent.key === undefined ? {} : { orderingKey: sent.key }) };
}

/** The system's clock, and the emulator's or the global endpoint, unless told otherwise. */
export function deadLettersOn(machine: Machine, { clock = systemClock, endpoint }: { readonly clock?: Clock; readonly endpoint?: string } = {}): DeadLetters {
  const token = tokenOn(machine, clock);
  const client = pubsub({ token, clock, ...(endpoint === undefined ? {} : { endpoint }) });
  const sources = new Map<string, Consumed>();
  async function consumed(source: string, signal: AbortSignal): Promise<Consumed> {
    const known = sources.get(source) ?? (await consumedBy(source, { env: machine.env, token, clock, endpoint }, signal));
    sources.set(source, known);
    return known;
  }
  const hold = (subscription: string, ids: readonly string[], signal: AbortSignal) => client.modifyAckDeadline(subscription, ids, holdSeconds, signal);

  async function receive(subscription: string, max: number, signal: AbortSignal): Promise<readonly Held[]> {
    const heldAt = clock.now();
    const enough = new AbortController();
    const cancel = clock.after(waitMs, () => enough.abort());
    let received: readonly ReceivedMessage[];
    try {
      received = await client.pull(subscription, { maxMessages: Math.min(max, mostPulled) }, AbortSignal.any([signal, enough.signal]));
    } catch (error) {
      if (!enough.signal.aborted) throw error;
      return [];
    } finally {
      cancel();
    }
    if (received.length > 0) await hold(subscription, received.map(({ ackId }) => ackId), signal);
    return received.map((each) => ({ received: each, heldAt }));
  }
  async function redrive({ received, heldAt }: Held, letter: DeadLetter, subscription: string, to: Recipient, signal: AbortSignal): Promise<void> {
    const source = required(machine.env, variableOf("SOURCE", to.name), `the subscription of ${to.name}`);
    const from = movedFrom(received.message.attributes ?? {});
    if (from !== undefined && !isSubscription(source, from)) throw new IsobarError("invalid-definition", `${letter.id} comes from the subscription ${from}, which is not that of ${to.name}`);
    const { topic, name } = await consumed(source, signal);
    const message = againOf(letter, received, to, name);
    if (clock.now() - heldAt > (holdSeconds * 1_000) / 2) await hold(subscription, [received.ackId], signal);
    await client.publish(topic, [message], signal);
    try {
      await client.acknowledge(subscription, [received.ackId], signal);
    } catch (cause) {
      throw notRemoved(letter, to, cause);
    }
  }
  async function giveBack(held: readonly Held[], subscription: string): Promise<void> {
    const signal = AbortSignal.timeout(10_000);
    try {
      for (let i = 0; i < held.length; i += mostIds) await client.modifyAckDeadline(subscription, held.slice(i, i + mostIds).map(({ received }) => received.ackId), 0, signal);
    } catch (cause) {
      throw new IsobarError("send-failed", `${held.length} letters could not be given back and stay hidden for up to ${holdSeconds} s: ${(cause as Error).message}`, { cause });
    }
  }

  async function* take(...[{ name }, { limit, recipients }, signal]: Parameters<DeadLetters["take"]>): ReturnType<DeadLetters["take"]> {
    const subscription = required(machine.env, variableOf("SUBSCRIPTION", name), `the dead letter "${name}"`);
    const letterIn = ({ received }: Held) => letterOf(received, subscription, recipients, machine);
    yield* inHand<Held>(
      {
        idOf: ({ received }) => received.message.messageId,
        letterOf: letterIn,
        receive: (max, its) => receive(subscription, max, its),
        redrive: (held, to, its) => redrive(held, letterIn(held), subscription, to, its),
        giveBack: (held) => giveBack(held, subscription),
      },
      limit,
      signal,
    );
  }
  return { take, list: (queue, look, signal) => listed(take(queue, look, signal)) };
}
