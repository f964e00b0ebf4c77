/** The hops that a rendered path has, and whether each is let in where it delivers: what the template says, read as the services read it. */
import { bucketArn } from "./hops.ts";
import { getAtt, ofType, ref, referred, type Resource, type Resources } from "./resources.ts";

/** A service that hands events on. */
export interface Hop {
  readonly service: string;
  /** As sentences name it. */
  readonly name: string;
  /** The resource that it acts for. */
  readonly by: string;
  /** That resource's ARN. */
  readonly arn: unknown;
  /** Logical ids of where it delivers and where it leaves what was not taken; `undefined` for references to nothing of this path. */
  readonly to: string | undefined;
  readonly deadLetter: string | undefined;
  /** Whether it has a place for what was not taken. */
  readonly keeps: boolean;
  /** The role that it takes on, where it needs one. */
  readonly role: string | undefined;
}
type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Events' way, the hop nearest to where they begin first. */
export function hopsOf(rendered: Readonly<Record<string, object>>): readonly Hop[] {
  const hops: Hop[] = [];
  const hop = (service: string, name: string, by: string, arn: unknown, to: unknown, deadLetter: unknown, { keeps = true, role }: { readonly keeps?: boolean; readonly role?: unknown } = {}) =>
    void hops.push({ service, name, by, arn, to: referred(to), deadLetter: referred(deadLetter), keeps, role: referred(role) });
  for (const [id, { Properties: { BucketName: named, NotificationConfiguration: all } }] of ofType(rendered, "AWS::S3::Bucket")) {
    const targets = ([["Queue", "Queue"], ["Topic", "Topic"], ["Lambda", "Function"]] as const).flatMap(([kind, to]) => list(fields(all)[`${kind}Configurations`]).map((each) => fields(each)[to]));
    // A bucket notifies all of its functions; those that lead out of this path are others'.
    const own = targets.filter((to) => Object.hasOwn(rendered, referred(to) ?? ""));
    for (const to of own.length === 0 ? targets.slice(0, 1) : own) hop("s3.amazonaws.com", "S3", id, bucketArn(named), to, undefined, { keeps: false });
  }
  for (const [id, { Properties: { TopicArn: topic, Endpoint: to, RedrivePolicy: redrive } }] of ofType(rendered, "AWS::SNS::Subscription")) hop("sns.amazonaws.com", "SNS", id, topic, to, fields(redrive).deadLetterTargetArn);
  for (const [id, { Properties: { Targets: targets } }] of ofType(rendered, "AWS::Events::Rule"))
    for (const each of list(targets)) hop("events.amazonaws.com", "EventBridge", id, getAtt(id), fields(each).Arn, fields(fields(each).DeadLetterConfig).Arn);
  for (const [id, { Properties: { Target: target } }] of ofType(rendered, "AWS::Scheduler::Schedule")) hop("scheduler.amazonaws.com", "Scheduler", id, getAtt(id), fields(target).Arn, fields(fields(target).DeadLetterConfig).Arn, { role: fields(target).RoleArn });
  for (const [id, { Properties: { LogGroupName: group, DestinationArn: to, RoleArn: role } }] of ofType(rendered, "AWS::Logs::SubscriptionFilter")) hop("logs.amazonaws.com", "CloudWatch Logs", id, getAtt(referred(group) ?? ""), to, undefined, { keeps: false, role });
  return hops;
}

const actions: Readonly<Record<string, string>> = { "AWS::SQS::Queue": "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish", "AWS::Lambda::Function": "lambda:InvokeFunction", "AWS::Kinesis::Stream": "kinesis:PutRecord" };
const statementsIn = (document: unknown): readonly Fields[] => list(fields(document).Statement).map(fields);
/** By whatever operator. */
const conditionOf = ({ Condition: all }: Fields, key: string): readonly unknown[] => Object.values(fields(all)).flatMap((operator) => (Object.hasOwn(fields(operator), key) ? [fields(operator)[key]] : []));
/** That a statement lets this service in, for this very resource of ours or for any. */
const letsIn = (statement: Fields, { service, arn }: Hop): boolean => fields(statement.Principal).Service === service && conditionOf(statement, "aws:SourceArn").every((from) => same(from, arn));

/** Whether a hop may deliver to a resource of the path: by the role that it takes on, or by the resource's own policy. */
export function isLetIn(rendered: Readonly<Record<string, object>>, hop: Hop, id: string | undefined): boolean {
  const resources = rendered as Resources;
  const at = (one: string | undefined): Resource | undefined => (one === undefined ? undefined : resources[one]);
  const type = at(id)?.Type;
  const action = actions[type ?? ""];
  if (id === undefined || action === undefined) return false;
  const on = (statement: Fields) => statement.Effect === "Allow" && statement.Action === action && (Array.isArray(statement.Resource) ? list(statement.Resource) : [statement.Resource]).some((each) => referred(each) === id);
  if (hop.role !== undefined) {
    const { AssumeRolePolicyDocument: taken, Policies: policies } = at(hop.role)?.Properties ?? {};
    return statementsIn(taken).some((statement) => letsIn(statement, hop)) && list(policies).some((policy) => statementsIn(fields(policy).PolicyDocument).some(on));
  }
  if (type === "AWS::Lambda::Function") {
    const permitted = ({ FunctionName: fn, Principal: principal, Action: may, SourceArn: from }: Fields) => referred(fn) === id && principal === hop.service && may === action && same(from, hop.arn);
    return ofType(rendered, "AWS::Lambda::Permission").some(([, { Properties }]) => permitted(Properties));
  }
  const policies = [...ofType(rendered, "AWS::SQS::QueuePolicy"), ...ofType(rendered, "AWS::SNS::TopicPolicy")].filter(([, { Properties }]) => list(Properties.Queues ?? Properties.Topics).some((each) => same(each, ref(id))));
  return policies.some(([, { Properties }]) => statementsIn(Properties.PolicyDocument).some((statement) => on(statement) && letsIn(statement, hop)));
}
