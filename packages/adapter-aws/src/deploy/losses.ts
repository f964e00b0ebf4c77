/** What deploying one manifest over another would lose: CloudFormation deletes what leaves a stack, and makes anew what it cannot change in place, unless a policy of the resource keeps the old one. */
import { IsobarError } from "@isobar/core";
import { lossesOf, type Loss, type LossRules, type ManifestFiles, type ManifestResource } from "@isobar/core/plan";
import type { Resource } from "./resources.ts";
import type { Template } from "./stacks.ts";

/** Which of its templates a resource is in: one that moves to another stack is another resource. */
const home = "Stack";
const shared = {
  // A topic itself holds nothing: what is published waits in the queues behind it.
  holds: { "AWS::SQS::Queue": "messages", "AWS::Kinesis::Stream": "records", "AWS::DynamoDB::Table": "items", "AWS::S3::Bucket": "objects", "AWS::Logs::LogGroup": "lines" },
  // "Update requires: Replacement" in https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html and the pages of the others.
  immutable: {
    "AWS::SQS::Queue": [home, "QueueName", "FifoQueue"],
    "AWS::Kinesis::Stream": [home, "Name"],
    "AWS::DynamoDB::Table": [home, "TableName", "KeySchema"],
    "AWS::S3::Bucket": [home, "BucketName"],
    "AWS::Logs::LogGroup": [home, "LogGroupName"],
  },
  letters: {
    "AWS::SQS::Queue": ["RedrivePolicy"],
    "AWS::SNS::Subscription": ["RedrivePolicy"],
    "AWS::Events::Rule": ["Targets.0.DeadLetterConfig"],
    "AWS::Scheduler::Schedule": ["Target.DeadLetterConfig"],
    "AWS::Lambda::EventInvokeConfig": ["DestinationConfig.OnFailure"],
  },
  // Seconds, hours, days: of one property always the same.
  retention: { "AWS::SQS::Queue": ["MessageRetentionPeriod"], "AWS::Kinesis::Stream": ["RetentionPeriodHours"], "AWS::Logs::LogGroup": ["RetentionInDays"] },
  lasting: (value) => (typeof value === "number" ? value : undefined),
  removed: (held) => `is deleted, with its ${held}`,
} satisfies Omit<LossRules, "replaced">;
const lost: LossRules = { ...shared, replaced: (held) => `is made anew, without its ${held}` };
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html */
const left: LossRules = { ...shared, replaced: (held) => `is made anew: the old one stays, with its ${held}, which nobody reads any more` };

/** Of all templates. What is to be discarded is nobody's loss. */
function resourcesIn(files: ManifestFiles): readonly (readonly [id: string, file: string, resource: Resource])[] {
  return Object.entries(files).filter(([file]) => /^(?:template|stack-\d+)\.json$/.test(file)).flatMap(([file, text]) => {
    try {
      return Object.entries((JSON.parse(text) as Template).Resources).filter(([, { Metadata }]) => Metadata?.Isobar?.discards === undefined).map(([id, resource]) => [id, file, resource] as const);
    } catch (cause) {
      throw new IsobarError("invalid-definition", `${file} is no manifest of AWS`, { cause });
    }
  });
}
const told = (all: ReturnType<typeof resourcesIn>): ReadonlyMap<string, ManifestResource> =>
  new Map(all.map(([id, file, { Type, Properties, DeletionPolicy = "Delete" }]) => [id, { type: Type, properties: { ...Properties, [home]: file }, kept: DeletionPolicy !== "Delete" }]));

export function losses(before: ManifestFiles, after: ManifestFiles): readonly Loss[] {
  const [was, is] = [resourcesIn(before), told(resourcesIn(after))];
  const stays = ([, , { UpdateReplacePolicy }]: (typeof was)[number]): boolean => UpdateReplacePolicy === "Retain";
  return [...lossesOf(told(was.filter((each) => !stays(each))), is, lost), ...lossesOf(told(was.filter(stays)), is, left)];
}
