/** DynamoDB Streams in real time, in front of the real Lambda runtime, beside the model: attempts are made inside the invocation, and what is used up leaves its partition free. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "@isobar/adapter-aws/deploy";
import { startUnit, wires } from "@isobar/adapter-aws/testing";
import { buildUnits, loadConfig } from "@isobar/cli";
import type { RunningUnit } from "@isobar/core/adapter";
import { plan } from "@isobar/core/plan";
import { createTable, follow, missingServer, putItem, startTables, type TableServer } from "./dynamodb.ts";
import { becameOf, modelled, scripts, waits, type Became, type Seen } from "./scripts.ts";
import { drain, startSqs, type SqsServer } from "./sqs.ts";

const config = fileURLToPath(new URL("../fixtures/brokers-app/isobar.config.ts", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "isobar-brokers-"));
/** A crash is started over from the first attempt: what it then does is the same again, and would be for ever. */
const acts = { ...scripts, ...waits };
const missing = missingServer();
if (missing !== undefined) process.stderr.write(`isobar: skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)("DynamoDB Streams (dynoxide) in front of the real Lambda runtime agree with the model", () => {
  let tables: TableServer;
  let queues: SqsServer;
  const units: RunningUnit[] = [];
  let real: Readonly<Record<string, Became>>;
  let model: Readonly<Record<string, Became>>;
  beforeAll(async () => {
    [tables, queues] = await Promise.all([startTables(), startSqs()]);
    const { targets, sources } = await loadConfig(config);
    const target = targets.find(({ cloud }) => cloud === "aws")!;
    const [built] = (await buildUnits([target], [adapter], { sources, out })).filter(({ functions }) => functions.includes("follow"));
    const { rendered } = plan(target, adapter).bindings.find((each) => each.function === "follow")!;
    const propertiesOf = (type: string) => (Object.values(rendered.resources) as readonly { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }[]).find(({ Type }) => Type === type)!.Properties;
    const timeoutMs = Number(propertiesOf("AWS::Lambda::Function").Timeout) * 1000;
    const batchSize = Number(propertiesOf("AWS::Lambda::EventSourceMapping").BatchSize);
    const create = async (name: string) => (await queues.call<{ readonly QueueUrl: string }>("CreateQueue", { QueueName: name })).QueueUrl;
    real = Object.fromEntries(
      await Promise.all(
        Object.entries(acts).map(async ([name, own]) => {
          const [failed, seen] = [await create(`${name}-failed`), await create(`${name}-seen`)];
          const arn = await createTable(tables, `items-${name}`);
          const unit = await startUnit({ unit: built!.unit, folder: built!.folder, entry: built!.entry, functions: built!.functions, timeoutMs, env: { AWS_ENDPOINT_URL_SQS: queues.url, AWS_REGION: "us-east-1", ISOBAR_QUEUE_FAILED: failed, ISOBAR_QUEUE_SEEN: seen } });
          units.push(unit);
          await putItem(tables, `items-${name}`, { id: name, acts: JSON.stringify(own) });
          await follow(tables, arn, batchSize, 1, unit, "follow", 200);
          const starts = (await drain(queues, seen)).map(({ Body }) => JSON.parse(Body) as Seen);
          const [letter] = await drain(queues, failed);
          const story = letter && (JSON.parse(letter.MessageAttributes!.isobar!.StringValue!) as { readonly reason: string }).reason;
          return [name, becameOf(starts, story === undefined ? "acknowledged" : `dead-letter: failed: ${story}`)] as const;
        }),
      ),
    );
    const item = (id: string) => ({ id, acts: "[]" });
    model = await modelled(adapter, target, wires, "follow", acts, (name) => ({ id: name, body: "", group: name, told: { change: { operation: "created", key: { id: name }, after: item(name) }, subject: name } }));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(units.map((unit) => unit.stop()));
    await Promise.all([tables.stop(), queues.stop()]);
    rmSync(out, { recursive: true });
  });
  test.each(Object.keys(acts))("%s: the same attempts, and the same resting place", (name) => {
    const { starts, rest } = real[name]!;
    expect({ starts, rest }).toEqual({ starts: model[name]!.starts, rest: model[name]!.rest });
  });
  test.each(Object.keys(acts))("%s: no attempt earlier than the model's", (name) => {
    expect(real[name]!.waitsMs.map((ms, i) => ms >= model[name]!.waitsMs[i]! - 250)).toEqual(model[name]!.waitsMs.map(() => true));
  });
});
