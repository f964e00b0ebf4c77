import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, empty, http, queue } from "@isobar/core";
import { composed, everyKind, invokedDirectly, propertiesIn, templateOf, templatesIn } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";
import { onEverything } from "./identity.ts";
import type { Template } from "./stacks.ts";
import type { AwsSettings } from "./target.ts";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}
interface Document {
  readonly Statement: readonly Statement[];
}
const statementsOf = ({ Resources }: Template, of = (type: string) => type.startsWith("AWS::")): readonly Statement[] =>
  Object.values(Resources).filter(({ Type }) => of(Type)).flatMap(({ Properties: { PolicyDocument, Policies = [], AssumeRolePolicyDocument } }) =>
    [PolicyDocument, AssumeRolePolicyDocument, ...(Policies as readonly { readonly PolicyDocument: unknown }[]).map((each) => each.PolicyDocument)].flatMap((document) => (document as Document | undefined)?.Statement ?? []),
  );
const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat();
const resourcesOf = ({ Resource }: Statement): readonly unknown[] => [Resource].flat();
const ofRole = (template: Template, id: string) => (propertiesIn(template, id).Policies as readonly [{ readonly PolicyDocument: Document }])[0].PolicyDocument.Statement;

const network = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
const everywhere: readonly (readonly [string, AwsSettings])[] = [["by its defaults", {}], ["by its other paths", invokedDirectly], ["in nested stacks", { nested: true }], ["in a network, with instances kept warm", { network, functions: Object.fromEntries(Object.keys(everyKind.functions).map((name) => [name, { provisionedConcurrency: 1 }])) as never }]];

describe.each(everywhere)("an app of every kind, %s", (_, settings) => {
  const templates = Object.values(templatesIn(composed(everyKind, settings)));
  const statements = templates.flatMap((template) => statementsOf(template));
  test("has many statements to look at, and all of them allow", () => {
    expect([statements.length > 40, new Set(statements.map(({ Effect }) => Effect))]).toEqual([true, new Set(["Allow"])]);
  });
  test("allows no action that it does not name", () => {
    expect(statements.flatMap(actionsOf).filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))).toEqual([]);
  });
  test("allows on everything what no resource can be named for, and nothing else", () => {
    const free = statements.filter((statement) => JSON.stringify(resourcesOf(statement)).includes('"*"'));
    expect(free.length).toBeGreaterThan(0);
    expect(free.flatMap((statement) => actionsOf(statement)).filter((action) => onEverything[action] === undefined)).toEqual([]);
    expect(free.every(({ Resource }) => Resource === "*")).toBe(true);
    expect(statements.filter((statement) => actionsOf(statement).some((action) => onEverything[action] !== undefined) && statement.Resource !== "*")).toEqual([]);
  });
  test("names every other resource by a reference, or by an ARN of its own", () => {
    const named = statements.filter(({ Resource }) => Resource !== undefined && Resource !== "*").flatMap(resourcesOf);
    expect(named.filter((resource) => typeof resource !== "object" || !["Ref", "Fn::GetAtt", "Fn::Sub"].includes(Object.keys(resource!)[0]!))).toEqual([]);
  });
  test("lets services in for this very resource only, and everybody nowhere", () => {
    const permissions = templates.flatMap(({ Resources }) => Object.values(Resources)).filter(({ Type }) => Type === "AWS::Lambda::Permission");
    expect(permissions.filter(({ Properties: { SourceArn, Principal } }) => SourceArn === undefined || Principal === "*")).toEqual([]);
    const policies = templates.flatMap((template) => statementsOf(template, (type) => type === "AWS::SQS::QueuePolicy" || type === "AWS::SNS::TopicPolicy"));
    expect(policies.filter(({ Condition, Principal }) => !JSON.stringify(Condition ?? {}).includes("aws:SourceArn") || JSON.stringify(Principal).includes("*"))).toEqual([]);
  });
  test("has a role for each unit, which Lambda alone takes on", () => {
    const roles = templates.flatMap(({ Resources }) => Object.entries(Resources)).filter(([id, { Type }]) => Type === "AWS::IAM::Role" && !id.endsWith("DeliveryRole"));
    expect(roles.map(([id]) => id).sort()).toEqual(Object.keys(everyKind.functions).map((name) => `${name[0]!.toUpperCase()}${name.slice(1)}Role`).sort());
    for (const [, { Properties }] of roles) expect(Properties.AssumeRolePolicyDocument).toEqual({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] });
  });
});

test("every action that is allowed on everything has its source", () => {
  expect(Object.values(onEverything).filter((source) => !/^https:\/\/docs\.aws\.amazon\.com\/\S+$/.test(source))).toEqual([]);
});

describe("a role", () => {
  const arn = (id: string, attribute = "Arn") => ({ "Fn::GetAtt": [id, attribute] });
  const logs = (name: string) => ({ Sid: "Logs", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: arn(`${name}Logs`) });
  const untraced: AwsSettings = { tracing: false };
  test("of a table's changes reads its stream, and lists streams on everything", () => {
    expect(ofRole(templateOf(everyKind, untraced), "FollowRole")).toEqual([
      { Sid: "Consuming", Effect: "Allow", Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], Resource: arn("UsersTable", "StreamArn") },
      { Sid: "Consuming2", Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: "*" },
      { Sid: "DeadLetters", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: arn("FailedQueue") },
      logs("Follow"),
    ]);
  });
  test("of a call that is waited for does nothing but log, in a network its interfaces", () => {
    expect(ofRole(templateOf(everyKind, untraced), "AskRole")).toEqual([logs("Ask")]);
    expect(ofRole(templateOf(everyKind, { ...untraced, network }), "AskRole")).toEqual([
      logs("Ask"),
      { Sid: "Network", Effect: "Allow", Action: ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"], Resource: "*" },
    ]);
  });
  test("of a group is what all of its members need, each once", () => {
    const [out, more, news] = [defineQueue("out"), defineQueue("more"), defineTopic("news")];
    const app = defineApp("shop", {
      a: http.get("/a", { access: "public", group: "web", sends: [out, news], secrets: ["stripe-key"] }, () => empty()),
      b: http.get("/b", { access: "public", group: "web", sends: [out, more], secrets: ["mail-key", "stripe-key"] }, () => empty()),
    });
    const secret = (name: string) => ({ "Fn::Sub": `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:shop-live/${name}-??????` });
    expect(ofRole(templateOf(app, { ...untraced, stage: "live" }), "WebRole")).toEqual([
      { Sid: "SendingToQueues", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [arn("OutQueue"), arn("MoreQueue")] },
      { Sid: "SendingToTopics", Effect: "Allow", Action: ["sns:Publish"], Resource: { Ref: "NewsTopic" } },
      { Sid: "Secrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [secret("mail-key"), secret("stripe-key")] },
      logs("Web"),
    ]);
  });
  test("of a queue function hides messages only where it waits", () => {
    const charge = (delivery: object) => ofRole(templateOf(defineApp("shop", { charge: queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery } as never }, () => {}) })), "ChargeRole")[0]!.Action;
    expect([charge({}), charge({ backoff: "1s" })]).toEqual([["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]]);
  });
});
