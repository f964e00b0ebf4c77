/**
 * Queue on Lambda: SQS, standard and FIFO, through an event source mapping.
 *
 * | Isobar        | native                                                                    |
 * |---------------|---------------------------------------------------------------------------|
 * | every field   | as wires/sqs.ts has it: the message is the event, its body as it was sent |
 * | only native() | what is listed there                                                      |
 */
import { sqsCodec } from "../../wires/sqs.ts";

export type { SqsAnswer } from "../../wires/sqs.ts";
export const sqs = /* @__PURE__ */ sqsCodec<undefined>((message) => [message]);
