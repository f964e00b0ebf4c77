/** The services' halves that kinds share: what an invocation looks like, and what becomes of it. */
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import type { Malformed, MessageCodec, MessageSide, NeutralMessage, Rendered, Rules, Seen, Unsure, Wire } from "@isobar/core/adapter";
import type { KinesisEvent, SqsEvent } from "../native.ts";
import { enter } from "./enter.ts";

interface WireParts<K extends AsynchronousKind> {
  readonly kind: K;
  readonly variant: string;
  readonly service: string;
  readonly decodesOnly?: string;
  readonly codec: MessageCodec<unknown, unknown, ToldOf<K>>;
  readonly side: MessageSide<ToldOf<K>>;
  readonly rules?: (rendered: Rendered, unsure?: Unsure) => Rules;
}
/** A wire whose captures are what the entry gets: JSON. */
export const wireOf = <K extends AsynchronousKind>({ codec, ...parts }: WireParts<K>): Wire<K> => ({ ...parts, ...(parts.decodesOnly === undefined ? { enter } : {}), decode: (captured) => ({ items: codec.decode(captured).items }), native: (captured) => captured });

const httpEvent: Malformed = { why: "an HTTP event", native: { version: "2.0", rawPath: "/", requestContext: { http: { method: "GET" } } } };
const nothing: readonly Malformed[] = [{ why: "null", native: null }, { why: "an empty object", native: {} }, { why: "Records that are no list", native: { Records: "x" } }, { why: "no records", native: { Records: [] } }, httpEvent];
const s3Event: Malformed = { why: "an S3 event", native: { Records: [{ eventSource: "aws:s3", s3: {} }] } };

function refuseMore(messages: readonly unknown[], maxBatch: number): void {
  if (messages.length > maxBatch) throw new RangeError(`a batch of ${messages.length}`);
}
/** No answer, an empty one, no list or an empty one is success; one unknown name and the whole batch comes again. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, and for streams services-kinesis-batchfailurereporting.html */
function failuresIn(seen: Seen, ids: readonly string[]): readonly string[] {
  if (!("returned" in seen)) return ids;
  const failures = (seen.returned as { readonly batchItemFailures?: readonly ({ readonly itemIdentifier?: unknown } | null)[] | null } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return ids;
  const named = (failures as readonly ({ readonly itemIdentifier?: unknown } | null)[]).map((failure) => failure?.itemIdentifier as string);
  return named.every((id) => ids.includes(id)) ? named : ids;
}

/** How a kind puts an event into an SQS message. */
export interface SqsWords<Told> {
  /** SQS's own id, where the event's is inside the body. */
  readonly messageId?: (id: string) => string;
  /** Default: the body as it was sent. */
  readonly body?: (message: NeutralMessage<Told>, source: string) => string;
  readonly drops?: Readonly<Record<string, string>>;
}
/** What an event source mapping hands over at most, where its batch size says so: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html. FIFO has ten. */
const maxBatch = 10_000;
/** `.fifo` in the name and a group on every record is all that FIFO changes on this wire. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const sqsSideOf = <Told>({ messageId = (id) => id, body: spelled, drops }: SqsWords<Told> = {}): MessageSide<Told> => ({
  maxBatch,
  tellsAttempt: true,
  carriesBytes: false,
  settles: "each",
  ...(drops === undefined ? {} : { drops }),
  malformed: [...nothing, s3Event, { why: "a message as the ReceiveMessage API spells it", native: { Records: [{ MessageId: "1", Body: "{}", ReceiptHandle: "r" }] } }, { why: "a message without a body", native: { Records: [{ messageId: "1", eventSource: "aws:sqs" }] } }],
  fabricate(messages, queue) {
    refuseMore(messages, messages.some(({ group }) => group !== undefined) ? 10 : maxBatch);
    return {
      Records: messages.map((message) => {
        const { id, attempt, enqueuedAt, group, attribute, body } = message;
        return {
          messageId: messageId(id),
          receiptHandle: `receipt-${id}`,
          body: spelled?.(message, queue) ?? (typeof body === "string" ? body : Buffer.from(body).toString("utf8")),
          attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(enqueuedAt), SenderId: "AIDAIENQZJOLO23YVJ4VO", ApproximateFirstReceiveTimestamp: String(enqueuedAt + 2), ...(group === undefined ? {} : { MessageGroupId: group }) },
          messageAttributes: attribute === undefined || spelled !== undefined ? {} : { isobar: { dataType: "String", stringValue: attribute } },
          md5OfBody: "",
          eventSource: "aws:sqs",
          eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}${messages.some((each) => each.group !== undefined) ? ".fifo" : ""}`,
          awsRegion: "eu-central-1",
        };
      }),
    } satisfies SqsEvent;
  },
  interpret(seen, native) {
    const records: unknown = (native as Partial<SqsEvent> | null)?.Records;
    const ids = Array.isArray(records) ? (records as SqsEvent["Records"]).map(({ messageId: id }) => id) : [];
    const failed = failuresIn(seen, ids);
    return ids.map((id) => ({ id, then: failed.includes(id) ? "again" : "done" }));
  },
});

/** Records that are read by position: the service starts again at the lowest sequence number that is named. */
export const positionSideOf = <Told>({ fabricate, sequenceOf, malformed, drops }: {
  readonly fabricate: (messages: readonly NeutralMessage<Told>[], source: string) => { readonly Records: readonly unknown[] };
  readonly sequenceOf: (record: never) => string;
  readonly malformed: readonly Malformed[];
  readonly drops?: Readonly<Record<string, string>>;
}): MessageSide<Told> => ({
  maxBatch,
  tellsAttempt: false,
  carriesBytes: true,
  settles: "position",
  ...(drops === undefined ? {} : { drops }),
  malformed: [...nothing, s3Event, { why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } }, ...malformed],
  fabricate(messages, source) {
    refuseMore(messages, maxBatch);
    return fabricate(messages, source);
  },
  interpret(seen, native) {
    const records: unknown = (native as { readonly Records?: unknown } | null)?.Records;
    const ids = Array.isArray(records) ? (records as never[]).map(sequenceOf) : [];
    const failed = failuresIn(seen, ids);
    const from = ids.findIndex((id) => failed.includes(id));
    return ids.map((id, i) => ({ id, then: from >= 0 && i >= from ? "again" : "done" }));
  },
});

/** A sequence number that is this message's own, wherever it stands in a batch: its id's bytes as digits, so that ids of one length keep their order. */
export const sequenceNumberOf = (id: string): string => BigInt(`0x1${Buffer.from(id).toString("hex")}`).toString();

/** One Kinesis record. `data`: what it holds. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export const kinesisRecord = (source: string, { partitionKey, sequence, data, enqueuedAt }: { readonly partitionKey: string; readonly sequence: string; readonly data: Uint8Array; readonly enqueuedAt: number }): KinesisEvent["Records"][number] => ({
  kinesis: { kinesisSchemaVersion: "1.0", partitionKey, sequenceNumber: sequence, data: Buffer.from(data).toString("base64"), approximateArrivalTimestamp: enqueuedAt / 1000 },
  eventSource: "aws:kinesis",
  eventVersion: "1.0",
  eventID: `shardId-000000000000:${sequence}`,
  eventName: "aws:kinesis:record",
  invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-kinesis-role",
  awsRegion: "eu-central-1",
  eventSourceARN: `arn:aws:kinesis:eu-central-1:123456789012:stream/${source}`,
});
export const kinesisMalformed: readonly Malformed[] = [
  { why: "a record whose data is no base64", native: { Records: [{ eventSource: "aws:kinesis", eventID: "shardId-000000000000:1", kinesis: { sequenceNumber: "1", partitionKey: "1", data: "*" } }] } },
  { why: "a record without a sequence number", native: { Records: [{ eventSource: "aws:kinesis", kinesis: { data: "" } }] } },
];

/** An event that a service hands to Lambda's asynchronous queue: done once the invocation returns. */
export const invocationSideOf = <Told>({ fabricate, drops, malformed }: { readonly fabricate: (message: NeutralMessage<Told>, source: string) => unknown; readonly drops?: Readonly<Record<string, string>>; readonly malformed: readonly Malformed[] }): MessageSide<Told> => ({
  maxBatch: 1,
  tellsAttempt: false,
  carriesBytes: false,
  settles: "together",
  ...(drops === undefined ? {} : { drops }),
  malformed: [...nothing, ...malformed],
  fabricate(messages, source) {
    refuseMore(messages, 1);
    return fabricate(messages[0]!, source);
  },
  interpret: (seen) => [{ id: "invocation", then: "returned" in seen ? "done" : "again" }],
});
