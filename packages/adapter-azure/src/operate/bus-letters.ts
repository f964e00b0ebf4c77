/**
 * Letters in a Service Bus queue, over REST: locked one by one and unlocked again. A look counts as a delivery on that queue: its own `maxDeliveryCount` must be high, or what was looked at too often moves on to its
 * `$deadletterqueue`. They are held for as long as the queue's lock lasts, a minute by default.
 *
 * | letter        | native                                                                                                          |
 * |---------------|-----------------------------------------------------------------------------------------------------------------|
 * | id … last     | the property `isobar`; of one that the broker moved itself id is MessageId, last EnqueuedTimeUtc, and first what a copy carried |
 * | function      | the property's; else whose queue DeadLetterSource names                                                         |
 * | attempts      | the property's; DeliveryCount begins anew where a letter is forwarded                                           |
 * | key           | SessionId                                                                                                       |
 */
import { IsobarError, type Clock } from "@isobar/core/adapter";
import { givenBack, notRemoved, storyOf, type DeadLetter, type Hands, type Machine, type Recipient } from "@isobar/core/plan";
import type { ReceivedBusMessage } from "../client/service-bus.ts";
import { sourceIn } from "./addresses.ts";
import { isEntity, sendBack, type Clients } from "./sending.ts";

/** A call for the next message waits that long for one. */
const waitSeconds = 1;
/** Half of a lock's minute: https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement */
const freshMs = 30_000;

export interface Locked {
  readonly message: ReceivedBusMessage;
  /** Milliseconds since 1970. */
  readonly lockedAt: number;
}
const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const attributeOf = ({ properties: { isobar } }: ReceivedBusMessage): string | undefined => textIn(isobar);
const timeIn = (value: unknown): number | undefined => {
  const at = Date.parse(textIn(value) ?? "");
  return Number.isNaN(at) ? undefined : at;
};
/** JSON has no word for whole numbers beyond 2^53. */
const told = (fields: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === "bigint" ? String(value) : value]));

/** `used` of a copy behind a delay: its first enqueue. */
function sinceIn(attribute: string | undefined): number | undefined {
  try {
    const { since } = JSON.parse(attribute ?? "{}") as { readonly since?: unknown };
    return typeof since === "number" ? since : undefined;
  } catch {
    return undefined;
  }
}

function letterOf(message: ReceivedBusMessage, entity: string, recipients: readonly Recipient[], env: Machine["env"]): DeadLetter {
  const { body, brokerProperties, properties, contentType } = message;
  const { MessageId, SessionId, EnqueuedTimeUtc, DeadLetterSource } = brokerProperties;
  const attribute = attributeOf(message);
  const story = storyOf(textIn(MessageId) ?? String(brokerProperties.SequenceNumber), attribute);
  const from = textIn(DeadLetterSource);
  const moved = { function: from === undefined ? undefined : recipients.find((each) => isEntity(sourceIn(each, env), from))?.name, first: sinceIn(attribute), last: timeIn(EnqueuedTimeUtc) };
  return {
    ...(story.function === undefined ? { ...story, ...moved } : story),
    body,
    key: story.key ?? textIn(SessionId),
    place: entity,
    native: { brokerProperties: told(brokerProperties), properties: told(properties), ...(contentType === undefined ? {} : { contentType }) },
  };
}

export function busHands(entity: string, recipients: readonly Recipient[], clients: Clients, machine: Machine, clock: Clock): Hands<Locked> {
  const bus = clients.bus();
  const letterIn = ({ message }: Locked) => letterOf(message, entity, recipients, machine.env);
  return {
    idOf: ({ message: { brokerProperties, lock } }) => String((brokerProperties.SequenceNumber as number | bigint | undefined) ?? lock),
    letterOf: letterIn,
    async receive(_, signal) {
      const message = await bus.receive(entity, { waitSeconds }, signal);
      return message === undefined ? [] : [{ message, lockedAt: clock.now() }];
    },
    async redrive(held, to, signal) {
      const { message: { brokerProperties, lock, properties, contentType }, lockedAt } = held;
      const letter = letterIn(held);
      if (clock.now() - lockedAt > freshMs) throw new IsobarError("send-failed", `${letter.id} was in hand for more than ${freshMs / 1_000} s, and its lock may be over: it was not sent`);
      const letterId = `${String(brokerProperties.SequenceNumber)}:${timeIn(brokerProperties.EnqueuedTimeUtc) ?? 0}`;
      const had = { attribute: attributeOf(held.message), subject: textIn(brokerProperties.Label), contentType, properties, from: textIn(brokerProperties.DeadLetterSource), letterId };
      await sendBack(letter, had, to, clients, machine, signal);
      try {
        await bus.complete(lock, signal);
      } catch (cause) {
        throw notRemoved(letter, to, cause);
      }
    },
    giveBack(held) {
      const signal = AbortSignal.timeout(10_000);
      return givenBack(held, ({ message: { lock } }) => bus.unlock(lock, signal), "until their locks are over");
    },
  };
}
