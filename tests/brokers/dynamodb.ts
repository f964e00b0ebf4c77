/**
 * A real table with a stream, and the poller that Lambda's event source mapping is: it reads one shard from its beginning, hands batches over, and starts again at the lowest sequence number that the
 * answer names, or with the whole batch where there is no answer. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and services-ddb-batchfailurereporting.html
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { RunningUnit } from "@isobar/core/adapter";
import { freePort, serve } from "./process.ts";

/** Why no server can be started here; `undefined` where one can. */
export function missingServer(): string | undefined {
  try {
    createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json");
    return undefined;
  } catch {
    return `dynoxide has no package for ${process.platform} ${process.arch} here`;
  }
}
export interface TableServer {
  call<T>(target: string, body: object): Promise<T>;
  stop(): Promise<void>;
}
export async function startTables(): Promise<TableServer> {
  const port = await freePort();
  const file = join(dirname(createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json")), "dynoxide");
  const server = await serve(file, ["serve", "--host", "127.0.0.1", "--port", String(port)], port);
  return {
    async call<T>(target: string, body: object): Promise<T> {
      const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers: { "content-type": "application/x-amz-json-1.0", "x-amz-date": "20300101T000000Z", "x-amz-target": target, authorization: "AWS4-HMAC-SHA256 Credential=none/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none" }, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    },
    stop: () => server.stop(),
  };
}
const tables = "DynamoDB_20120810.";
const streams = "DynamoDBStreams_20120810.";

export async function createTable({ call }: TableServer, name: string): Promise<string> {
  await call(`${tables}CreateTable`, { TableName: name, KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }], BillingMode: "PAY_PER_REQUEST", StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } });
  const { Table } = await call<{ readonly Table: { readonly LatestStreamArn: string } }>(`${tables}DescribeTable`, { TableName: name });
  return Table.LatestStreamArn;
}
export const putItem = ({ call }: TableServer, TableName: string, item: Readonly<Record<string, string>>) => call(`${tables}PutItem`, { TableName, Item: Object.fromEntries(Object.entries(item).map(([key, value]) => [key, { S: value }])) });

interface StreamRecord {
  readonly eventID: string;
  readonly dynamodb: { readonly SequenceNumber: string };
}
/** Reads until `count` records have been done. A batch that failed as a whole is handed over again after `pauseMs`; no document says when. */
export async function follow({ call }: TableServer, arn: string, batchSize: number, count: number, unit: RunningUnit, functionName: string, pauseMs: number): Promise<void> {
  const { StreamDescription } = await call<{ readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] } }>(`${streams}DescribeStream`, { StreamArn: arn });
  const ShardId = StreamDescription.Shards[0]!.ShardId;
  let done = 0;
  let after: string | undefined;
  while (done < count) {
    const { ShardIterator } = await call<{ readonly ShardIterator: string }>(`${streams}GetShardIterator`, { StreamArn: arn, ShardId, ...(after === undefined ? { ShardIteratorType: "TRIM_HORIZON" } : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }) });
    const { Records } = await call<{ readonly Records: readonly StreamRecord[] }>(`${streams}GetRecords`, { ShardIterator, Limit: batchSize });
    if (Records.length === 0) continue;
    const seen = await unit.invoke(functionName, { Records: Records.map((record) => ({ ...record, eventSource: "aws:dynamodb", eventSourceARN: arn })) });
    if (!("returned" in seen)) {
      await new Promise((resolve) => void setTimeout(resolve, pauseMs));
      continue;
    }
    const { batchItemFailures } = seen.returned as { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };
    const lowest = Records.findIndex(({ dynamodb }) => batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === dynamodb.SequenceNumber));
    const good = lowest < 0 ? Records.length : lowest;
    done += good;
    if (good > 0) after = Records[good - 1]!.dynamodb.SequenceNumber;
    if (lowest >= 0) await new Promise((resolve) => void setTimeout(resolve, pauseMs));
  }
}
