/** Where a broker can be had, the model has to agree with it: the same app, the same scripts, in real time. */
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
import { drain, poll, startSqs, type SqsServer } from "./sqs.ts";
import { becameOf, crashes, modelled, scripts, waits, type Became, type Seen } from "./scripts.ts";

const config = fileURLToPath(new URL("../fixtures/brokers-app/isobar.config.ts", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "isobar-brokers-"));
const acts = { ...scripts, ...waits, ...crashes };
let server: SqsServer;
const units: RunningUnit[] = [];
let real: Readonly<Record<string, Became>>;
let model: Readonly<Record<string, Became>>;

type Properties = Readonly<Record<string, unknown>>;
const propertiesOf = (resources: Readonly<Record<string, object>>, id: string) => (resources[id] as { readonly Properties: Properties }).Properties;

beforeAll(async () => {
  server = await startSqs();
  const { targets, sources } = await loadConfig(config);
  const target = targets.find(({ cloud }) => cloud === "aws")!;
  const [built] = (await buildUnits([target], [adapter], { sources, out })).filter(({ functions }) => functions.includes("work"));
  const { rendered } = plan(target, adapter).bindings.find((each) => each.function === "work")!;
  const create = async (name: string, attributes: Readonly<Record<string, string>> = {}) => {
    const { QueueUrl: url } = await server.call<{ readonly QueueUrl: string }>("CreateQueue", { QueueName: name, Attributes: attributes });
    const { Attributes } = await server.call<{ readonly Attributes: { readonly QueueArn: string } }>("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["QueueArn"] });
    return { url, arn: Attributes.QueueArn };
  };
  // One queue and one unit for each script: a crash, and a batch that waits for its slowest, concern nobody else.
  const { VisibilityTimeout, RedrivePolicy } = propertiesOf(rendered.resources, "WorkQueue");
  const { BatchSize } = propertiesOf(rendered.resources, "WorkMapping");
  real = Object.fromEntries(
    await Promise.all(
      Object.entries(acts).map(async ([name, own]) => {
        const [failed, seen] = [await create(`${name}-failed`), await create(`${name}-seen`)];
        const work = await create(name, { VisibilityTimeout: String(VisibilityTimeout), RedrivePolicy: JSON.stringify({ deadLetterTargetArn: failed.arn, maxReceiveCount: (RedrivePolicy as { readonly maxReceiveCount: number }).maxReceiveCount }) });
        const { Timeout } = propertiesOf(rendered.resources, "WorkFunction");
        const unit = await startUnit({ unit: built!.unit, folder: built!.folder, entry: built!.entry, functions: built!.functions, timeoutMs: Number(Timeout) * 1000, env: { AWS_ENDPOINT_URL_SQS: server.url, AWS_REGION: "us-east-1", ISOBAR_QUEUE_FAILED: failed.url, ISOBAR_QUEUE_SEEN: seen.url } });
        units.push(unit);
        const poller = poll(server, work, Number(BatchSize), unit, "work");
        await server.call("SendMessage", { QueueUrl: work.url, MessageBody: JSON.stringify({ acts: own }), MessageAttributes: { isobar: { DataType: "String", StringValue: JSON.stringify({ v: 1, id: name }) } } });
        const rest = async (): Promise<string | undefined> => {
          const { Attributes } = await server.call<{ readonly Attributes: Readonly<Record<string, string>> }>("GetQueueAttributes", { QueueUrl: work.url, AttributeNames: ["All"] });
          return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible) === 0 ? "gone" : undefined;
        };
        while ((await rest()) === undefined) await new Promise((resolve) => void setTimeout(resolve, 50));
        await poller.stop();
        const starts = (await drain(server, seen.url)).map(({ Body }) => JSON.parse(Body) as Seen);
        const [letter] = await drain(server, failed.url);
        const reason = letter?.MessageAttributes?.isobar?.StringValue;
        const story = reason === undefined || !("reason" in JSON.parse(reason)) ? "maxReceiveCount" : (JSON.parse(reason) as { readonly reason: string }).reason;
        return [name, becameOf(starts, letter === undefined ? "acknowledged" : `dead-letter: failed: ${story}`, poller.receivedAt)] as const;
      }),
    ),
  );
  model = await modelled(adapter, target, wires, "work", acts, (name) => ({ id: name, body: "{}" }));
}, 120_000);
afterAll(async () => {
  await Promise.all(units.map((unit) => unit.stop()));
  await server.stop();
  rmSync(out, { recursive: true });
});

describe("SQS (fauxqs) in front of the real Lambda runtime agrees with the model", () => {
  test.each(Object.keys(acts))("%s: the same attempts, and the same resting place", (name) => {
    const { starts, rest } = real[name]!;
    expect({ starts, rest }).toEqual({ starts: model[name]!.starts, rest: model[name]!.rest });
  });
  test.each(Object.keys(acts))("%s: no attempt earlier than the model's", (name) => {
    // The broker counts from its own clock's receive; this process hears of that later when the machine is busy. Every wait here is a second or more.
    expect(real[name]!.waitsMs.map((ms, i) => ms >= model[name]!.waitsMs[i]! - 500)).toEqual(model[name]!.waitsMs.map(() => true));
  });
});
