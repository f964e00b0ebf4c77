/** SQS's half: the batch that an event source mapping hands over, and which messages it then deletes. */
import type { MessageSide } from "@isobar/core/adapter";
import type { SqsEvent } from "../../native.ts";

/** `.fifo` in the name and a group on every record is all that FIFO changes on this wire. */
export const sqsSide: MessageSide = {
  maxBatch: 10,
  tellsAttempt: true,
  carriesBytes: false,
  malformed: [
    { why: "null", native: null },
    { why: "no Records", native: {} },
    { why: "Records that are no list", native: { Records: "x" } },
    { why: "an HTTP event", native: { version: "2.0", rawPath: "/", requestContext: { http: { method: "GET" } } } },
    { why: "an S3 event", native: { Records: [{ eventSource: "aws:s3", s3: {} }] } },
  ],
  fabricate: (messages, queue) => {
    if (messages.length > 10) throw new RangeError(`a batch of ${messages.length}`);
    return {
      Records: messages.map(({ id, attempt, body, enqueuedAt, group, attribute }) => ({
        messageId: id,
        receiptHandle: `receipt-${id}`,
        body: typeof body === "string" ? body : Buffer.from(body).toString("utf8"),
        attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(enqueuedAt), SenderId: "AIDAIENQZJOLO23YVJ4VO", ApproximateFirstReceiveTimestamp: String(enqueuedAt + 2), ...(group === undefined ? {} : { MessageGroupId: group }) },
        messageAttributes: attribute === undefined ? {} : { isobar: { dataType: "String", stringValue: attribute } },
        md5OfBody: "",
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}${messages.some((message) => message.group !== undefined) ? ".fifo" : ""}`,
        awsRegion: "eu-central-1",
      })),
    } satisfies SqsEvent;
  },
  /** No answer, an empty one, no list or an empty one is success; one unknown name and the whole batch comes again (LDG services-sqs-errorhandling). */
  interpret(seen, native) {
    const records: unknown = (native as Partial<SqsEvent> | null)?.Records;
    const ids = Array.isArray(records) ? (records as SqsEvent["Records"]).map(({ messageId }) => messageId) : [];
    const all = (then: "done" | "again") => ids.map((id) => ({ id, then }));
    if (!("returned" in seen)) return all("again");
    const failures = (seen.returned as { readonly batchItemFailures?: readonly ({ readonly itemIdentifier?: unknown } | null)[] | null } | null)?.batchItemFailures ?? [];
    if (!Array.isArray(failures) || failures.some((failure) => !ids.includes(failure?.itemIdentifier as string))) return all("again");
    return ids.map((id) => ({ id, then: failures.some((failure) => failure?.itemIdentifier === id) ? "again" : "done" }));
  },
};
