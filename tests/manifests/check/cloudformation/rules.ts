/** What the services refuse and no schema says: ranges, values, and settings that two resources must agree on. */
import { isList, objectOf, oneOf, shapeFaults, spell, type Json, type JsonObject } from "../json.ts";
import { literalsAt } from "../places.ts";
import { policyFaults, secretFaults } from "./policies.ts";
import { intrinsicOf } from "./references.ts";
import { ranges, values, type Range } from "./tables.ts";
import type { CfnResource, Template } from "./template.ts";

/** Fn::If has a value on either side; what another function gives is not known. */
function sides(value: Json): readonly (readonly [string, Json])[] | undefined {
  const { name, argument } = intrinsicOf(value) ?? {};
  return name === "Fn::If" && isList(argument) ? [1, 2].map((i) => [`.Fn::If[${i}]`, argument[i] ?? null] as const) : name === undefined ? undefined : [];
}
const spellRange = ({ within }: Range): string => oneOf(within.map(([from, to]) => (from === to ? String(from) : to === Number.MAX_SAFE_INTEGER ? `${from} or more` : `${from} to ${to}`)));

function tableFaults({ type, properties, path }: CfnResource): readonly string[] {
  const at = (where: string) => literalsAt(properties, where, `${path}.Properties`, sides);
  return [
    ...Object.entries(values[type] ?? {}).flatMap(([where, row]) => at(where).filter(([, value]) => typeof value === "string" && !row.values.includes(value)).map(([place, value]) => `${place}: ${spell(value)} is not ${oneOf(row.values)} (${row.source})`)),
    ...Object.entries(ranges[type] ?? {}).flatMap(([where, row]) => at(where).filter(([, value]) => typeof value === "number" && !row.within.some(([from, to]) => value >= from && value <= to)).map(([place, value]) => `${place}: ${spell(value)} is not ${spellRange(row)} (${row.source})`)),
  ];
}

/** The resource of the template that a reference names. */
function referred(value: Json | undefined, { resources }: Template): CfnResource | undefined {
  const { name, argument } = intrinsicOf(value) ?? {};
  return name === "Ref" ? resources.get(String(argument)) : name === "Fn::GetAtt" && isList(argument) ? resources.get(String(argument[0])) : undefined;
}
const seconds = (value: Json | undefined, otherwise: number): number => (value === undefined ? otherwise : typeof value === "number" ? value : Number.NaN);
/** `[broken, sentence]` pairs of one place. */
const broken = (path: string, ...all: readonly (readonly [boolean, string])[]): readonly string[] => all.flatMap(([is, sentence]) => (is ? [`${path}: ${sentence}`] : []));

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html · https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html. Defaults: delivery-semantics §2.1. */
function mappingFaults({ properties, path }: CfnResource, template: Template): readonly string[] {
  const { BatchSize, MaximumBatchingWindowInSeconds: window = 0, StartingPosition, ScalingConfig, ProvisionedPollerConfig } = properties;
  const [source, lambda] = [referred(properties["EventSourceArn"], template), referred(properties["FunctionName"], template)];
  const [isQueue, isStream] = [source?.type === "AWS::SQS::Queue", source?.type === "AWS::Kinesis::Stream" || source?.type === "AWS::DynamoDB::Table"];
  const isFifo = source?.properties["FifoQueue"] === true;
  const [hidden, timeout] = [seconds(source?.properties["VisibilityTimeout"], 30), seconds(lambda?.properties["Timeout"], 3)];
  return broken(
    path,
    [isQueue && lambda !== undefined && hidden < timeout, `${source?.id ?? ""} hides messages for ${hidden} s, ${lambda?.id ?? ""} may take ${timeout} s`],
    [isFifo && Number(BatchSize) > 10, `a FIFO queue is read in batches of 10 at most, not ${String(BatchSize)}`],
    [isFifo && Number(window) > 0, "a FIFO queue has no batching window"],
    [isQueue && !isFifo && Number(BatchSize) > 10 && Number(window) < 1, `a batch of ${String(BatchSize)} needs a batching window of a second or more`],
    [isStream && StartingPosition === undefined, "a stream needs a StartingPosition"],
    [source?.type === "AWS::DynamoDB::Table" && StartingPosition === "AT_TIMESTAMP", "a table's stream is not read from a time"],
    [isQueue && StartingPosition !== undefined, "a queue has no StartingPosition"],
    [!isQueue && source !== undefined && ScalingConfig !== undefined, "ScalingConfig is for queues"],
    [ScalingConfig !== undefined && ProvisionedPollerConfig !== undefined, "ScalingConfig and ProvisionedPollerConfig exclude each other"],
  );
}
/** What a redrive policy may name as its end: a queue of the template, by ARN, FIFO exactly where its source is. */
function deadLetterFaults(policy: JsonObject, path: string, fifo: boolean | undefined, template: Template): readonly string[] {
  const target = policy["deadLetterTargetArn"];
  const queue = referred(target, template);
  return broken(
    path,
    [target !== undefined && typeof target !== "string" && intrinsicOf(target) === undefined, `deadLetterTargetArn ${spell(target)} is no ARN`],
    [intrinsicOf(target)?.name === "Ref" && queue !== undefined, "deadLetterTargetArn is an ARN, Ref gives a URL"],
    [queue !== undefined && queue.type !== "AWS::SQS::Queue", `the dead letter queue ${queue?.id ?? ""} is of type ${queue?.type ?? ""}`],
    [queue?.type === "AWS::SQS::Queue" && fifo !== undefined && (queue.properties["FifoQueue"] === true) !== fifo, `the dead letter queue ${queue?.id ?? ""} is ${fifo === true ? "no" : "a"} FIFO queue, its source is ${fifo === true ? "one" : "none"}`],
  );
}
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html; the range of maxReceiveCount is unsure (delivery-semantics §13). */
function queueFaults({ properties, path }: CfnResource, template: Template): readonly string[] {
  const { RedrivePolicy, RedriveAllowPolicy, FifoQueue, QueueName, ContentBasedDeduplication } = properties;
  const at = `${path}.Properties.RedrivePolicy`;
  const receives = objectOf(RedrivePolicy)["maxReceiveCount"];
  return [
    ...(RedrivePolicy !== undefined && intrinsicOf(RedrivePolicy) === undefined ? [
      ...shapeFaults(RedrivePolicy, at, ["deadLetterTargetArn", "maxReceiveCount"]),
      ...deadLetterFaults(objectOf(RedrivePolicy), at, FifoQueue === true, template),
      ...broken(at, [receives !== undefined && intrinsicOf(receives) === undefined && !(Number.isInteger(receives) && Number(receives) >= 1 && Number(receives) <= 1000), `maxReceiveCount ${spell(receives)} is not 1 to 1000`]),
    ] : []),
    ...(RedriveAllowPolicy !== undefined ? shapeFaults(RedriveAllowPolicy, `${path}.Properties.RedriveAllowPolicy`, ["redrivePermission"], ["sourceQueueArns"]) : []),
    ...broken(
      `${path}.Properties`,
      [typeof QueueName === "string" && QueueName.endsWith(".fifo") !== (FifoQueue === true), "the name of a FIFO queue ends in .fifo, and no other's does"],
      [ContentBasedDeduplication !== undefined && FifoQueue !== true, "ContentBasedDeduplication is for FIFO queues"],
    ),
  ];
}
/** https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html */
const subscriptionFaults = ({ properties: { RedrivePolicy, Protocol, RawMessageDelivery }, path }: CfnResource, template: Template): readonly string[] => [
  ...(RedrivePolicy !== undefined ? [...shapeFaults(RedrivePolicy, `${path}.Properties.RedrivePolicy`, ["deadLetterTargetArn"]), ...deadLetterFaults(objectOf(RedrivePolicy), `${path}.Properties.RedrivePolicy`, undefined, template)] : []),
  ...broken(`${path}.Properties`, [RawMessageDelivery === true && Protocol === "lambda", "RawMessageDelivery is not for functions"]),
];
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
function tableResourceFaults({ properties, path }: CfnResource): readonly string[] {
  const { BillingMode = "PROVISIONED", ProvisionedThroughput, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  const names = (value: Json | undefined) => (isList(value) ? value : []).map((each) => String(objectOf(each)["AttributeName"]));
  const indexes = [GlobalSecondaryIndexes, LocalSecondaryIndexes].flatMap((each) => (isList(each) ? each : []));
  const [defined, used] = [names(AttributeDefinitions), [KeySchema, ...indexes.map((each) => objectOf(each)["KeySchema"])].flatMap(names)];
  return [
    ...broken(
      `${path}.Properties`,
      [BillingMode === "PROVISIONED" && ProvisionedThroughput === undefined, "a provisioned table, which BillingMode makes it where it says nothing, needs ProvisionedThroughput"],
      [BillingMode === "PAY_PER_REQUEST" && ProvisionedThroughput !== undefined, "a table that is paid by request has no ProvisionedThroughput"],
    ),
    ...[...new Set(used)].filter((name) => !defined.includes(name)).map((name) => `${path}.Properties.KeySchema: AttributeDefinitions has no ${name}`),
    ...defined.filter((name) => !used.includes(name)).map((name) => `${path}.Properties.AttributeDefinitions: no key is ${name}`),
  ];
}

const own: Readonly<Record<string, (resource: CfnResource, template: Template) => readonly string[]>> = {
  "AWS::Lambda::EventSourceMapping": mappingFaults,
  "AWS::SQS::Queue": queueFaults,
  "AWS::SNS::Subscription": subscriptionFaults,
  "AWS::DynamoDB::Table": tableResourceFaults,
};
export const ruleFaults = (resource: CfnResource, template: Template): readonly string[] => [...tableFaults(resource), ...policyFaults(resource), ...secretFaults(resource), ...(own[resource.type]?.(resource, template) ?? [])];
