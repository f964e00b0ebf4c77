/**
 * Dead letters in SQS. SQS can be received from and not looked at: a look hides letters for a while, gives them back and counts as a receive, which nothing acts on where the queue has no redrive policy of its
 * own. Of a FIFO queue only the first letters of each key can be seen: those behind them come when they are gone.
 *
 * | letter        | native                                                                                                                       |
 * |---------------|------------------------------------------------------------------------------------------------------------------------------|
 * | id … last     | the attribute `isobar`; of one that SQS moved itself id is messageId, first SentTimestamp (of FIFO, which begins anew, last)   |
 * | function      | the attribute's; else whose queue DeadLetterQueueSourceArn names                                                             |
 * | attempts      | the attribute's; ApproximateReceiveCount goes on counting here, and tells nothing                                            |
 * | body          | body; where the attribute has an encoding, the bytes that it stands for                                                      |
 * | key           | MessageGroupId                                                                                                               |
 *
 * Redrive: SendMessage to the function's own queue (`ISOBAR_SOURCE_<FUNCTION>`, else of a queue function its channel's `ISOBAR_QUEUE_<NAME>`) with the body and all message attributes as they lie here, then
 * DeleteMessage. On FIFO the deduplication id is this letter's, so that one sent twice within five minutes counts once.
 */
import { encodingOf, IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import { givenBack, inHand, listed, notRemoved, redrivenAttribute, storyOf, type DeadLetter, type DeadLetters, type Machine, type Recipient } from "@isobar/core/plan";
import { addressOf, addressVariable, resourceOf } from "../client/access.ts";
import { sqs, type ReceivedMessage } from "../client/sqs.ts";
import { bytesIn } from "../wires/base64.ts";
import { textOf } from "../wires/records.ts";
import { accessOn } from "./credentials.ts";

/** How long letters in hand are hidden: thirty thousand can be looked through meanwhile, and after a crash they are visible again soon. */
const holdSeconds = 120;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html: ten at most; a poll that waits asks all of a queue's servers, so that nothing received is nothing there. */
const mostReceived = 10;
const waitSeconds = 1;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const mostAttributes = 10;

type Environment = Machine["env"];
interface Held {
  readonly message: ReceivedMessage;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

const sourceVariable = (functionName: string): string => `ISOBAR_SOURCE_${functionName.toUpperCase()}`;
/** The URL of the queue that only this function reads, where the environment has it. */
function sourceIn({ name, fn }: Recipient, env: Environment): string | undefined {
  return textOf(env[sourceVariable(name)]) ?? (fn.kind === "queue" ? textOf(env[addressVariable({ resource: "queue", name: fn.source.name })]) : undefined);
}
function sourceOf(to: Recipient, env: Environment): string {
  const { name, fn } = to;
  if (fn.kind === "stream" || fn.kind === "changes" || fn.kind === "logs") throw new IsobarError("unsupported", `${name} reads by position: nothing can be put back for it alone`);
  const url = sourceIn(to, env);
  if (url !== undefined) return url;
  const channel = fn.kind === "queue" ? `, nor is ${addressVariable({ resource: "queue", name: fn.source.name })}` : "";
  throw new IsobarError("send-failed", `the queue of ${name} has no address: ${sourceVariable(name)} is not set${channel}`);
}
/** Whether a URL and an ARN name the same queue: account and name, whatever the endpoint. */
function isQueue(url: string, arn: string): boolean {
  const queue = resourceOf(arn, "sqs");
  return queue !== undefined && url.endsWith(`/${queue.account}/${queue.name}`);
}

function letterOf({ attributes, messageAttributes = {}, messageId, body }: ReceivedMessage, place: string, recipients: readonly Recipient[], env: Environment): DeadLetter {
  const attribute = textOf(messageAttributes.isobar?.stringValue);
  const story = storyOf(messageId, attribute);
  const { SentTimestamp, MessageGroupId, DeadLetterQueueSourceArn: from } = attributes;
  const encoding = encodingOf(attribute);
  const bytes = encoding === "empty" ? new Uint8Array() : encoding === "base64" ? bytesIn(body) : undefined;
  const sentAt = /^\d{1,15}$/.test(SentTimestamp ?? "") ? Number(SentTimestamp) : undefined;
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html: the timestamp is the first enqueue's, and on FIFO that of the move.
  const moved = place.endsWith(".fifo") ? { last: sentAt } : { first: sentAt };
  return {
    ...(story.function === undefined ? { ...story, ...moved, function: from === undefined ? undefined : recipients.find((each) => isQueue(sourceIn(each, env) ?? "", from))?.name } : story),
    body: new Uint8Array(bytes ?? Buffer.from(body)),
    key: story.key ?? textOf(MessageGroupId),
    place,
    native: { messageId, attributes, messageAttributes },
  };
}

/** `clock`: the system's unless told otherwise. */
export function deadLettersOn(machine: Machine, clock: Clock = systemClock): DeadLetters {
  const { env } = machine;
  const client = sqs(accessOn(machine, clock));

  async function redrive({ message, receivedAt }: Held, queueUrl: string, letter: DeadLetter, to: Recipient, signal: AbortSignal): Promise<void> {
    const { receiptHandle, messageId, body, attributes, messageAttributes = {} } = message;
    const target = sourceOf(to, env);
    const from = attributes.DeadLetterQueueSourceArn;
    if (from !== undefined && !isQueue(target, from)) throw new IsobarError("invalid-definition", `${letter.id} comes from ${from}, which is not the queue of ${to.name}`);
    const fifo = target.endsWith(".fifo");
    if (fifo && letter.key === undefined) throw new IsobarError("invalid-definition", `${letter.id} has no key, and the queue of ${to.name} is FIFO`);
    const carried = { ...messageAttributes, isobar: { dataType: "String", stringValue: redrivenAttribute(letter.id, messageAttributes.isobar?.stringValue) } };
    if (Object.keys(carried).length > mostAttributes) throw new IsobarError("unsupported", `${letter.id} has ${mostAttributes} attributes of its sender's, and SQS takes no more: none is left for its id`);
    // Whoever else has it meanwhile would have it redriven twice: this fails where it is no longer ours.
    if (clock.now() - receivedAt > (holdSeconds * 1_000) / 2) await client.changeMessageVisibility({ queueUrl, receiptHandle, visibilitySeconds: holdSeconds }, signal);
    const ordered = { ...(letter.key === undefined ? {} : { groupId: letter.key }), ...(fifo ? { deduplicationId: `redrive:${messageId}` } : {}) };
    await client.sendMessage({ queueUrl: target, body, attributes: carried, ...ordered }, signal);
    try {
      await client.deleteMessage({ queueUrl, receiptHandle }, signal);
    } catch (cause) {
      throw notRemoved(letter, to, cause);
    }
  }
  function giveBack(held: readonly Held[], queueUrl: string): Promise<void> {
    const signal = AbortSignal.timeout(10_000);
    return givenBack(held, ({ message: { receiptHandle } }) => client.changeMessageVisibility({ queueUrl, receiptHandle, visibilitySeconds: 0 }, signal), `for up to ${holdSeconds} s`);
  }

  async function* take(...[{ name }, { limit, recipients }, signal]: Parameters<DeadLetters["take"]>): ReturnType<DeadLetters["take"]> {
    const queueUrl = addressOf({ resource: "queue", name }, env);
    const letterIn = ({ message }: Held) => letterOf(message, queueUrl, recipients, env);
    yield* inHand<Held>(
      {
        idOf: ({ message }) => message.messageId,
        letterOf: letterIn,
        async receive(max, its) {
          const receivedAt = clock.now();
          const messages = await client.receiveMessages({ queueUrl, max: Math.min(max, mostReceived), visibilitySeconds: holdSeconds, waitSeconds }, its);
          return messages.map((message) => ({ message, receivedAt }));
        },
        redrive: (held, to, its) => redrive(held, queueUrl, letterIn(held), to, its),
        giveBack: (held) => giveBack(held, queueUrl),
      },
      limit,
      signal,
    );
  }
  return { take, list: (queue, look, signal) => listed(take(queue, look, signal)) };
}
