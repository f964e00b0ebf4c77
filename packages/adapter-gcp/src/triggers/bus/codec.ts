/**
 * Bus on Google Cloud: CloudEvents, carried by a Pub/Sub push subscription or posted by Eventarc (wires/cloudevent.ts has both bindings).
 *
 * | Isobar        | pubsub                                             | direct                                                |
 * |---------------|----------------------------------------------------|-------------------------------------------------------|
 * | source        | source                                             | source                                                |
 * | detailType    | type                                               | type                                                  |
 * | detail        | data: JSON, text or bytes by its content type      | the same                                              |
 * | subject, time | subject, time                                      | the same                                              |
 * | id            | the attribute `isobar`'s id, else the event's      | the event's                                           |
 * | body          | the whole message as JSON: its attributes are part | the whole event in the JSON format                    |
 * |               | of the event                                       |                                                       |
 * | attempt,      | as for queue (wires/pubsub.ts)                     | nothing                                               |
 * | enqueuedAt    |                                                    |                                                       |
 * | only native() | what wires/cloudevent.ts and wires/pubsub.ts list                                                          |
 *
 * A batch (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format) is as many events as it
 * holds, which are settled together: one status answers for all of them.
 */
import type { BusTold } from "@isobar/core";
import type { CloudEvent, MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";
import { carried, eventsOf, posted } from "../../wires/cloudevent.ts";
import { wrapped } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

const reads = ({ source, type, subject, time, data }: CloudEvent) => ({ told: (): BusTold => ({ event: { source, detailType: type, detail: data }, subject, time }) });

export const busPush: MessageCodec<PubsubPush, PushAnswer, BusTold> = /* @__PURE__ */ wrapped((message) => carried(message, reads));
export const busEvent: MessageCodec<readonly CloudEvent[], PushAnswer, BusTold> = /* @__PURE__ */ posted(reads, eventsOf);
