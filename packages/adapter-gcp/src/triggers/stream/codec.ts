/**
 * Stream on Google Cloud: a Pub/Sub push subscription with message ordering. https://cloud.google.com/pubsub/docs/ordering
 *
 * | Isobar              | native                                                                                              |
 * |---------------------|-----------------------------------------------------------------------------------------------------|
 * | partitionKey, group | message.orderingKey                                                                                 |
 * | sequence            | message.messageId: Pub/Sub tells no position                                                        |
 * | bytes               | message.data                                                                                        |
 * | the rest            | as for queue (wires/pubsub.ts), what is only native() too                                           |
 *
 * Settlement: a message that comes again brings everything of its key after it again.
 */
import type { StreamTold } from "@isobar/core";
import type { MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";
import { wrapped } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

export const streamPush: MessageCodec<PubsubPush, PushAnswer, StreamTold> = /* @__PURE__ */ wrapped(({ id, orderingKey }) => ({ told: () => ({ partitionKey: orderingKey, sequence: id }) }));
