/** Firestore's half: Eventarc's events of documents, and our relay's copies of them. */
import { isDecimal, type Change, type ChangesTold, type Value, type ValueMap } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { json, postedWire, toldOf } from "../../testing/calls.ts";
import { carriedCall, eventCall, structured, type Emitted } from "../../testing/events.ts";
import { foreignEvents, headerId, malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { eventarcRules } from "../../testing/services/eventarc.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { changesEvent, changesPush } from "./codec.ts";

/** https://cloud.google.com/firestore/docs/reference/rest/v1/Value */
function spelled(value: Value): unknown {
  if (value === null) return { nullValue: null };
  if (typeof value === "boolean") return { booleanValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "bigint" || Number.isInteger(value)) return { integerValue: String(value as bigint) };
  if (typeof value === "number") return { doubleValue: Number.isFinite(value) ? value : String(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(spelled) } };
  if (value instanceof Set || isDecimal(value)) throw new RangeError("Firestore has no sets and no decimals");
  return { mapValue: { fields: fieldsOf(value as ValueMap) } };
}
const fieldsOf = (map: ValueMap) => Object.fromEntries(Object.entries(map).map(([name, value]) => [name, spelled(value)]));
const base = "projects/p/databases/(default)/documents/";
const documentOf = (subject: string, fields: ValueMap | undefined) => (fields === undefined ? undefined : { name: base + subject, fields: fieldsOf(fields), createTime: "2029-01-01T00:00:00Z", updateTime: "2030-01-01T00:00:00Z" });
const dataOf = ({ before, after }: Change, subject: string) => ({ value: documentOf(subject, after), oldValue: documentOf(subject, before) });

/** `word`: what the trigger is subscribed to. */
function emitted(message: NeutralMessage<ChangesTold>, word: string): Emitted {
  const { change, subject, time } = toldOf(message);
  return { attributes: { id: message.id, source: "//firestore.googleapis.com/projects/p/databases/(default)", type: `google.cloud.firestore.document.v1.${word}`, subject: `documents/${subject}`, time, project: "p", database: "(default)", document: subject }, data: dataOf(change, subject) };
}

export const changesWires: readonly Wire<"changes">[] = [
  postedWire({
    kind: "changes",
    variant: "eventarc-pubsub",
    service: "Firestore → Eventarc → relay → Pub/Sub → push subscription",
    codec: changesPush,
    bare: json,
    tellsAttempt: false,
    malformed: [...malformedPushes, { why: "a message that is no event", native: pushCall({ id: "1", attempt: 1, enqueuedAt: 0, body: '{"n":1}' }, "s") }],
    // Unordered: the relay's topic has no ordering keys, since Eventarc's own deliveries come in any order.
    fabricate: ({ group: _, ...message }, source) => carriedCall(message, source, emitted(message, "written")),
    idOf: pushId,
    rules: pubsubRules,
  }),
  postedWire({ kind: "changes", variant: "direct", service: "Firestore → Eventarc", codec: changesEvent, bare: structured, tellsAttempt: false, malformed: foreignEvents, fabricate: (message) => eventCall(emitted(message, toldOf(message).change.operation)), idOf: headerId("ce-id"), rules: eventarcRules }),
];
