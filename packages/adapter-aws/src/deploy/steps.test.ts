import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue } from "@isobar/core";
import { composed, everyKind, invokedDirectly } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";

const orders = defineQueue("orders");
const app = defineApp("shop", { page: http.get("/a", { access: "public", sends: [orders], secrets: ["stripe-key", "mail-key"] }, () => empty()), charge: queue(orders, { delivery: { maxAttempts: 3, deadLetter: failed }, secrets: ["stripe-key"] }, () => {}) });
const commands = (settings: Parameters<typeof composed>[1]) => composed(app, settings).steps.map(({ command }) => command);

describe("the steps of a deploy", () => {
  test("in order: a bucket and secrets once, then the code, the stack, and what it tells", () => {
    expect(composed(app, { region: "eu-central-1", stage: "live" }).steps).toEqual([
      { what: "once for each account and region: a bucket for the code", command: 'CODE_BUCKET="isobar-code-$(aws sts get-caller-identity --query Account --output text)-eu-central-1" && aws s3 mb "s3://$CODE_BUCKET" --region eu-central-1' },
      { what: "once: the secret mail-key, whose value is typed and then ended with Ctrl-D", command: "aws secretsmanager create-secret --name shop-live/mail-key --secret-string file:///dev/stdin --region eu-central-1" },
      { what: "once: the secret stripe-key, whose value is typed and then ended with Ctrl-D", command: "aws secretsmanager create-secret --name shop-live/stripe-key --secret-string file:///dev/stdin --region eu-central-1" },
      { what: "upload the code of every unit, and write the template that names it", command: 'aws cloudformation package --template-file template.json --s3-bucket "$CODE_BUCKET" --s3-prefix shop-live --use-json --output-template-file packaged.json --region eu-central-1' },
      { what: "make or change the stack shop-live", command: 'aws cloudformation deploy --template-file packaged.json --stack-name shop-live --s3-bucket "$CODE_BUCKET" --s3-prefix shop-live --capabilities CAPABILITY_IAM --region eu-central-1' },
      { what: "tell where it answers, and where its dead letters lie", command: 'aws cloudformation describe-stacks --stack-name shop-live --query "Stacks[0].Outputs" --region eu-central-1' },
    ]);
  });
  test("with a bucket and secrets that are there already", () => {
    expect(commands({ codeBucket: "company-code", existing: { secrets: { "stripe-key": "stripe", "mail-key": "mail" } } })).toEqual([
      "aws cloudformation package --template-file template.json --s3-bucket company-code --s3-prefix shop-dev --use-json --output-template-file packaged.json",
      "aws cloudformation deploy --template-file packaged.json --stack-name shop-dev --s3-bucket company-code --s3-prefix shop-dev --capabilities CAPABILITY_IAM",
      'aws cloudformation describe-stacks --stack-name shop-dev --query "Stacks[0].Outputs"',
    ]);
  });
  test("a role with a name of its own takes the stronger capability", () => {
    expect(commands({ codeBucket: "code", overrides: { PageRole: { Properties: { RoleName: "page" } } } }).find((command) => command.includes(" deploy "))).toContain(" --capabilities CAPABILITY_NAMED_IAM");
  });
  test("words of the user's are one word of the shell", () => {
    expect(commands({ codeBucket: "a b'c", region: "$(id)" })[2]).toBe("aws cloudformation package --template-file template.json --s3-bucket 'a b'\\''c' --s3-prefix shop-dev --use-json --output-template-file packaged.json --region '$(id)'");
  });
});

describe("what the deployer must be allowed to do", () => {
  test("follows from what is made", () => {
    const small = composed(defineApp("shop", { page: http.get("/a", { access: "public" }, () => empty()) }), { codeBucket: "code", functions: { page: { variant: "function-url" } } as never });
    expect(small.deployer).toEqual([
      "cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet", "cloudformation:GetTemplateSummary",
      "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:PassRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      "lambda:AddPermission", "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency", "lambda:DeleteFunctionUrlConfig", "lambda:GetFunction", "lambda:GetFunctionUrlConfig", "lambda:GetPolicy", "lambda:PutFunctionConcurrency", "lambda:RemovePermission", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionUrlConfig",
      "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DescribeLogGroups", "logs:PutRetentionPolicy",
      "s3:GetObject", "s3:PutObject",
    ]);
  });
  test("is known of every type that is made of any kind, and of the user's own types by the type", () => {
    const every = [composed(everyKind, { nested: true, network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] }, functions: { page: { provisionedConcurrency: 1 } } as never }), composed(everyKind, invokedDirectly), composed(everyKind, { functions: { page: { variant: "rest-api" } } as never })];
    expect(every.flatMap(({ deployer }) => deployer).filter((action) => !/^[a-z0-9]+:\w+$/.test(action))).toEqual([]);
    expect(composed(everyKind, { resources: { Name: { Type: "AWS::SSM::Parameter" } } }).deployer).toContain("all that AWS::SSM::Parameter takes");
  });
});

describe("what was made is explained", () => {
  const { explained, files } = composed(app);
  const of = (name: string) => explained.find((each) => each.name === name);
  test("every resource, in the template's order", () => {
    expect(explained.map(({ name }) => name)).toEqual(Object.keys((JSON.parse(files["template.json"]!) as { readonly Resources: object }).Resources));
  });
  test("with its functions, their lines and what it lets them do", () => {
    expect([of("OrdersQueue"), of("ChargeRole"), of("PageHttpPermission")]).toEqual([
      { name: "OrdersQueue", type: "AWS::SQS::Queue", functions: ["charge", "page"], lines: ["functions/charge.ts:5", "functions/page.ts:5"], allows: [] },
      {
        name: "ChargeRole", type: "AWS::IAM::Role", functions: ["charge"], lines: ["functions/charge.ts:5"],
        allows: [
          "sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on OrdersQueue", "sqs:SendMessage on FailedQueue",
          "secretsmanager:GetSecretValue on arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop-dev/stripe-key-??????", "logs:CreateLogStream, logs:PutLogEvents on ChargeLogs", "xray:PutTraceSegments, xray:PutTelemetryRecords on *",
        ],
      },
      { name: "PageHttpPermission", type: "AWS::Lambda::Permission", functions: ["page"], lines: ["functions/page.ts:5"], allows: ["apigateway.amazonaws.com: lambda:InvokeFunction on PageFunction"] },
    ]);
  });
  test("with who else is let in", () => {
    const every = composed(everyKind).explained;
    expect(every.find(({ name }) => name === "HearInboxPolicy")!.allows).toEqual(["sns.amazonaws.com: sqs:SendMessage on HearInbox"]);
  });
});
