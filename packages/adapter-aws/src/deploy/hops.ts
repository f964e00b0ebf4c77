/**
 * Services in front of a function: what lets them write to its queue, or invoke it, and where they leave what was not taken. A hop retries its delivery only; it never hears what the function said.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html · https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
import { undeliveredOf } from "./dead-letters.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource, type Resources } from "./resources.ts";

/** The longest that EventBridge and Scheduler try to deliver: botocore 1.43.107, data/{events/2015-10-07,scheduler/2021-06-30}/service-2.json */
export const longestDelivery = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } as const;

/** A service and the resource of ours that it acts for. */
export interface Sender {
  readonly service: string;
  /** That resource's ARN. */
  readonly arn: unknown;
  /** For ARNs that name no account: a bucket of that name could become someone else's. */
  readonly account?: true;
}
const version = "2012-10-17";
const account = ref("AWS::AccountId");

/** The queue's own, the channel's, or `Inbox`: the queue of a function that something else fills. */
export const inboxOf = (name: string): string => logicalId(name, "Inbox");

const policy = ({ service, arn, account: own }: Sender, action: string, on: unknown) => ({
  Version: version,
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: action, Resource: on, Condition: { ArnEquals: { "aws:SourceArn": arn }, ...(own === undefined ? {} : { StringEquals: { "aws:SourceAccount": account } }) } }],
});
const named = (name: string) => ({ Isobar: { for: name } });

export const queuePolicy = (name: string, queue: string, sender: Sender): Named => [`${queue}Policy`, { Type: "AWS::SQS::QueuePolicy", Metadata: named(name), Properties: { Queues: [ref(queue)], PolicyDocument: policy(sender, "sqs:SendMessage", getAtt(queue)) } }];
/** `about`: what of the app the topic is for. */
export const topicPolicy = (about: Readonly<Record<string, string>>, topic: string, sender: Sender): Named => [`${topic}Policy`, { Type: "AWS::SNS::TopicPolicy", Metadata: { Isobar: about }, Properties: { Topics: [ref(topic)], PolicyDocument: policy(sender, "sns:Publish", ref(topic)) } }];
export const invokePermission = (name: string, { service, arn, account: own }: Sender): Named => [
  logicalId(name, "Permission"),
  { Type: "AWS::Lambda::Permission", Metadata: named(name), Properties: { Action: "lambda:InvokeFunction", FunctionName: ref(logicalId(name, "Function")), Principal: service, SourceArn: arn, ...(own === undefined ? {} : { SourceAccount: account }) } },
];

/** A role that a service takes on: for those that are let in by what they may do, and not by whom a queue lets in. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
export const deliveryRole = (name: string, service: string, action: string, on: readonly string[]): Named => [
  logicalId(name, "DeliveryRole"),
  {
    Type: "AWS::IAM::Role",
    Metadata: named(name),
    Properties: {
      AssumeRolePolicyDocument: { Version: version, Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceAccount": account } } }] },
      Policies: [{ PolicyName: "deliver", PolicyDocument: { Version: version, Statement: [{ Effect: "Allow", Action: action, Resource: on.map((id) => getAtt(id)) }] } }],
    },
  },
];

const record = (...all: readonly Named[]): Resources => Object.fromEntries(all);

/** The function's queue takes from this service, and so does the queue for what it could not deliver. */
export function inFrontOfQueue(name: string, sender: Sender, ordered = false): Resources {
  const undelivered = undeliveredOf(name, ordered);
  return record(undelivered, queuePolicy(name, inboxOf(name), sender), queuePolicy(name, undelivered[0], sender));
}
/** The function itself is invoked by this service, which leaves what it could not deliver in a queue. */
export function inFrontOfFunction(name: string, sender: Sender): Resources {
  const undelivered = undeliveredOf(name);
  return record(undelivered, queuePolicy(name, undelivered[0], sender), invokePermission(name, sender));
}

/** A bucket's name is chosen by us: whoever lets the bucket in names it before it exists, and it can exist only once it is let in. No other in the world may have it. */
export const bucketName = (channel: string): string => `\${AWS::StackName}-${channel}-\${AWS::AccountId}-\${AWS::Region}`;
export const bucketArn = (name: unknown): unknown => sub(`arn:\${AWS::Partition}:s3:::${(name as { readonly "Fn::Sub"?: string } | null | undefined)?.["Fn::Sub"] ?? String(name)}`);

/** One subscription of a topic: without a filter, and with a dead letter of its own. https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html */
export const subscription = (name: string, topic: string, to: { readonly queue: string; readonly raw: boolean } | { readonly function: string }): Named => [
  logicalId(name, "Subscription"),
  {
    Type: "AWS::SNS::Subscription",
    Metadata: named(name),
    Properties: {
      TopicArn: ref(topic),
      ...("queue" in to ? { Protocol: "sqs", Endpoint: getAtt(to.queue), RawMessageDelivery: to.raw } : { Protocol: "lambda", Endpoint: getAtt(to.function) }),
      RedrivePolicy: { deadLetterTargetArn: getAtt(logicalId(name, "Undelivered")) },
    },
    DependsOn: ["queue" in to ? `${to.queue}Policy` : logicalId(name, "Permission")],
  } satisfies Resource,
];
