/** Service Bus and the host: the invocation of one message, completed when it succeeds and abandoned otherwise. */
import type { MessageSide } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";

interface NativeMessage {
  readonly inputData: readonly { readonly data: { readonly bytes: Uint8Array } }[];
  readonly triggerMetadata: Readonly<Record<string, { readonly string?: string; readonly json?: string }>>;
}

/** The host writes texts as `string`, everything else as `json` (azure-functions-host GrpcMessageConversionExtensions). */
export const serviceBusSide: MessageSide = {
  maxBatch: 1,
  tellsAttempt: true,
  carriesBytes: true,
  malformed: [
    { why: "a body that the worker has parsed", native: { inputData: [{ data: { json: '{"n":1}' } }], triggerMetadata: { MessageId: { string: "message-1" } } } },
    { why: "no metadata", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }] } },
    { why: "no messageId", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }], triggerMetadata: {} } },
  ],
  fabricate: (messages) => {
    const [message, second] = messages;
    if (message === undefined || second !== undefined) throw new RangeError(`${messages.length} messages in a single dispatch`);
    const { id, attempt, body, enqueuedAt, group, attribute } = message;
    return {
      inputData: [{ data: { bytes: bytesOf(body) } }],
      triggerMetadata: {
        MessageId: { string: id },
        DeliveryCount: { json: String(attempt) },
        EnqueuedTimeUtc: { json: JSON.stringify(new Date(enqueuedAt).toISOString()) },
        SequenceNumber: { json: "17" },
        LockToken: { string: "00000000-0000-0000-0000-000000000000" },
        ApplicationProperties: { json: JSON.stringify(attribute === undefined ? {} : { isobar: attribute }) },
        ...(group === undefined ? {} : { SessionId: { string: group } }),
      },
    } satisfies NativeMessage;
  },
  interpret: (seen, native) => [{ id: (native as Partial<NativeMessage>).triggerMetadata?.MessageId?.string ?? "", then: "returned" in seen ? "done" : "again" }],
};
