/**
 * A real queue server, and the poller that Lambda's event source mapping is, over plain HTTP: what it hands to the function is built as
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html shows it, and it deletes what the answer calls done. Nothing here is the adapter's own client or model.
 */
import { buildApp } from "fauxqs";
import type { RunningUnit } from "@isobar/core/adapter";

export interface SqsServer {
  readonly url: string;
  call<T>(action: string, body: object): Promise<T>;
  stop(): Promise<void>;
}
const callLimitMs = 10_000;

export async function startSqs(): Promise<SqsServer> {
  const app = buildApp({ logger: false, host: "127.0.0.1" });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as { readonly port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async call<T>(action: string, body: object): Promise<T> {
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}`, authorization: "AWS4-HMAC-SHA256 Credential=none/20300101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=none" }, body: JSON.stringify(body), signal: AbortSignal.timeout(callLimitMs) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
      return (text === "" ? {} : JSON.parse(text)) as T;
    },
    stop: () => app.close(),
  };
}

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string; readonly DataType: string }>>;
}
const eventOf = (messages: readonly Received[], arn: string) => ({
  Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {} }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) => [name, { stringValue: StringValue, dataType: DataType }])),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: "us-east-1",
  })),
});

/** Polls until told to stop; batches go to the function one after the other, as a mapping with one poller does. `receivedAt`: milliseconds since 1970 of each receive that brought something. */
export function poll({ call }: SqsServer, queue: { readonly url: string; readonly arn: string }, batchSize: number, unit: RunningUnit, functionName: string): { readonly receivedAt: readonly number[]; stop(): Promise<void> } {
  let stopped = false;
  const receivedAt: number[] = [];
  const loop = (async () => {
    while (!stopped) {
      const { Messages = [] } = await call<{ readonly Messages?: readonly Received[] }>("ReceiveMessage", { QueueUrl: queue.url, MaxNumberOfMessages: batchSize, WaitTimeSeconds: 1, MessageSystemAttributeNames: ["All"], AttributeNames: ["All"], MessageAttributeNames: ["All"] });
      if (Messages.length === 0) continue;
      receivedAt.push(Date.now());
      const seen = await unit.invoke(functionName, eventOf(Messages, queue.arn));
      if (!("returned" in seen)) continue;
      const { batchItemFailures } = seen.returned as { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId, ReceiptHandle } of Messages) if (!again.has(MessageId)) await call("DeleteMessage", { QueueUrl: queue.url, ReceiptHandle });
    }
  })();
  return {
    receivedAt,
    stop() {
      stopped = true;
      return loop;
    },
  };
}
/** Everything in a queue, taken out. */
export async function drain({ call }: SqsServer, url: string): Promise<readonly Received[]> {
  const all: Received[] = [];
  for (;;) {
    const { Messages = [] } = await call<{ readonly Messages?: readonly Received[] }>("ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: 10, AttributeNames: ["All"], MessageAttributeNames: ["All"], VisibilityTimeout: 600 });
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}
