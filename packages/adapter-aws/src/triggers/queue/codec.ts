/**
 * Queue on Lambda: SQS, standard and FIFO, through an event source mapping.
 *
 * | Isobar        | native                                                                    |
 * |---------------|---------------------------------------------------------------------------|
 * | every field   | as wires/sqs.ts has it: the message is the event, its body as it was sent |
 * | body          | of a dead letter that SQS could not carry, the bytes that its attribute says it stands for |
 * | only native() | what is listed there                                                      |
 */
import { encodingOf, unreadableBody, type Delivery } from "@isobar/core/adapter";
import { bytesIn } from "../../wires/base64.ts";
import { sqsCodec, type Message } from "../../wires/sqs.ts";

export type { SqsAnswer } from "../../wires/sqs.ts";

function asSent(message: Message): Delivery<undefined> {
  const encoding = encodingOf(message.attribute);
  if (encoding === undefined) return message;
  const body = encoding === "empty" ? new Uint8Array() : bytesIn(message.body);
  if (body !== undefined) return { ...message, body };
  return { ...message, told: () => { throw unreadableBody("not the base64 that its attribute says it is"); } };
}
export const sqs = /* @__PURE__ */ sqsCodec<undefined>((message) => [asSent(message)]);
