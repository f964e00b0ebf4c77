/** A sender's half: one CloudEvent in binary mode, over Pub/Sub or as Eventarc posts it. */
import type { BusTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { json, postedWire, toldOf } from "../../testing/calls.ts";
import { carriedCall, eventCall, structuredOrBatch, type Emitted } from "../../testing/events.ts";
import { headerId, malformedEvents, malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { eventarcRules } from "../../testing/services/eventarc.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { busEvent, busPush } from "./codec.ts";

function emitted(message: NeutralMessage<BusTold>): Emitted {
  const { event: { source, detailType, detail }, subject, time } = toldOf(message);
  return { attributes: { id: message.id, source, type: detailType, subject, time }, data: detail };
}

export const busWires: readonly Wire<"bus">[] = [
  postedWire({ kind: "bus", variant: "pubsub", service: "CloudEvents over Pub/Sub → push subscription", codec: busPush, bare: json, tellsAttempt: true, malformed: [...malformedPushes, { why: "a message that is no event", native: pushCall({ id: "1", attempt: 1, enqueuedAt: 0, body: '{"n":1}' }, "s") }], fabricate: (message, source) => carriedCall(message, source, emitted(message)), idOf: pushId, rules: pubsubRules }),
  postedWire({ kind: "bus", variant: "direct", service: "Eventarc", codec: busEvent, bare: structuredOrBatch, tellsAttempt: false, malformed: malformedEvents, fabricate: (message) => eventCall(emitted(message)), idOf: headerId("ce-id"), rules: eventarcRules }),
];
