/**
 * Queue on Azure Functions: a Service Bus queue, one message an invocation, registered with `dataType: "binary"`.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
 *
 * | Isobar        | native                                                                                                     |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | id            | the property `isobar`'s id, else messageId. The worker JSON-parses metadata texts (nodejs-library#90), so an |
 * |               | id that is a number too large to be exact is told apart by sequence number and enqueued time               |
 * | attempt       | deliveryCount: a lock counts, whether or not we started                                                    |
 * | group         | sessionId                                                                                                  |
 * | enqueuedAt    | enqueuedTimeUtc; the host writes it without a zone (nodejs-library#351)                                    |
 * | body          | the message, bytes                                                                                         |
 * | attribute     | applicationProperties.isobar, or userProperties.isobar of older extensions                                 |
 * | only native() | lockToken, contentType, correlationId, subject, expiresAtUtc, other properties and metadata                |
 *
 * Settlement: the host completes the message when the handler resolves and abandons it when it throws. Order: sessions keep it.
 */
import { IsobarError, stableId, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { ServiceBusRecord } from "../../native.ts";

const unreadable = (id: string | undefined, why: string): Item => ({ id, unreadable: new IsobarError("invalid-native-event", why) });

/** The broker's id, as far as the worker left it whole. */
function brokerId({ messageId, sequenceNumber, enqueuedTimeUtc }: ServiceBusRecord["metadata"]): string | undefined {
  if (typeof messageId === "string") return messageId === "" ? undefined : messageId;
  if (messageId === undefined) return undefined;
  if (typeof messageId !== "number" || Number.isSafeInteger(messageId)) return spelled(messageId);
  return `${messageId}/${spelled(sequenceNumber)}/${spelled(enqueuedTimeUtc)}`;
}
/** Text that the worker has parsed, as text again. */
const spelled = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) as string | undefined) ?? "undefined");

function attributeOf({ applicationProperties, userProperties }: ServiceBusRecord["metadata"]): string | undefined {
  const value = applicationProperties?.isobar ?? userProperties?.isobar;
  return value === undefined || value === null ? undefined : spelled(value);
}

function itemOf(record: ServiceBusRecord): Item {
  const { body, metadata } = record;
  const id = brokerId(metadata);
  if (id === undefined) return unreadable(id, "a message without messageId");
  if (!(body instanceof Uint8Array)) return unreadable(id, `message ${id}: the body is ${typeof body}, not bytes; register the trigger with dataType "binary"`);
  const attribute = attributeOf(metadata);
  const { deliveryCount, sessionId, enqueuedTimeUtc } = metadata;
  const enqueued = typeof enqueuedTimeUtc === "string" ? Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(enqueuedTimeUtc) ? enqueuedTimeUtc : `${enqueuedTimeUtc}Z`) : Number.NaN;
  return {
    id,
    deliveries: [
      {
        id: stableId(id, attribute),
        attempt: typeof deliveryCount === "number" ? deliveryCount : undefined,
        group: sessionId === undefined || sessionId === null ? undefined : spelled(sessionId),
        enqueuedAt: Number.isNaN(enqueued) ? undefined : enqueued,
        // The worker's Buffer slices and spells itself in other ways than the class that handlers are promised.
        body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
        attribute,
        record,
      },
    ],
  };
}

export const serviceBus: MessageCodec<ServiceBusRecord, undefined> = {
  decode(native) {
    const record = native as Partial<ServiceBusRecord> | null | undefined;
    if (typeof record?.metadata !== "object" || record.metadata === null) throw new IsobarError("invalid-native-event", "no Service Bus message: the invocation has no trigger metadata");
    return { native: record as ServiceBusRecord, items: [itemOf(record as ServiceBusRecord)] };
  },
  encode: ([outcome]) => (outcome?.then === "done" ? { respond: undefined } : { fault: new IsobarError("handler-failed", "the message comes again") }),
};
