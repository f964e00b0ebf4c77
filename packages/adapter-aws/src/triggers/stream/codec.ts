/**
 * Stream on Lambda: Kinesis; as a variant that is only decoded, Kafka (kafka.ts beside this file).
 *
 * | Isobar            | native                                                                       |
 * |-------------------|------------------------------------------------------------------------------|
 * | every field       | as wires/kinesis.ts has it: the record is the event, its data as it was sent |
 * | told.partitionKey | kinesis.partitionKey                                                         |
 * | told.sequence     | kinesis.sequenceNumber                                                       |
 * | only native()     | what is listed there                                                         |
 */
import type { StreamTold } from "@isobar/core";
import { kinesisCodec } from "../../wires/kinesis.ts";

export const kinesis = /* @__PURE__ */ kinesisCodec<StreamTold>((message) => [{ ...message, told: () => ({ partitionKey: message.group, sequence: message.sequence }) }]);
