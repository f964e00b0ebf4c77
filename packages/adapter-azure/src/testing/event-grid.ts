/** Event Grid: events in both schemas, and the host's invocation of one. */
import type { MessageSide, NeutralMessage } from "@isobar/core/adapter";
import type { GridEvent } from "../wires/event-grid.ts";
import type { NativeInvocation } from "./rpc.ts";
import { alone, fateOf, json } from "./wire.ts";

/** https://learn.microsoft.com/azure/event-grid/cloud-event-schema */
export const cloudEvent = ({ id, source, type, subject, time, data }: GridEvent): object => ({ specversion: "1.0", id, source, type, subject, time, data });
/** https://learn.microsoft.com/azure/event-grid/event-schema */
export const schemaEvent = ({ id, source, type, subject, time, data }: GridEvent): object => ({ id, topic: source, eventType: type, subject, eventTime: time, data, dataVersion: "", metadataVersion: "1" });

interface Parts<Told> {
  readonly spell: (message: NeutralMessage<Told>) => GridEvent;
  readonly schema: (event: GridEvent) => object;
  readonly malformed?: readonly { readonly why: string; readonly event: unknown }[];
  readonly drops?: Readonly<Record<string, string>>;
}
/** The host answers Event Grid with an error where the handler threw; it delivers again. */
export const eventGridSide = <Told>({ spell, schema, malformed = [], drops }: Parts<Told>): MessageSide<Told> => ({
  maxBatch: 1,
  tellsAttempt: false,
  carriesBytes: false,
  ...(drops === undefined ? {} : { drops }),
  malformed: [{ why: "an empty object", event: {} }, { why: "a text", event: "event" }, { why: "no id", event: { ...schema({ id: "", source: "/a", type: "b", subject: "c", time: "2030-01-01T00:00:00Z", data: {} }), id: undefined } }, ...malformed].map(({ why, event }) => ({ why, native: { inputData: [{ data: json(event) }], triggerMetadata: {} } })),
  fabricate: (messages) => ({ inputData: [{ data: json(schema(spell(alone(messages)))) }], triggerMetadata: {} }) satisfies NativeInvocation,
  interpret: (seen) => [{ id: "", then: fateOf(seen) }],
});
