/**
 * Names: of resources in the template, and of what they become. Both are made of the app's own; that no two are the same is checked, not hoped for.
 *
 * A physical name is chosen where someone has to know it without asking CloudFormation — who calls a function, sends to a queue, reads a log, writes to a bucket — and only where nothing but the name itself, or
 * what the name says (".fifo"), replaces the resource: CloudFormation makes the new one before it removes the old, which the same name would forbid. It generates the others, from the stack's name: roles and
 * policies, since a named role takes a stronger permission to deploy; tables, whose keys replace them; rules, schedules, mappings, alarms and APIs, which nobody calls by name. An update that moves a function
 * into another stack (stacks.ts) fails on its names and is rolled back, where generated ones would leave the messages of its queues behind.
 */
import { createHash } from "node:crypto";
import type { App } from "@isobar/core";
import type { Part, Parts } from "./parts.ts";
import { inTexts, redirected } from "./references.ts";
import { logicalId, type Resource } from "./resources.ts";

/** No hyphen: the last part of a name is always its stage, so that no app's stage is another app's. */
export const stageForm = /^[a-z][a-z0-9]{0,19}$/;
/** What every name begins with, and the stack's own. */
export const prefixOf = ({ name }: App, stage: string): string => `${name}-${stage}`;
/** Eight digits that tell texts apart. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);
/** A name that fits: a longer one ends in its digest. */
export const shortened = (name: string, limit: number): string => (name.length <= limit ? name : `${name.slice(0, limit - 9).replace(/-+$/, "")}-${digest(name)}`);

interface Naming {
  readonly property: string;
  readonly limit: number;
  readonly head?: string;
}
/** Limits: botocore 1.43.107, data/{lambda/2015-03-31,kinesis/2013-12-02,logs/2014-03-28}/service-2.json · https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html · https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html · https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const namings: Readonly<Record<string, Naming>> = {
  "AWS::Lambda::Function": { property: "FunctionName", limit: 64 },
  "AWS::SQS::Queue": { property: "QueueName", limit: 80 },
  "AWS::SNS::Topic": { property: "TopicName", limit: 256 },
  "AWS::Kinesis::Stream": { property: "Name", limit: 128 },
  "AWS::Logs::LogGroup": { property: "LogGroupName", limit: 512 },
  // Whoever lets the load balancer in names the target group before it exists.
  "AWS::ElasticLoadBalancingV2::TargetGroup": { property: "Name", limit: 32 },
};
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html: 63, of which account and region, the longest of which has 14 characters, take 28. */
const bucketLimit = 35;

const spelled = (suffix: string): string => suffix.replace(/(?:Queue|Topic|Function|Stream|LogGroup|Logs|TargetGroup)$/, "").replaceAll(/(?<=.)[A-Z]/g, "-$&").toLowerCase();
/** What of the app a resource is for, and what it is to it: "orders", "charge-inbox". */
function stemOf(id: string, { Metadata }: Resource): string {
  const { for: owner = "", discards: _, ...channel } = Metadata?.Isobar ?? {};
  const subject = Object.values(channel)[0] ?? owner;
  const what = spelled(id.slice(logicalId(subject, "").length));
  return what === "" ? subject : `${subject}-${what}`;
}
function ownNameOf(id: string, resource: Resource, prefix: string): readonly [property: string, name: string] | undefined {
  const naming = namings[resource.Type];
  if (naming === undefined) return undefined;
  const { FifoQueue, FifoTopic } = resource.Properties;
  const tail = FifoQueue === true || FifoTopic === true ? ".fifo" : "";
  // As Lambda itself would call it: where everybody looks.
  const functionLog = resource.Type === "AWS::Logs::LogGroup" && id.endsWith("Logs");
  const name = `${shortened(`${prefix}-${stemOf(id, resource)}`, functionLog ? 64 : naming.limit - tail.length)}${tail}`;
  return [naming.property, functionLog ? `/aws/lambda/${name}` : name];
}
/** Bucket names that are too long, each as the text that names it, with the text of the shorter one. */
const tooLong = (parts: Parts, prefix: string): readonly (readonly [long: string, short: string])[] =>
  [...parts.values()].flatMap(({ resource: { Type, Metadata } }) => {
    const name = `${prefix}-${Metadata?.Isobar.bucket ?? ""}`;
    const tail = "-${AWS::AccountId}";
    return Type !== "AWS::S3::Bucket" || name.length <= bucketLimit ? [] : [[`${name}${tail}`, `${shortened(name, bucketLimit)}${tail}`] as const];
  });

/** All of them under their names: what was rendered under the stack's is under app and stage. */
export function named(parts: Parts, prefix: string): Parts {
  const long = tooLong(parts, prefix);
  const fitting = (text: string): string => long.reduce((sofar, [name, short]) => (sofar === name || sofar.startsWith(`${name}-`) || sofar.includes(`:::${name}-`) ? sofar.replace(name, short) : sofar), text);
  return new Map(
    [...parts].map(([id, part]): readonly [string, Part] => {
      const ours = redirected(part.resource.Properties, (reference) => (reference.id === "AWS::StackName" ? { text: prefix } : undefined));
      const resource = { ...part.resource, Properties: long.length === 0 ? ours : inTexts(ours, fitting) };
      const name = ownNameOf(id, resource, prefix);
      return [id, { ...part, resource: name === undefined ? resource : { ...resource, Properties: { [name[0]]: name[1], ...resource.Properties } } }];
    }),
  );
}
