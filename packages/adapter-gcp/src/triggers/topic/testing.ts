/** Who delivers a subscriber's messages, and in which form: a queue's wires, with its own codecs. */
import type { Wire } from "@isobar/core/adapter";
import { decodesOnly } from "../../deploy/variants.ts";
import { json, postedWire } from "../../testing/calls.ts";
import { structured } from "../../testing/events.ts";
import { backgroundCall, backgroundId, headerId, malformedBackground, malformedPublished, malformedPushes, malformedUnwrapped, publishedCall, pushCall, pushId, unwrappedCall } from "../../testing/pubsub.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { topicBackgroundEvent, topicEvent, topicPush, topicPushUnwrapped } from "./codec.ts";

const drops = { subject: "a Pub/Sub message has no subject" };
const bare = json;

export const topicWires: readonly Wire<"topic">[] = [
  postedWire({ kind: "topic", variant: "pubsub-push", service: "Pub/Sub → push subscription of each subscriber", codec: topicPush, bare, tellsAttempt: true, malformed: malformedPushes, drops, fabricate: pushCall, idOf: pushId, rules: pubsubRules }),
  postedWire({ kind: "topic", variant: "unwrapped", service: "Pub/Sub → push subscription with payload unwrapping", decodesOnly: decodesOnly.unwrapped, codec: topicPushUnwrapped, bare: undefined, tellsAttempt: false, malformed: malformedUnwrapped, drops, fabricate: unwrappedCall, idOf: headerId("x-goog-pubsub-message-id") }),
  postedWire({ kind: "topic", variant: "cloudevent", service: "Pub/Sub → Eventarc", decodesOnly: decodesOnly.cloudevent, codec: topicEvent, bare: structured, tellsAttempt: false, malformed: malformedPublished, drops, fabricate: publishedCall, idOf: headerId("ce-id") }),
  postedWire({ kind: "topic", variant: "background", service: "Pub/Sub → function of the first generation", decodesOnly: decodesOnly.background, codec: topicBackgroundEvent, bare, tellsAttempt: false, malformed: malformedBackground, drops, fabricate: backgroundCall, idOf: backgroundId }),
];
