/** Pub/Sub's half of a stream: a push with its ordering key. */
import type { Wire } from "@isobar/core/adapter";
import { json, postedWire } from "../../testing/calls.ts";
import { malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { streamPush } from "./codec.ts";

export const streamWires: readonly Wire<"stream">[] = [
  postedWire({
    kind: "stream",
    variant: "pubsub-push",
    service: "Pub/Sub with ordering keys → push subscription",
    codec: streamPush,
    bare: json,
    tellsAttempt: false,
    malformed: malformedPushes,
    drops: { "data.sequence": "Pub/Sub tells no position: the message's id stands in" },
    fabricate: ({ told, ...message }, source) => pushCall({ ...message, ...(told?.partitionKey === undefined ? {} : { group: told.partitionKey }) }, source),
    idOf: pushId,
    rules: pubsubRules,
  }),
];
