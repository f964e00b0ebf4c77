/**
 * Changes on Google Cloud: Firestore's events, posted by Eventarc (`direct`), or carried over Pub/Sub by the unit's relay, which publishes
 * what Eventarc posted to it (`eventarc-pubsub`). wires/cloudevent.ts has both bindings.
 *
 * | Isobar         | native                                                                                                   |
 * |----------------|----------------------------------------------------------------------------------------------------------|
 * | operation      | type: `…document.v1.created`, `.updated`, `.deleted`; of `.written`, whether data.oldValue and data.value  |
 * |                | are there                                                                                                |
 * | key.id         | the last part of the document's path                                                                     |
 * | subject, group | the document's path: subject without "documents/", else the extension `document`, else of the document's |
 * |                | name what follows "/documents/"                                                                          |
 * | before, after  | data.oldValue.fields, data.value.fields; in JSON or protobuf (wires/firestore.ts)                        |
 * | time, id       | time, id; over Pub/Sub the attribute `isobar`'s id before the event's                                    |
 * | body           | the whole event (or message) as JSON                                                                     |
 * | attempt,       | over Pub/Sub as for queue (wires/pubsub.ts); Eventarc does not tell                                      |
 * | enqueuedAt     |                                                                                                          |
 * | only native()  | data.updateMask, the documents' project and database, createTime, updateTime, source, the extensions location, |
 * |                | project, database, namespace, authtype, authid                                                           |
 *
 * Values: an integer of 64 bits is exact; a timestamp is its text with all digits; a reference is its path; bytes are bytes.
 * https://cloud.google.com/firestore/docs/extend-with-functions-2nd-gen ·
 * https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
 */
import type { ChangesTold } from "@isobar/core";
import type { ChannelName, CloudEvent, MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";
import { carried, posted } from "../../wires/cloudevent.ts";
import { firestoreTold } from "../../wires/firestore.ts";
import { wrapped } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

/** Where Eventarc posts to. */
export const relayPath = "/_isobar/relay";
/** Where the relay publishes to: a unit has one. No channel of an app can be called so. */
export const relayChannel: ChannelName = { resource: "topic", name: "isobar--relay" };

export const changesPush: MessageCodec<PubsubPush, PushAnswer, ChangesTold> = /* @__PURE__ */ wrapped((message) => carried(message, firestoreTold));
export const changesEvent: MessageCodec<readonly CloudEvent[], PushAnswer, ChangesTold> = /* @__PURE__ */ posted(firestoreTold);
