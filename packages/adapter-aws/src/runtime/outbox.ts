/**
 * The unit's outbox: SQS and SNS by a client of our own. A channel's address is in the unit's environment (`addressVariable`).
 *
 * | effect                | native                                                                                                                    |
 * |-----------------------|---------------------------------------------------------------------------------------------------------------------------|
 * | send to a queue       | SendMessage: body → MessageBody, attribute → message attribute `isobar`, key → MessageGroupId, afterMs → DelaySeconds, rounded up |
 * | send to a topic       | Publish: body → Message, attribute and key likewise; no delay                                                             |
 * | deduplicationId       | MessageDeduplicationId where the channel is FIFO; without one a fresh id. Elsewhere neither SQS nor SNS has such a thing    |
 * | dead-letter           | as send; a body that is no text of SQS's goes as base64, an empty one as "-", and the attribute's `encoding` says so        |
 * | postpone              | ChangeMessageVisibility of the delivery's SQS message, rounded up                                                         |
 * | requeue               | unsupported: SQS postpones                                                                                                |
 *
 * Nothing is loaded before the first effect.
 */
import { IsobarError, type Clock, type Effect, type Outbox } from "@isobar/core/adapter";
import { accessFrom, addressOf, queueUrlOf, type Environment } from "../client/access.ts";
import type { Outgoing } from "../client/message.ts";
import { publish } from "../client/sns.ts";
import { changeMessageVisibility, sendMessage } from "../client/sqs.ts";
import { fieldsOf, textOf } from "../wires/records.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: DelaySeconds, 0 to 900. */
const maxDelaySeconds = 900;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html: VisibilityTimeout, 0 to 43,200; counted from the receive it may not pass that either, which SQS sees to. */
const maxVisibilitySeconds = 43_200;

/** Never earlier than asked for. Throws `unsupported` beyond the limit, and for what is no length of time. */
function wholeSeconds(afterMs: number, maxSeconds: number, what: string): number {
  // Whole milliseconds first: a quotient is rounded too, and not always up.
  const seconds = Math.ceil(Math.ceil(afterMs) / 1_000);
  if (!(afterMs >= 0 && seconds <= maxSeconds)) throw new IsobarError("unsupported", `${what} by at most ${maxSeconds} s, not by ${afterMs} ms`);
  return seconds;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: the characters that a message may have; any other becomes U+FFFD there. */
const uncarried = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** A letter is kept whatever its bytes are: a record of a stream may be none of SQS's text, and would block its partition. */
function letterOf(effect: Extract<Effect, { readonly do: "dead-letter" }>): Extract<Effect, { readonly do: "dead-letter" }> {
  const bytes = typeof effect.body === "string" ? Buffer.from(effect.body) : effect.body;
  const marked = (encoding: "base64" | "empty", body: string) => ({ ...effect, body, attribute: JSON.stringify({ ...(JSON.parse(effect.attribute) as object), encoding }) });
  if (bytes.length === 0) return marked("empty", "-");
  try {
    if (!uncarried.test(textIn(effect.body))) return effect;
  } catch {
    // Not UTF-8.
  }
  return marked("base64", Buffer.from(bytes).toString("base64"));
}

let decoder: TextDecoder | undefined;
/** A byte order mark stays: a body arrives as it was sent. */
function textIn(body: string | Uint8Array<ArrayBuffer>): string {
  if (typeof body === "string") return body;
  try {
    return (decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(body);
  } catch (cause) {
    throw new IsobarError("send-failed", "SQS and SNS carry text only, and the body is not UTF-8", { cause });
  }
}

async function sent(effect: Extract<Effect, { readonly to: object }>, environment: Environment, clock: Clock | undefined, signal: AbortSignal): Promise<void> {
  const { to, attribute, key } = effect;
  const { afterMs = 0, deduplicationId } = effect.do === "send" ? effect : {};
  const address = addressOf(to, environment);
  const fifo = address.endsWith(".fifo");
  const spelled = `${to.resource} "${to.name}"`;
  if (fifo && key === undefined) throw new IsobarError("send-failed", `${spelled} is FIFO: every message needs a key`);
  const delaySeconds = wholeSeconds(afterMs, maxDelaySeconds, "SQS delays a message");
  if (delaySeconds > 0 && (fifo || to.resource === "topic")) throw new IsobarError("unsupported", `${spelled} takes no delay for a message: ${fifo ? "FIFO" : "SNS"} has none`);
  const message: Outgoing = {
    body: textIn(effect.body),
    ...(attribute === undefined ? {} : { attributes: { isobar: { dataType: "String", stringValue: attribute } } }),
    ...(key === undefined ? {} : { groupId: key }),
    ...(fifo ? { deduplicationId: deduplicationId ?? process.getBuiltinModule("node:crypto").randomUUID() } : {}),
  };
  if (to.resource === "topic") await publish(accessFrom(environment, "sns", clock), { topicArn: address, ...message }, signal);
  else await sendMessage(accessFrom(environment, "sqs", clock), { queueUrl: address, ...message, ...(delaySeconds > 0 ? { delaySeconds } : {}) }, signal);
}

async function postponed({ record, afterMs }: Extract<Effect, { readonly do: "postpone" }>, environment: Environment, clock: Clock | undefined, signal: AbortSignal): Promise<void> {
  const visibilitySeconds = wholeSeconds(afterMs, maxVisibilitySeconds, "SQS hides a message");
  // An event inside an SQS message has it as its carrier.
  const message = fieldsOf(fieldsOf(record).carrier ?? record);
  const receiptHandle = textOf(message.receiptHandle);
  const queueUrl = queueUrlOf(textOf(message.eventSourceARN) ?? "");
  if (receiptHandle === undefined || queueUrl === undefined) throw new IsobarError("unsupported", "only an SQS message can be postponed, by its receiptHandle and eventSourceARN");
  await changeMessageVisibility(accessFrom(environment, "sqs", clock), { queueUrl, receiptHandle, visibilitySeconds }, signal);
}

/** An outbox over an environment that is read at each effect. */
export const outboxOf = (environment: () => Environment, clock?: Clock): Outbox => ({
  async perform(effect, signal) {
    if (effect.do === "requeue") throw new IsobarError("unsupported", "SQS postpones a delivery where it is: nothing is put back behind a delay");
    if (effect.do === "postpone") return postponed(effect, environment(), clock, signal);
    return sent(effect.do === "dead-letter" ? letterOf(effect) : effect, environment(), clock, signal);
  },
});
/** What entries wire in for functions that send, dead-letter or postpone. */
export const outbox: Outbox = /* @__PURE__ */ outboxOf(() => process.env);
