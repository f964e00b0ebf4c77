/** What SQS and SNS take as a message: checked before it is sent, since a service replaces what it does not carry, or tells no more than a code. */
import { IsobarError } from "@isobar/core/adapter";

/** As Lambda spells it in a record; `binaryValue` is base64. */
export interface MessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  readonly binaryValue?: string;
}
export interface Outgoing {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** The unit of order where the channel is FIFO; fair queues on others: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html */
  readonly groupId?: string;
  /** FIFO only. */
  readonly deduplicationId?: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: others become U+FFFD there, without an error. Lone surrogates are among them. */
const uncarried = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html; SNS has the same: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const ids = /^[!-~]{1,128}$/;

function text(what: string, value: string): void {
  if (value === "") throw new IsobarError("send-failed", `${what} is empty`);
  const wrong = uncarried.exec(value)?.[0];
  if (wrong !== undefined) throw new IsobarError("send-failed", `${what} has the character U+${wrong.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}, which is not carried`);
}
function id(what: string, value: string | undefined): void {
  if (value !== undefined && !ids.test(value)) throw new IsobarError("send-failed", `${what} is not 1 to 128 letters, digits and punctuation of ASCII`);
}

/** `service`: as messages name it. Throws `payload-too-large` for more than `limitBytes`, attributes counted in, and `send-failed` for what cannot be carried. */
export function checkMessage(service: string, { body, attributes = {}, groupId, deduplicationId }: Outgoing, limitBytes: number): void {
  text(`${service}: the message`, body);
  let bytes = Buffer.byteLength(body);
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(attributes)) {
    if (stringValue !== undefined) text(`${service}: attribute ${JSON.stringify(name)}`, stringValue);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? "") + Buffer.byteLength(binaryValue ?? "", "base64");
  }
  if (bytes > limitBytes) throw new IsobarError("payload-too-large", `${service} carries ${limitBytes} bytes a message, attributes counted in; this one has ${bytes}`);
  id(`${service}: the key`, groupId);
  id(`${service}: the deduplication id`, deduplicationId);
}
