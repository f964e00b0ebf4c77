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
  interpret: (seen, native) => [{ id: (native as NativeMessage).triggerMetadata.MessageId?.string ?? "", then: "returned" in seen ? "done" : "again" }],
};
