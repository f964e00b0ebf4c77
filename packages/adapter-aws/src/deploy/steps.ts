/** How a manifest is deployed: the commands, in order, and what whoever types them must be allowed to do. */
import type { DeployStep } from "@isobar/core/plan";
import { codeParameter, provisioned } from "./aliases.ts";
import { rootFile, type Template } from "./stacks.ts";
import { secretNameOf, type AgreedUnit, type Composition } from "./units.ts";

const packaged = "packaged.json";
/** As one word of a POSIX shell. */
const quoted = (text: string): string => (/^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html: roles with names of their own take a stronger word. */
function capabilityOf(templates: ReadonlyMap<string, Template>): string {
  const named = [...templates.values()].some(({ Resources }) => Object.values(Resources).some(({ Type, Properties = {} }) => Type.startsWith("AWS::IAM::") && ["RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"].some((name) => Object.hasOwn(Properties, name))));
  return named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM";
}

/** https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html · https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/index.html */
export function stepsOf(composition: Composition, units: readonly AgreedUnit[], templates: ReadonlyMap<string, Template>): readonly DeployStep[] {
  const { prefix, settings: { region, codeBucket, existing: { secrets: known = {} } = {} } } = composition;
  const inRegion = region === undefined ? "" : ` --region ${quoted(region)}`;
  const bucket = codeBucket === undefined ? '"$CODE_BUCKET"' : quoted(codeBucket);
  const secrets = [...new Set(units.flatMap(({ needs }) => needs.secrets))].filter((name) => !Object.hasOwn(known, name)).sort();
  const codes = provisioned(units).map(({ name }) => `${codeParameter(name)}="$(sha256sum ${quoted(`${name}/index.mjs`)} | cut -c1-16)"`);
  return [
    ...(codeBucket === undefined ? [{ what: "once for each account and region: a bucket for the code", command: `CODE_BUCKET="isobar-code-$(aws sts get-caller-identity --query Account --output text)-${region ?? "$(aws configure get region)"}" && aws s3 mb "s3://$CODE_BUCKET"${inRegion}` }] : []),
    ...secrets.map((name) => ({ what: `once: the secret ${name}, whose value is typed and then ended with Ctrl-D`, command: `aws secretsmanager create-secret --name ${quoted(secretNameOf(composition, name))} --secret-string file:///dev/stdin${inRegion}` })),
    { what: "upload the code of every unit, and write the template that names it", command: `aws cloudformation package --template-file ${rootFile} --s3-bucket ${bucket} --s3-prefix ${prefix} --use-json --output-template-file ${packaged}${inRegion}` },
    {
      what: `make or change the stack ${prefix}`,
      command: `aws cloudformation deploy --template-file ${packaged} --stack-name ${prefix} --s3-bucket ${bucket} --s3-prefix ${prefix} --capabilities ${capabilityOf(templates)}${codes.length === 0 ? "" : ` --parameter-overrides ${codes.join(" ")}`}${inRegion}`,
    },
    { what: "tell where it answers, and where its dead letters lie", command: `aws cloudformation describe-stacks --stack-name ${prefix} --query "Stacks[0].Outputs"${inRegion}` },
  ];
}

/** What CloudFormation does in the deployer's name, by type: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html and, for each type, the `handlers` of its schema in CloudFormation's registry. */
const actions: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::Deployment": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGateway::Method": ["apigateway:GET", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGateway::Resource": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGateway::RestApi": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGateway::Stage": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGatewayV2::Api": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGatewayV2::Authorizer": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGatewayV2::Integration": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGatewayV2::Route": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::ApiGatewayV2::Stage": ["apigateway:GET", "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"],
  "AWS::CloudFormation::Stack": ["cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:DeleteStack"],
  "AWS::CloudWatch::Alarm": ["cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
  "AWS::DynamoDB::Table": ["dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive"],
  "AWS::ElasticLoadBalancingV2::ListenerRule": ["elasticloadbalancing:CreateRule", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:ModifyRule", "elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:DeleteRule"],
  "AWS::ElasticLoadBalancingV2::TargetGroup": ["elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DeleteTargetGroup"],
  "AWS::Events::EventBus": ["events:CreateEventBus", "events:DescribeEventBus", "events:DeleteEventBus"],
  "AWS::Events::Rule": ["events:PutRule", "events:DescribeRule", "events:PutTargets", "events:RemoveTargets", "events:ListTargetsByRule", "events:DeleteRule"],
  "AWS::IAM::Role": ["iam:CreateRole", "iam:GetRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole", "iam:PassRole"],
  "AWS::Kinesis::Stream": ["kinesis:CreateStream", "kinesis:DescribeStreamSummary", "kinesis:IncreaseStreamRetentionPeriod", "kinesis:DecreaseStreamRetentionPeriod", "kinesis:UpdateShardCount", "kinesis:UpdateStreamMode", "kinesis:DeleteStream"],
  "AWS::Lambda::Alias": ["lambda:CreateAlias", "lambda:GetAlias", "lambda:UpdateAlias", "lambda:DeleteAlias", "lambda:PutProvisionedConcurrencyConfig", "lambda:GetProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"],
  "AWS::Lambda::EventInvokeConfig": ["lambda:PutFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig", "lambda:UpdateFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig"],
  "AWS::Lambda::EventSourceMapping": ["lambda:CreateEventSourceMapping", "lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"],
  "AWS::Lambda::Function": ["lambda:CreateFunction", "lambda:GetFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:DeleteFunction"],
  "AWS::Lambda::Permission": ["lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"],
  "AWS::Lambda::Url": ["lambda:CreateFunctionUrlConfig", "lambda:GetFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig"],
  "AWS::Lambda::Version": ["lambda:PublishVersion", "lambda:GetFunctionConfiguration", "lambda:DeleteFunction"],
  "AWS::Logs::LogGroup": ["logs:CreateLogGroup", "logs:DescribeLogGroups", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:DeleteLogGroup"],
  "AWS::Logs::SubscriptionFilter": ["logs:PutSubscriptionFilter", "logs:DescribeSubscriptionFilters", "logs:DeleteSubscriptionFilter"],
  "AWS::S3::Bucket": ["s3:CreateBucket", "s3:GetBucketNotification", "s3:PutBucketNotification", "s3:DeleteBucket"],
  "AWS::SNS::Subscription": ["sns:Subscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
  "AWS::SNS::Topic": ["sns:CreateTopic", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic"],
  "AWS::SNS::TopicPolicy": ["sns:GetTopicAttributes", "sns:SetTopicAttributes"],
  "AWS::SQS::Queue": ["sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:DeleteQueue"],
  "AWS::SQS::QueuePolicy": ["sqs:GetQueueAttributes", "sqs:SetQueueAttributes"],
  "AWS::Scheduler::Schedule": ["scheduler:CreateSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"],
};
/** Who makes a function with a network is asked for the network too: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const inNetwork = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];
/** Of the commands themselves. */
const always = ["cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet", "cloudformation:GetTemplateSummary", "s3:GetObject", "s3:PutObject"];

/** Of a type that is the user's own and not in the table, the type itself. */
export function deployerOf({ settings: { codeBucket } }: Composition, units: readonly AgreedUnit[], templates: ReadonlyMap<string, Template>): readonly string[] {
  const types = new Set([...templates.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
  const some = <T>(is: boolean, ...all: readonly T[]): readonly T[] => (is ? all : []);
  return [
    ...new Set([
      ...always,
      ...some(codeBucket === undefined, "s3:CreateBucket", "sts:GetCallerIdentity"),
      ...some(units.some(({ needs }) => needs.secrets.length > 0), "secretsmanager:CreateSecret"),
      ...some(units.some(({ settings }) => settings.network !== undefined), ...inNetwork),
      ...[...types].flatMap((type) => (Object.hasOwn(actions, type) ? actions[type]! : [`all that ${type} takes`])),
    ]),
  ].sort();
}
