/** EventBridge's half: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
import type { BusTold } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import type { EventBridgeEvent } from "../../native.ts";
import { invocationSideOf, sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { asynchronousRules } from "../../testing/services/asynchronous.ts";
import { behindHops } from "../../testing/services/hops.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { eventBridge, eventBridgeInSqs } from "./codec.ts";

const event = ({ id, told }: NeutralMessage<BusTold>): EventBridgeEvent => {
  const { event: { source, detailType, detail }, time } = told!;
  // Whole seconds.
  return { version: "0", id, "detail-type": detailType, source, account: "123456789012", ...(time === undefined ? {} : { time: time.replace(/\.\d+/, "") }), region: "eu-central-1", resources: [], detail };
};
const drops = { subject: "EventBridge's events have no subject" };

export const eventBridgeInSqsSide = sqsSideOf<BusTold>({ messageId: (id) => `${id}-in-sqs`, body: (message) => JSON.stringify(event(message)), drops });
export const eventBridgeSide = invocationSideOf<BusTold>({
  fabricate: event,
  drops,
  malformed: [{ why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } }, { why: "an event without detail", native: { id: "1", source: "shop.orders", "detail-type": "placed" } }],
});
export const busWires = [
  wireOf({ kind: "bus", variant: "eventbridge-sqs", service: "EventBridge → SQS → Lambda", codec: eventBridgeInSqs, side: eventBridgeInSqsSide, rules: behindHops(sqsRules) }),
  wireOf({ kind: "bus", variant: "direct", service: "EventBridge → Lambda", codec: eventBridge, side: eventBridgeSide, rules: behindHops(asynchronousRules) }),
];
