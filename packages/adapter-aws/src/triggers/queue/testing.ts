/** SQS's half: the batch that an event source mapping hands over, and which messages it then deletes. */
import { sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { sqs } from "./codec.ts";

export const sqsSide = sqsSideOf<undefined>();
export const queueWires = [wireOf({ kind: "queue", variant: "sqs", service: "SQS → Lambda, by an event source mapping", codec: sqs, side: sqsSide, rules: sqsRules })];
