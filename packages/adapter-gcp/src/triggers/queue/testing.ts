/** Who delivers a queue's messages, and in which form. */
import type { MessageSide, Wire } from "@isobar/core/adapter";
import { decodesOnly } from "../../deploy/variants.ts";
import { json, postedWire } from "../../testing/calls.ts";
import { structured } from "../../testing/events.ts";
import { backgroundCall, backgroundId, headerId, malformedBackground, malformedPublished, malformedPushes, malformedUnwrapped, publishedCall, pushCall, pushId, unwrappedCall } from "../../testing/pubsub.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { push, pushBackground, pushCloudEvent, pushUnwrapped } from "./codec.ts";

const bare = json;

export const queueWires: readonly Wire<"queue">[] = [
  postedWire({ kind: "queue", variant: "pubsub-push", service: "Pub/Sub → push subscription", codec: push, bare, tellsAttempt: true, malformed: malformedPushes, fabricate: pushCall, idOf: pushId, rules: pubsubRules }),
  postedWire({ kind: "queue", variant: "unwrapped", service: "Pub/Sub → push subscription with payload unwrapping", decodesOnly: decodesOnly.unwrapped, codec: pushUnwrapped, bare: undefined, tellsAttempt: false, malformed: malformedUnwrapped, fabricate: unwrappedCall, idOf: headerId("x-goog-pubsub-message-id") }),
  postedWire({ kind: "queue", variant: "cloudevent", service: "Pub/Sub → Eventarc", decodesOnly: decodesOnly.cloudevent, codec: pushCloudEvent, bare: structured, tellsAttempt: false, malformed: malformedPublished, fabricate: publishedCall, idOf: headerId("ce-id") }),
  postedWire({ kind: "queue", variant: "background", service: "Pub/Sub → function of the first generation", decodesOnly: decodesOnly.background, codec: pushBackground, bare, tellsAttempt: false, malformed: malformedBackground, fabricate: backgroundCall, idOf: backgroundId }),
];
export const pushSide = queueWires[0]!.side as MessageSide;
