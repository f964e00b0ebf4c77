/** What AWS refuses of a manifest, as sentences: all of them at once. */
import type { ConsumerOptions } from "@isobar/core";
import { stageForm } from "./naming.ts";
import type { Parts } from "./parts.ts";
import { referencesIn } from "./references.ts";
import { referred, type Resource } from "./resources.ts";
import { retentionDays } from "./settings.ts";
import { circleIn, limits, rootFile, type Template } from "./stacks.ts";
import type { AgreedUnit, Composition } from "./units.ts";

type Rule = readonly [broken: boolean, sentence: string];
const broken = (...rules: readonly Rule[]): readonly string[] => rules.flatMap(([is, sentence]) => (is ? [sentence] : []));

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: what Lambda sets itself, and what every variable's name is. */
const reserved: ReadonlySet<string> = new Set(
  "_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR".split(" "),
);
const variableForm = /^[A-Za-z]\w+$/;
const environmentBytes = 4_096;
/** What an address takes before the channel's name, where the region's is the longest. */
const [urlBytes, arnBytes] = ["https://sqs.ap-southeast-1.amazonaws.com/123456789012/".length, "arn:aws:sns:ap-southeast-1:123456789012:".length];
function addressBytes(value: unknown, parts: Parts): number {
  const { Type, Properties: { QueueName, TopicName } = {} }: Partial<Resource> = parts.get(referred(value) ?? "")?.resource ?? {};
  return Type === "AWS::SNS::Topic" ? arnBytes + String(TopicName).length : urlBytes + (typeof QueueName === "string" ? QueueName.length : 80);
}
const bytesOf = (variables: Readonly<Record<string, unknown>>, parts: Parts): number => Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + (typeof value === "string" ? Buffer.byteLength(value) : addressBytes(value, parts)), 0);

/** CloudFormation puts what it refers to in its place, wherever a text has one, and a secret into the clear: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const dynamicReference = /\{\{resolve:/;

export function unitFaults({ app }: Composition, { name, functions, settings: { reservedConcurrency, provisionedConcurrency, logRetentionDays, network } }: AgreedUnit): readonly string[] {
  const whole = (value: number | undefined, from: number): boolean => value === undefined || (Number.isSafeInteger(value) && value >= from);
  const environment = functions.flatMap((each) => Object.entries((app.functions[each]!.options as Partial<ConsumerOptions>).environment ?? {}));
  const variables = environment.map(([variable]) => variable);
  return [
    ...broken(
      [!whole(reservedConcurrency, 0), `${name}: reservedConcurrency is a whole number from 0, not ${String(reservedConcurrency)}`],
      [!whole(provisionedConcurrency, 1), `${name}: provisionedConcurrency is a whole number from 1, not ${String(provisionedConcurrency)}`],
      [reservedConcurrency !== undefined && provisionedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency, `${name}: ${String(provisionedConcurrency)} instances are kept warm where ${String(reservedConcurrency)} are reserved`],
      [logRetentionDays !== undefined && !retentionDays.includes(logRetentionDays), `${name}: a log is kept for ${retentionDays.join(", ")} days, not for ${String(logRetentionDays)}`],
      [network !== undefined && (network.subnetIds.length === 0 || network.securityGroupIds.length === 0), `${name}: a network has a subnet and a security group at least`],
      [network !== undefined && (network.subnetIds.length > 16 || network.securityGroupIds.length > 5), `${name}: a function runs in 16 subnets and 5 security groups at most`],
    ),
    ...[...new Set(variables)].filter((variable) => reserved.has(variable)).map((variable) => `${name}: the variable ${variable} is Lambda's own`),
    ...[...new Set(variables)].filter((variable) => !reserved.has(variable) && !variableForm.test(variable)).map((variable) => `${name}: Lambda has no variable ${variable}: a letter first, and two characters at least`),
    ...[...new Set(environment.filter(([, value]) => dynamicReference.test(value)).map(([variable]) => variable))].map((variable) => `${name}: the variable ${variable} has a "{{resolve:", which CloudFormation would replace · secrets: ["…"], or an override of the function`),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: the policies of a role, without white space; what a reference becomes counts as an ARN. */
const policyCharacters = 10_240;
const arnCharacters = 130;
function policyLength(policies: unknown): number {
  const text = JSON.stringify(policies);
  const references = text.match(/\{"(?:Ref|Fn::GetAtt)":(?:"[^"]*"|\["[^"]*","[^"]*"\])\}/g) ?? [];
  return text.length + references.reduce((sum, each) => sum + arnCharacters - each.length, 0);
}
/** Names that a template chooses, however they got there. Sources: naming.ts; roles: botocore 1.43.107, data/iam/2010-05-08/service-2.json. */
const nameLimits: Readonly<Record<string, readonly [property: string, most: number, form: RegExp]>> = {
  "AWS::Lambda::Function": ["FunctionName", 64, /^[\w-]+$/],
  "AWS::IAM::Role": ["RoleName", 64, /^[\w+=,.@-]+$/],
  "AWS::SQS::Queue": ["QueueName", 80, /^[\w-]+(?:\.fifo)?$/],
  "AWS::SNS::Topic": ["TopicName", 256, /^[\w-]+(?:\.fifo)?$/],
  "AWS::S3::Bucket": ["BucketName", 63, /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/],
  "AWS::Kinesis::Stream": ["Name", 128, /^[\w.-]+$/],
  "AWS::Events::EventBus": ["Name", 256, /^[\w./-]+$/],
  "AWS::Logs::LogGroup": ["LogGroupName", 512, /^[\w./#-]+$/],
  "AWS::ElasticLoadBalancingV2::TargetGroup": ["Name", 32, /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/],
};
/** Account and region in a name, at their longest. */
const literal = (value: unknown): string | undefined => {
  const text = typeof value === "string" ? value : (value as { readonly "Fn::Sub"?: unknown } | null | undefined)?.["Fn::Sub"];
  return typeof text === "string" ? text.replaceAll("${AWS::AccountId}", "123456789012").replaceAll("${AWS::Region}", "ap-southeast-1") : undefined;
};
/** Of all resources, as they are deployed. Memory: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export function resourceFaults(parts: Parts): readonly string[] {
  const taken = new Map<string, string>();
  return [...parts].flatMap(([id, { resource: { Type, Properties } }]) => {
    const [property = "", most = 0, form = /^/] = nameLimits[Type] ?? [];
    const name = literal(Properties[property]);
    const known = name === undefined ? undefined : taken.get(`${Type} ${name}`);
    if (name !== undefined) taken.set(`${Type} ${name}`, known ?? id);
    const { Variables: variables = {} } = (Properties.Environment ?? {}) as { readonly Variables?: Readonly<Record<string, unknown>> };
    const memory = Properties.MemorySize as number | undefined;
    const bytes = Type === "AWS::Lambda::Function" ? bytesOf(variables, parts) : 0;
    const policies = Type === "AWS::IAM::Role" ? policyLength(Properties.Policies ?? []) : 0;
    return broken(
      [known !== undefined, `${known ?? ""} and ${id} would both be called ${String(name)}: rename one`],
      [name !== undefined && (name.length > most || !form.test(name) || (Type === "AWS::S3::Bucket" && name.length < 3)), `${id}: ${JSON.stringify(name)} is no name of a ${Type}: ${most} characters at most`],
      [Type === "AWS::Lambda::Function" && memory !== undefined && !(memory >= 128 && memory <= 10_240), `${id}: a Lambda function has 128 to 10,240 MB of memory, not ${String(memory)}`],
      [bytes > environmentBytes, `${id}: its environment may take ${bytes} bytes, of which Lambda has ${environmentBytes}`],
      [policies > policyCharacters, `${id}: its policy may take ${policies} characters, of which a role has ${policyCharacters}: send to fewer channels from one unit`],
    );
  });
}
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const templateBytes = 1_048_576;
export function templateFaults(templates: ReadonlyMap<string, Template>, files: Readonly<Record<string, string>>): readonly string[] {
  return [...templates].flatMap(([file, template]) => {
    const circle = circleIn(template);
    const { Resources: resources, Parameters: parameters = {} } = template;
    const named = Object.entries(resources).flatMap(([id, { Properties, DependsOn = [] }]) => [...referencesIn(Properties).map((each) => each.id), ...DependsOn].map((to) => [id, to] as const));
    const lost = named.filter(([, to]) => !to.startsWith("AWS::") && !Object.hasOwn(resources, to) && !Object.hasOwn(parameters, to)).map(([id, to]) => `${file}: ${id} refers to ${to}, which is not there`);
    const too = (Object.keys(limits) as (keyof typeof limits)[]).flatMap((section) => {
      const count = Object.keys(template[section] ?? {}).length;
      return count > limits[section] ? [`${file}: a template has ${limits[section]} ${section.toLowerCase()} at most, and this one ${count}${file === rootFile && section === "Resources" ? ": channels and front ends are not split, so that none of them moves; reference some as existing, or make two apps" : ""}`] : [];
    });
    return [...too, ...new Set(lost), ...broken([circle.length > 0, `${file}: ${circle.join(" → ")} wait for each other`], [Buffer.byteLength(files[file]!) > templateBytes, `${file}: a template has 1 MB at most`])];
  });
}

export const targetFaults = ({ stage, settings: { logRetentionDays, runtime = "nodejs24.x" } }: Composition): readonly string[] =>
  broken(
    [!stageForm.test(stage), `stage ${JSON.stringify(stage)}: use a lower-case letter, then lower-case letters and digits, 20 at most`],
    [!["nodejs24.x", "nodejs22.x"].includes(runtime), `runtime ${JSON.stringify(runtime)}: nodejs24.x or nodejs22.x`],
    [logRetentionDays !== undefined && !retentionDays.includes(logRetentionDays), `logRetentionDays: a log is kept for ${retentionDays.join(", ")} days, not for ${String(logRetentionDays)}`],
  );
