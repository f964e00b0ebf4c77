/** Service Bus and the host: the invocation of one message, completed when it succeeds and abandoned otherwise. */
import type { Malformed, MessageSide, NeutralMessage } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";
import type { NativeInvocation, TypedData } from "./rpc.ts";
import { alone, fateOf, json, metadataOf } from "./wire.ts";

/** What another service or our relay has put into the message. */
export interface Spelled {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly metadata?: Readonly<Record<string, TypedData>>;
}
export interface ServiceBusParts<Told> {
  readonly spell?: (message: NeutralMessage<Told>) => Spelled;
  /** Bodies that are no event of the kind. */
  readonly malformed?: readonly { readonly why: string; readonly body: string }[];
  readonly drops?: Readonly<Record<string, string>>;
}
const invocation = (body: string): NativeInvocation => ({ inputData: [{ data: { bytes: bytesOf(body) } }], triggerMetadata: { MessageId: { string: "message-1" }, DeliveryCount: json(1) } });
const envelopes: readonly Malformed[] = [
  { why: "a body that the worker has parsed", native: { inputData: [{ data: { json: '{"n":1}' } }], triggerMetadata: { MessageId: { string: "message-1" } } } },
  { why: "no metadata", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }] } },
  { why: "no messageId", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }], triggerMetadata: {} } },
];

/** What a run time put back: the words of its kind are in its body by now. */
const isCopy = ({ told, attribute }: NeutralMessage<unknown>): boolean => told === undefined && attribute !== undefined;

/** The host writes texts as `string`, everything else as `json` (azure-functions-host GrpcMessageConversionExtensions). */
export const serviceBusBroker = <Told = undefined>({ spell = (message) => message, malformed = [], drops }: ServiceBusParts<Told> = {}): MessageSide<Told> => ({
  maxBatch: 1,
  tellsAttempt: true,
  carriesBytes: true,
  ...(drops === undefined ? {} : { drops }),
  malformed: [...envelopes, ...malformed.map(({ why, body }) => ({ why, native: invocation(body) }))],
  fabricate(messages) {
    const message = alone(messages);
    const { id, attempt, enqueuedAt, group, attribute } = message;
    // A copy behind a delay has the body that was put back, and nothing beside it.
    const { body, metadata = {} }: Spelled = isCopy(message) ? message : spell(message);
    return {
      inputData: [{ data: { bytes: bytesOf(body) } }],
      triggerMetadata: {
        MessageId: { string: id },
        DeliveryCount: json(attempt),
        EnqueuedTimeUtc: json(new Date(enqueuedAt).toISOString()),
        SequenceNumber: json(17),
        LockToken: { string: "00000000-0000-0000-0000-000000000000" },
        ApplicationProperties: json(attribute === undefined ? {} : { isobar: attribute }),
        ...(group === undefined ? {} : { SessionId: { string: group } }),
        ...metadata,
      },
    } satisfies NativeInvocation;
  },
  interpret: (seen, native) => [{ id: metadataOf(native).MessageId?.string ?? "", then: fateOf(seen) }],
});
