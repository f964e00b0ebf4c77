/**
 * Call on Google Cloud: an authenticated request to the function's own URL (https://cloud.google.com/run/docs/authenticating/service-to-service),
 * or a message of Pub/Sub for calls that are sent ahead.
 *
 * | Isobar        | http                                              | async                                                  |
 * |---------------|---------------------------------------------------|--------------------------------------------------------|
 * | payload       | the body of POST /, JSON                          | message.data, JSON                                     |
 * | result        | 200 and JSON; an error is its status and          | nothing: it goes nowhere                               |
 * |               | problem+json with its code                        |                                                        |
 * | the rest      | triggers/http/codec.ts                            | as for queue (wires/pubsub.ts)                         |
 * | only native() | triggers/http/codec.ts                            | as for queue                                           |
 */
import type { MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";
import { wrapped } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

export { framework as callFramework } from "../http/codec.ts";
/** Where a function is called: Cloud Run's URL is the function's own. */
export const callPath = "/";
export const callPush: MessageCodec<PubsubPush, PushAnswer, undefined> = /* @__PURE__ */ wrapped();
