/** Other projects' captured payloads, and which wire of ours each is an event of. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TriggerKind } from "@isobar/core";

const folder = new URL("../../../shared/payloads/", import.meta.url);
export interface Sample {
  readonly file: string;
  readonly cloud: string;
  readonly trigger: string;
  readonly shape: string;
  readonly role: "event" | "response" | "partial" | "data" | "invalid" | "expected-output";
}
/** Why there are none to read; `undefined` when there are. */
export const missing = (): string | undefined => (existsSync(new URL("INDEX.json", folder)) ? undefined : `${fileURLToPath(folder)} is not there`);
export const samples = (): readonly Sample[] => JSON.parse(readFileSync(new URL("INDEX.json", folder), "utf8")) as readonly Sample[];
export const contentOf = ({ file }: Sample): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

export interface WireName {
  readonly cloud: string;
  readonly kind: TriggerKind;
  readonly variant: string;
}
const wire = (cloud: string, kind: TriggerKind, variant: string): WireName => ({ cloud, kind, variant });

/** By cloud, trigger and shape as the collection's index has them: the wire whose events these are. What is not here is of a kind that Isobar does not know. */
export const wires: Readonly<Record<string, WireName>> = {
  "aws http-api-v2 event": wire("aws", "http", "http-api"),
  "aws function-url event": wire("aws", "http", "function-url"),
  "aws http-rest-v1 event": wire("aws", "http", "rest-api"),
  "aws alb event": wire("aws", "http", "alb"),
  "aws sqs event": wire("aws", "queue", "sqs"),
  "aws sns event": wire("aws", "topic", "direct"),
  "aws s3 event": wire("aws", "storage", "direct"),
  "aws schedule event": wire("aws", "schedule", "direct"),
  "aws dynamodb-stream event": wire("aws", "changes", "dynamodb-streams"),
  "aws kinesis event": wire("aws", "stream", "kinesis"),
  "aws kafka event": wire("aws", "stream", "kafka"),
  "aws eventbridge event": wire("aws", "bus", "direct"),
  "aws cloudwatch-logs event": wire("aws", "logs", "direct"),
  "azure http rpc": wire("azure", "http", "http-trigger"),
  "azure servicebus rpc": wire("azure", "queue", "service-bus"),
  "azure queue rpc": wire("azure", "queue", "storage-queue"),
  "azure timer rpc": wire("azure", "schedule", "direct"),
  "azure timer trigger-value": wire("azure", "schedule", "direct"),
  "azure cosmosdb rpc": wire("azure", "changes", "cosmos-db"),
  "azure cosmosdb trigger-value": wire("azure", "changes", "cosmos-db"),
  "azure eventhub rpc": wire("azure", "stream", "event-hubs"),
  "azure kafka rpc": wire("azure", "stream", "kafka"),
  "azure eventgrid cloudevents-schema": wire("azure", "bus", "direct"),
  "azure eventgrid eventgrid-schema": wire("azure", "bus", "event-grid-schema"),
  "azure eventgrid rpc": wire("azure", "bus", "event-grid-schema"),
  "gcp pubsub pubsub-push": wire("gcp", "queue", "pubsub-push"),
  "gcp pubsub cloudevent": wire("gcp", "queue", "cloudevent"),
  "gcp pubsub background": wire("gcp", "queue", "background"),
  "gcp pubsub background-legacy": wire("gcp", "queue", "background"),
  "gcp pubsub http-request": wire("gcp", "queue", "background"),
  "gcp storage cloudevent": wire("gcp", "storage", "direct"),
  "gcp storage http-request": wire("gcp", "bus", "direct"),
  "gcp storage background": wire("gcp", "storage", "background"),
  "gcp firestore cloudevent": wire("gcp", "changes", "direct"),
  "gcp firestore cloudevent-protobuf": wire("gcp", "changes", "direct"),
  "gcp scheduler http-request": wire("gcp", "schedule", "direct"),
  "gcp custom cloudevent": wire("gcp", "bus", "direct"),
  "gcp custom http-request": wire("gcp", "bus", "direct"),
  "gcp audit-log cloudevent": wire("gcp", "bus", "direct"),
  "gcp firebase-alerts cloudevent": wire("gcp", "bus", "direct"),
  "gcp firebase-auth cloudevent": wire("gcp", "bus", "direct"),
  "gcp firebase-database cloudevent": wire("gcp", "bus", "direct"),
  "cloudevents structured structured": wire("gcp", "bus", "direct"),
  "cloudevents batch batch": wire("gcp", "bus", "direct"),
};
export const wireOfSample = ({ cloud, trigger, shape }: Sample): WireName | undefined => wires[`${cloud} ${trigger} ${shape}`];
