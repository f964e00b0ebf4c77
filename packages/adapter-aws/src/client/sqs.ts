/**
 * SQS, by the AWS JSON protocol: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 * Every function rejects as `call` does. Functions and not methods: a bundle holds those that it uses.
 */
import { IsobarError } from "@isobar/core/adapter";
import type { SqsRecord } from "../native.ts";
import { fieldsOf, objectIn, textOf } from "../wires/records.ts";
import { endpointIn, type Access } from "./access.ts";
import { call, unexpected } from "./call.ts";
import { checkMessage, type MessageAttribute, type Outgoing } from "./message.ts";

/** botocore sqs `MaximumMessageSize`: 1,024 to 1,048,576; a queue may be set to less, and refuses then. */
export const maxMessageBytes = 1_048_576;

async function asked(access: Access, action: string, own: string, input: object, signal: AbortSignal, pollMs = 0): Promise<Readonly<Record<string, unknown>>> {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` };
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html: "com.amazonaws.sqs#QueueDoesNotExist"
  const codeIn = (text: string) => textOf(objectIn(text)?.__type)?.split("#").at(-1);
  return objectIn(await call({ service: "sqs", action, own, headers, body: JSON.stringify(input), pollMs, codeIn }, access, signal)) ?? {};
}
const missing = (action: string, field: string) => unexpected({ service: "sqs", action }, field);

export interface SendMessage extends Outgoing {
  readonly queueUrl: string;
  /** 0 to 900; FIFO queues take none. */
  readonly delaySeconds?: number;
}
const wireAttribute = ({ dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue }: MessageAttribute) => ({ DataType, StringValue, BinaryValue });

/** Resolves once the queue has it. Throws `payload-too-large` and `send-failed` before anything is sent, as `checkMessage` does. */
export async function sendMessage(access: Access, { queueUrl, delaySeconds, ...message }: SendMessage, signal: AbortSignal): Promise<{ readonly messageId: string }> {
  checkMessage("SQS", message, maxMessageBytes);
  const { body, attributes, groupId, deduplicationId } = message;
  const MessageAttributes = attributes && Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, wireAttribute(attribute)]));
  // JSON leaves out what is undefined.
  const input = { QueueUrl: queueUrl, MessageBody: body, MessageAttributes, DelaySeconds: delaySeconds, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId };
  const messageId = textOf((await asked(access, "SendMessage", queueUrl, input, signal)).MessageId);
  if (messageId === undefined) throw missing("SendMessage", "MessageId");
  return { messageId };
}

interface Handled {
  readonly queueUrl: string;
  readonly receiptHandle: string;
}
/** `visibilitySeconds`: 0 to 43,200, from now. */
export async function changeMessageVisibility(access: Access, { queueUrl, receiptHandle, visibilitySeconds }: Handled & { readonly visibilitySeconds: number }, signal: AbortSignal): Promise<void> {
  await asked(access, "ChangeMessageVisibility", queueUrl, { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: visibilitySeconds }, signal);
}

export async function deleteMessage(access: Access, { queueUrl, receiptHandle }: Handled, signal: AbortSignal): Promise<void> {
  await asked(access, "DeleteMessage", queueUrl, { QueueUrl: queueUrl, ReceiptHandle: receiptHandle }, signal);
}

export interface ReceiveMessages {
  readonly queueUrl: string;
  /** 1 to 10, the default. */
  readonly max?: number;
  /** How long they stay hidden, 0 to 43,200; the queue's own where it is left out. */
  readonly visibilitySeconds?: number;
  /** How long to wait for the first, 0 to 20. */
  readonly waitSeconds?: number;
}
/** Spelled as in Lambda's records, so that one codec reads both. */
export interface ReceivedMessage extends SqsRecord {
  readonly receiptHandle: string;
  /** ApproximateReceiveCount, SentTimestamp (milliseconds since 1970), MessageGroupId where there is one, … */
  readonly attributes: Readonly<Record<string, string>>;
}

function receivedMessage(wire: unknown): ReceivedMessage {
  const { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes } = fieldsOf(wire);
  const messageId = textOf(MessageId);
  const receiptHandle = textOf(ReceiptHandle);
  if (messageId === undefined || receiptHandle === undefined || typeof Body !== "string") throw missing("ReceiveMessage", "a message's MessageId, ReceiptHandle or Body");
  const messageAttributes = Object.fromEntries(
    Object.entries(fieldsOf(MessageAttributes)).map(([name, attribute]): [string, MessageAttribute] => {
      const { DataType, StringValue, BinaryValue } = fieldsOf(attribute);
      return [name, { dataType: String(DataType), ...(typeof StringValue === "string" ? { stringValue: StringValue } : {}), ...(typeof BinaryValue === "string" ? { binaryValue: BinaryValue } : {}) }];
    }),
  );
  return { messageId, receiptHandle, body: Body, attributes: fieldsOf(Attributes) as Readonly<Record<string, string>>, messageAttributes };
}

/** Each with all its attributes, the service's and the sender's. An empty list says little: a short poll asks some of a queue's servers. */
export async function receiveMessages(access: Access, { queueUrl, max = 10, visibilitySeconds, waitSeconds = 0 }: ReceiveMessages, signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
  const input = { QueueUrl: queueUrl, MaxNumberOfMessages: max, VisibilityTimeout: visibilitySeconds, WaitTimeSeconds: waitSeconds, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };
  const { Messages: messages = [] } = await asked(access, "ReceiveMessage", queueUrl, input, signal, waitSeconds * 1_000);
  if (!Array.isArray(messages)) throw missing("ReceiveMessage", "a list of Messages");
  return messages.map(receivedMessage);
}

/** `names`: all unless told otherwise; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export async function getQueueAttributes(access: Access, { queueUrl, names = ["All"] }: { readonly queueUrl: string; readonly names?: readonly string[] }, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  const { Attributes } = await asked(access, "GetQueueAttributes", queueUrl, { QueueUrl: queueUrl, AttributeNames: names }, signal);
  return fieldsOf(Attributes) as Readonly<Record<string, string>>;
}

/** `account`: the queue's owner, where it is another. Throws `send-failed` without `access.region`: no URL tells one. */
export async function getQueueUrl(access: Access, { queueName, account }: { readonly queueName: string; readonly account?: string }, signal: AbortSignal): Promise<string> {
  if (access.region === undefined) throw new IsobarError("send-failed", "GetQueueUrl needs a region");
  const url = textOf((await asked(access, "GetQueueUrl", endpointIn("sqs", access.region), { QueueName: queueName, QueueOwnerAWSAccountId: account }, signal)).QueueUrl);
  if (url === undefined) throw missing("GetQueueUrl", "QueueUrl");
  return url;
}

/** All of them for one access, for whoever is not bundled. */
export const sqs = (access: Access) => ({
  sendMessage: (input: SendMessage, signal: AbortSignal) => sendMessage(access, input, signal),
  changeMessageVisibility: (input: Parameters<typeof changeMessageVisibility>[1], signal: AbortSignal) => changeMessageVisibility(access, input, signal),
  deleteMessage: (input: Handled, signal: AbortSignal) => deleteMessage(access, input, signal),
  receiveMessages: (input: ReceiveMessages, signal: AbortSignal) => receiveMessages(access, input, signal),
  getQueueAttributes: (input: Parameters<typeof getQueueAttributes>[1], signal: AbortSignal) => getQueueAttributes(access, input, signal),
  getQueueUrl: (input: Parameters<typeof getQueueUrl>[1], signal: AbortSignal) => getQueueUrl(access, input, signal),
});
