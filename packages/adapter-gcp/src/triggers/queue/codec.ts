/**
 * Queue on Google Cloud: a Pub/Sub push subscription to an HTTP-signature function that decodes the push itself (the CloudEvent signature
 * loses the delivery attempt).
 *
 * | wire        | who delivers                                       | id, body, attribute, group, enqueuedAt, attempt                 |
 * |-------------|----------------------------------------------------|-----------------------------------------------------------------|
 * | pubsub-push | a subscription, wrapped                            | wires/pubsub.ts, "Wrapped"                                      |
 * | unwrapped   | a subscription with payload unwrapping             | wires/pubsub.ts, "Unwrapped"; no attempt                        |
 * | cloudevent  | Eventarc, `…pubsub.topic.v1.messagePublished`      | as wrapped, of the event's data; id: else the event's           |
 * | background  | functions of the first generation, `…topic.publish`| context.eventId, timestamp; data.data, data.attributes; neither |
 * |             |                                                    | attempt nor group                                               |
 * Only native(): what wires/{pubsub,cloudevent,background}.ts list.
 *
 * https://cloud.google.com/pubsub/docs/push · https://cloud.google.com/eventarc/docs/cloudevents#pubsub ·
 * https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/pubsub/v1/data.proto ·
 * https://cloud.google.com/functions/1stgendocs/calling/pubsub#event_structure
 *
 * Settlement: 204 acknowledges; every status but 102, 200, 201, 202 and 204 brings the message again. Limit: 10 MB.
 */
import type { CloudEvent, MessageCodec } from "@isobar/core/adapter";
import type { BackgroundEvent, PubsubPush, PubsubUnwrapped } from "../../native.ts";
import { publishedBackground, publishedEvent } from "../../wires/published.ts";
import { unwrapped, wrapped } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

export const push: MessageCodec<PubsubPush, PushAnswer, undefined> = /* @__PURE__ */ wrapped();
export const pushUnwrapped: MessageCodec<PubsubUnwrapped, PushAnswer, undefined> = /* @__PURE__ */ unwrapped();
export const pushCloudEvent: MessageCodec<CloudEvent, PushAnswer, undefined> = /* @__PURE__ */ publishedEvent();
export const pushBackground: MessageCodec<BackgroundEvent, PushAnswer, undefined> = /* @__PURE__ */ publishedBackground();
