/** One role for each unit: what its bindings, its sends, its secrets, its log and its traces need, on these very resources. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
import type { Grant } from "@isobar/core/plan";
import { getAtt, ref, sub, type Resource } from "./resources.ts";

/** Actions that no resource can be named for, each with who says so. Every other is allowed on what it is for. */
export const onEverything: Readonly<Record<string, string>> = {
  "xray:PutTraceSegments": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "xray:PutTelemetryRecords": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "dynamodb:ListStreams": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html",
  // Of a network: Lambda makes the interfaces under the function's role, and asks for all six on everything when the function is made.
  "ec2:CreateNetworkInterface": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  "ec2:DescribeNetworkInterfaces": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  "ec2:DescribeSubnets": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  "ec2:DeleteNetworkInterface": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  "ec2:AssignPrivateIpAddresses": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  "ec2:UnassignPrivateIpAddresses": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
};
export const tracing = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] as const;
export const network = Object.keys(onEverything).filter((action) => action.startsWith("ec2:"));

/** Actions on one resource, by its ARN as the template spells it; `undefined` where no resource can be named. */
export interface Allowed {
  readonly actions: readonly string[];
  readonly on: unknown;
  /** Which promise needs it. */
  readonly for: string;
}
/** A resource's ARN, for whoever is allowed to do something on it. */
export const arnOf = (id: string, type: string | undefined): object => (type === "AWS::SNS::Topic" ? ref(id) : type === "AWS::DynamoDB::Table" ? getAtt(id, "StreamArn") : getAtt(id));
/** Secrets Manager puts six characters of its own behind a secret's name: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html. An ARN has them already. */
export const secretArn = (nameOrArn: string): unknown => (nameOrArn.startsWith("arn:") ? nameOrArn : sub(`arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${nameOrArn}-??????`));

/** What a binding was granted, as statements have it. `typeOf`: of a resource, by its name. */
export const allowedBy = (grants: readonly Grant[], typeOf: (id: string) => string | undefined): readonly Allowed[] =>
  grants.flatMap(({ actions, on, for: why }) => {
    const [bound, free] = [actions.filter((action) => onEverything[action] === undefined), actions.filter((action) => onEverything[action] !== undefined)];
    return [...(bound.length === 0 ? [] : [{ actions: bound, on: arnOf(on, typeOf(on)), for: why }]), ...(free.length === 0 ? [] : [{ actions: free, on: undefined, for: why }])];
  });

const sidOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? "").replace(/^./, (letter) => letter.toUpperCase());
/** One statement for each reason and set of actions, with all the resources that they share. */
function statementsOf(allowed: readonly Allowed[]): readonly object[] {
  const groups = new Map<string, { readonly actions: readonly string[]; readonly for: string; readonly on: Map<string, unknown> }>();
  for (const { actions, on, for: why } of allowed) {
    const key = JSON.stringify([why, on === undefined, actions]);
    const group = groups.get(key) ?? { actions, for: why, on: new Map<string, unknown>() };
    groups.set(key, group);
    group.on.set(JSON.stringify(on), on ?? "*");
  }
  const sids = new Map<string, number>();
  return [...groups.values()].map(({ actions, for: why, on }) => {
    const sid = sidOf(why);
    const count = (sids.get(sid) ?? 0) + 1;
    sids.set(sid, count);
    const resources = [...on.values()];
    return { Sid: count === 1 ? sid : `${sid}${count}`, Effect: "Allow", Action: actions, Resource: resources.length === 1 ? resources[0] : resources };
  });
}

/** `unit`: its name. Its name and path are CloudFormation's to choose: see naming.ts. */
export const roleOf = (unit: string, allowed: readonly Allowed[]): Resource => ({
  Type: "AWS::IAM::Role",
  Metadata: { Isobar: { for: unit } },
  Properties: {
    AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] },
    Policies: [{ PolicyName: "unit", PolicyDocument: { Version: "2012-10-17", Statement: statementsOf(allowed) } }],
  },
});
