/** The delivery contract on all clouds at once: each with the contract, and each with the others. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { scenarios, sentenceOf, storyOf, timesOf } from "@isobar/conformance/lab";
import { deliveryDocument, deliveryFile } from "./delivery/markdown.ts";
import { asynchronousKinds, deliveryResults, resultOf, type KindResults } from "./delivery/results.ts";
import { clouds } from "./proof/clouds.ts";

let all: readonly KindResults[];
beforeAll(async () => {
  all = await deliveryResults(clouds);
});
const paths = () => all.flatMap(({ kind, paths: own }) => own.map((path) => ({ kind, ...path })));

test("every asynchronous kind's default path is delivered on every cloud, and the variants whose rules are known", () => {
  expect(paths().map(({ kind, cloud, wire }) => `${kind}: ${cloud} ${wire.variant}`)).toEqual([
    "queue: aws sqs", "queue: azure service-bus", "queue: azure storage-queue", "queue: gcp pubsub-push",
    "topic: aws sns-sqs", "topic: aws direct", "topic: azure service-bus", "topic: gcp pubsub-push",
    "storage: aws s3-sqs", "storage: aws direct", "storage: azure event-grid-service-bus", "storage: azure direct", "storage: gcp gcs-pubsub", "storage: gcp direct",
    "schedule: aws scheduler-sqs", "schedule: aws direct", "schedule: azure timer-service-bus", "schedule: azure direct", "schedule: gcp scheduler-pubsub", "schedule: gcp direct",
    "changes: aws dynamodb-streams", "changes: azure cosmos-db", "changes: gcp eventarc-pubsub", "changes: gcp direct",
    "stream: aws kinesis", "stream: azure event-hubs", "stream: gcp pubsub-push",
    "bus: aws eventbridge-sqs", "bus: aws direct", "bus: azure event-grid-service-bus", "bus: azure direct", "bus: gcp pubsub", "bus: gcp direct",
    "logs: aws kinesis", "logs: aws direct", "logs: azure event-hubs", "logs: gcp sink-pubsub",
    "call: aws async", "call: azure async", "call: gcp async",
  ]);
  for (const { paths: own } of all) expect(own.filter(({ byDefault }) => byDefault).map(({ cloud }) => cloud)).toEqual(clouds.map(({ cloud }) => cloud));
});

describe.each(asynchronousKinds)("%s", (kind) => {
  const own = () => all.find((each) => each.kind === kind)!.paths;
  test.each(scenarios.map((scenario) => [sentenceOf(scenario), scenario] as const))("%s", (_, scenario) => {
    const broken = own().flatMap((path) => {
      const result = resultOf(path, scenario);
      return result.answer === "broken" ? [{ path: `${path.cloud} ${path.wire.variant}`, unannounced: result.told.filter(({ words }) => words === undefined).map(({ difference }) => difference.what), ran: result.ran.map(timesOf) }] : [];
    });
    expect(broken).toEqual([]);
    // Clouds that keep the contract tell one story.
    const stories = own().flatMap((path) => {
      const result = resultOf(path, scenario);
      return result.answer === "equal" ? [result.ran.map((ran) => storyOf(scenario, ran)).join("; ")] : [];
    });
    expect([...new Set(stories)].length).toBeLessThanOrEqual(1);
  });
});

test("no path is refused, or asked nothing, in every scenario of a default path", () => {
  expect(paths().filter(({ byDefault, results }) => byDefault && !results.some(({ answer }) => answer === "equal"))).toEqual([]);
});
test("nothing is ever lost", () => {
  const lost = paths().flatMap(({ cloud, kind, wire, results }) => results.flatMap((result) => ("ran" in result ? result.ran.filter(({ fate }) => fate.rest === "lost").map(({ name }) => `${kind} on ${cloud} by ${wire.variant}: ${name}`) : [])));
  expect(lost).toEqual([]);
});

test("docs/delivery.md is what the scenarios give; npm run delivery rewrites it", () => {
  expect(readFileSync(deliveryFile, "utf8")).toBe(deliveryDocument(all));
});
