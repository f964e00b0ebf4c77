/**
 * IAM policy documents, wherever a template has one: their grammar, and that they name what they allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { below, isList, isObject, kindOf, objectOf, shapeFaults, spell, walk, type Json } from "../json.ts";
import { intrinsicOf } from "./references.ts";
import type { CfnResource } from "./template.ts";

/** Who holds it: an identity (no principal, resources), a role's trust (principals, no resources), a resource (both). */
type Holder = "identity" | "trust" | "resource";
/** Where documents are; a policy on several resources names them. */
const documents: Readonly<Record<string, Readonly<Record<string, Holder>>>> = {
  "AWS::IAM::Role": { AssumeRolePolicyDocument: "trust", Policies: "identity" },
  "AWS::IAM::Policy": { PolicyDocument: "identity" },
  "AWS::IAM::ManagedPolicy": { PolicyDocument: "identity" },
  "AWS::SQS::QueuePolicy": { PolicyDocument: "resource" },
  "AWS::SNS::TopicPolicy": { PolicyDocument: "resource" },
  "AWS::S3::BucketPolicy": { PolicyDocument: "resource" },
  "AWS::Logs::ResourcePolicy": { PolicyDocument: "resource" },
  "AWS::KMS::Key": { KeyPolicy: "resource" },
};
const keys: Readonly<Record<Holder, readonly [required: readonly string[], optional: readonly string[]]>> = {
  identity: [["Effect", "Action", "Resource"], ["Sid", "Condition"]],
  trust: [["Effect", "Action", "Principal"], ["Sid", "Condition"]],
  resource: [["Effect", "Action", "Principal", "Resource"], ["Sid", "Condition"]],
};
/** Actions that no resource can be named for; every other is allowed on what it is for. https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const onAnything: ReadonlySet<string> = new Set([
  "xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData", "kinesis:ListStreams", "dynamodb:ListStreams",
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: the network interfaces of a function in a VPC.
  "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
]);

const listed = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : isList(value) ? value : [value]);
/** The whole of what an ARN can name: `*`, or an ARN whose resource is one. */
const isEverything = (resource: Json): boolean => {
  const text = String(intrinsicOf(resource)?.name === "Fn::Sub" ? [intrinsicOf(resource)?.argument ?? ""].flat()[0] : resource);
  return text === "*" || /^arn:[^:]*:[^:]*:.*:\*$/.test(text.replaceAll(/\$\{[^}]*\}/g, "x")) && text.replaceAll(/\$\{[^}]*\}/g, "x").split(":").length <= 6;
};
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operator = /^(?:For(?:All|Any)Values?:)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)|Null)(?:IfExists)?$/;
function conditionFaults(name: string, tests: Json, path: string): readonly string[] {
  if (!operator.test(name)) return [`${path}: there is no operator ${name}`];
  if (!isObject(tests)) return [`${below(path, name)}: is ${kindOf(tests)}, not an object`];
  return Object.keys(tests).filter((key) => !/^[\w-]+:\S+$/.test(key)).map((key) => `${below(path, name)}: ${spell(key)} is no key of a condition`);
}
function statementFaults(statement: Json, path: string, holder: Holder): readonly string[] {
  const { Sid, Effect, Action, Resource, Principal, Condition } = objectOf(statement);
  const actions = listed(Action);
  const bound = actions.filter((action) => !onAnything.has(String(action)));
  return [
    ...shapeFaults(statement, path, ...keys[holder]),
    ...(Effect !== undefined && Effect !== "Allow" && Effect !== "Deny" ? [`${below(path, "Effect")}: ${spell(Effect)} is not "Allow" or "Deny"`] : []),
    ...actions.filter((action) => typeof action !== "string" || !/^(?:[a-z0-9-]+:\w+|\*|[a-z0-9-]+:[\w*?]+)$/.test(action)).map((action) => `${below(path, "Action")}: ${spell(action)} is no action`),
    ...listed(Resource).filter((each) => typeof each !== "string" && intrinsicOf(each) === undefined).map((each) => `${below(path, "Resource")}: ${spell(each)} is no ARN`),
    ...(Principal === undefined || Principal === "*" ? [] : shapeFaults(Principal, below(path, "Principal"), [], ["AWS", "Service", "Federated", "CanonicalUser"])),
    ...Object.entries(objectOf(Principal)).flatMap(([kind, who]) => listed(who).filter((each) => typeof each !== "string" && intrinsicOf(each) === undefined).map((each) => `${below(path, "Principal")}.${kind}: ${spell(each)} is nobody`)),
    ...(Sid === undefined || /^[A-Za-z0-9]+$/.test(String(Sid)) ? [] : [`${below(path, "Sid")}: ${spell(Sid)} is not letters and digits`]),
    ...(Condition === undefined ? [] : isObject(Condition) ? Object.entries(Condition).flatMap(([operator, tests]) => conditionFaults(operator, tests, below(path, "Condition"))) : [`${below(path, "Condition")}: is ${kindOf(Condition)}, not an object`]),
    ...(Effect === "Deny" ? [] : [
      ...actions.filter((action) => /[*?]/.test(String(action))).map((action) => `${below(path, "Action")}: ${spell(action)} allows actions that it does not name`),
      ...(bound.length > 0 ? listed(Resource).filter(isEverything).map((resource) => `${below(path, "Resource")}: ${spell(resource)} allows ${bound.map(String).join(", ")} on everything`) : []),
      ...(Condition === undefined && [Principal, ...Object.values(objectOf(Principal))].flatMap(listed).includes("*") ? [`${below(path, "Principal")}: everybody, under no condition`] : []),
    ]),
  ];
}
function documentFaults(document: Json, path: string, holder: Holder): readonly string[] {
  const { Version, Statement } = objectOf(document);
  return [
    ...shapeFaults(document, path, ["Version", "Statement"], ["Id"]),
    ...(Version !== undefined && Version !== "2012-10-17" ? [`${below(path, "Version")}: ${spell(Version)} is not "2012-10-17"`] : []),
    ...listed(Statement).flatMap((each, i) => statementFaults(each, isList(Statement) ? below(below(path, "Statement"), i) : below(path, "Statement"), holder)),
  ];
}

export function policyFaults({ type, properties, path }: CfnResource): readonly string[] {
  return Object.entries(documents[type] ?? {}).flatMap(([key, holder]) => {
    const value = properties[key];
    if (value === undefined) return [];
    const at = below(`${path}.Properties`, key);
    if (key !== "Policies") return documentFaults(value, at, holder);
    // Inline policies are a list of named documents; what is no list is a wrong type already.
    return listed(value).flatMap((each, i) => (isObject(each) && each["PolicyDocument"] !== undefined ? documentFaults(each["PolicyDocument"], `${below(at, i)}.PolicyDocument`, holder) : []));
  });
}
/** Secrets in the open: what a plain template would store, and show to whoever may read the function. */
export const secretFaults = ({ properties, path }: CfnResource): readonly string[] =>
  [...walk(properties, `${path}.Properties`)].flatMap(([at, value]) => (typeof value === "string" && /\{\{resolve:(?:secretsmanager|ssm-secure):/.test(value) ? [`${at}: a dynamic reference puts the secret itself into the configuration`] : []));
