/** Event Hubs and the host: a batch of one partition's events, which comes again as a whole. */
import type { MessageSide, NeutralMessage } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";
import type { NativeInvocation } from "./rpc.ts";
import { fateOf, json } from "./wire.ts";

export interface EventHubsParts<Told> {
  /** The bytes of an event, its sequence number and its partition key. */
  readonly spell: (message: NeutralMessage<Told>) => { readonly body: string | Uint8Array<ArrayBuffer>; readonly sequence: number; readonly partitionKey: string | undefined };
  readonly malformed?: MessageSide["malformed"];
  readonly drops: Readonly<Record<string, string>>;
}
/** A sequence number that an event keeps at every delivery, by its id: 48 bits of two hashes (FNV-1a, https://www.rfc-editor.org/rfc/rfc9923). */
export function sequenceOf(id: string): number {
  let [low, high] = [0x811c9dc5, 0xcbf29ce4];
  for (let i = 0; i < id.length; i++) {
    low = Math.imul(low ^ id.charCodeAt(i), 0x01000193) >>> 0;
    high = Math.imul(high ^ low, 0x01000193) >>> 0;
  }
  return (high & 0xffff) * 2 ** 32 + low;
}
const countOf = (native: unknown): number => (native as Partial<NativeInvocation>).inputData?.[0]?.data.collectionBytes?.bytes.length ?? 1;

/** As EventHubTriggerBindingStrategy writes the metadata, and GrpcMessageConversionExtensions its lists: missing keys are left out of theirs. Default batch: 100 (extension 5). */
export const eventHubsSide = <Told>({ spell, malformed = [], drops }: EventHubsParts<Told>): MessageSide<Told> => ({
  maxBatch: 100,
  tellsAttempt: false,
  carriesBytes: true,
  settles: "together",
  drops: { id: "Event Hubs numbers events: the id is partition and sequence number", ...drops },
  malformed: [
    { why: "bodies that the worker has parsed", native: { inputData: [{ data: json([{ n: 1 }]) }], triggerMetadata: { SequenceNumberArray: { collectionSint64: { sint64: [1] } } } } },
    { why: "no metadata", native: { inputData: [{ data: { collectionBytes: { bytes: [new Uint8Array([123, 125])] } } }] } },
    { why: "no sequence numbers", native: { inputData: [{ data: { collectionBytes: { bytes: [new Uint8Array([123, 125])] } } }], triggerMetadata: {} } },
    ...malformed,
  ],
  fabricate(messages) {
    if (messages.length > 100) throw new RangeError(`a batch of ${messages.length}`);
    const events = messages.map((message) => ({ ...message, ...spell(message), time: new Date(message.enqueuedAt).toISOString() }));
    return {
      inputData: [{ data: { collectionBytes: { bytes: events.map(({ body }) => bytesOf(body)) } } }],
      triggerMetadata: {
        PartitionContext: json({ FullyQualifiedNamespace: "shop.servicebus.windows.net", EventHubName: "hub", ConsumerGroup: "$Default", PartitionId: "0" }),
        SequenceNumberArray: { collectionSint64: { sint64: events.map(({ sequence }) => sequence) } },
        OffsetArray: { collectionString: { string: events.map(({ sequence }) => String(sequence * 100)) } },
        PartitionKeyArray: { collectionString: { string: events.flatMap(({ partitionKey }) => partitionKey ?? []) } },
        EnqueuedTimeUtcArray: json(events.map(({ time }) => time)),
        PropertiesArray: json(events.map(({ attribute }) => (attribute === undefined ? {} : { isobar: attribute }))),
        SystemPropertiesArray: json(events.map(({ sequence, partitionKey = null, time }) => ({ SequenceNumber: sequence, Offset: sequence * 100, PartitionKey: partitionKey, EnqueuedTimeUtc: time }))),
      },
    } satisfies NativeInvocation;
  },
  interpret: (seen, native) => Array.from({ length: countOf(native) }, (_, i) => ({ id: String(i), then: fateOf(seen) })),
});
