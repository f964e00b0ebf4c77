/** The checker of CloudFormation against a good template and against every fault that manifests-and-packaging §1 lists, and those of our own rules. */
import { describe, expect, test } from "vitest";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { typeAt } from "./check/cloudformation/spec.ts";
import { ranges, values } from "./check/cloudformation/tables.ts";
import { drop, edited, rename, replace, set } from "./edit.ts";
import { cloudFormationSample as sample } from "./samples/cloudformation.ts";

const of = (id: string, more = "") => `Resources/${id}/Properties${more}`;
const charge = of("ChargeFunction");
const statements = of("ChargeRole", "/Policies/0/PolicyDocument/Statement");
const inRole = "Resources.ChargeRole.Properties.Policies[0].PolicyDocument.Statement";
const arn = (id: string, attribute = "Arn") => ({ "Fn::GetAtt": [id, attribute] });
type Case = readonly [fault: string, edits: Parameters<typeof edited>[1] | readonly Parameters<typeof edited>[1][], sentences: readonly string[]];
const cases = (...all: readonly Case[]) => all.map(([fault, edits, sentences]) => [fault, [edits].flat(), sentences] as const);

test("a good template has no fault", () => {
  expect(cloudFormationFaults(sample)).toEqual([]);
});

describe("the faults of manifests-and-packaging §1", () => {
  test.each(cases(
    ["1 a misspelt property", rename(`${charge}/Timeout`, "Timeot"), ["Resources.ChargeFunction.Properties.Timeot: AWS::Lambda::Function has no such property"]],
    ["2 a wrong type", set(`${charge}/MemorySize`, "a lot"), ["Resources.ChargeFunction.Properties.MemorySize: is a string, not an integer"]],
    ["3 a misspelt nested property", rename(`${charge}/TracingConfig/Mode`, "Moode"), ["Resources.ChargeFunction.Properties.TracingConfig.Moode: TracingConfig has no such property"]],
    ["4 a required property that is missing", drop(`${charge}/Role`), ["Resources.ChargeFunction.Properties: Role is missing"]],
    ["5 no architecture", set(`${charge}/Architectures/0`, "arm65"), ['Resources.ChargeFunction.Properties.Architectures[0]: "arm65" is not arm64 or x86_64 (@aws-sdk/client-lambda)']],
    ["5b no response type", set(of("ChargeMapping", "/FunctionResponseTypes/0"), "ReportBatchItemFailure"), ['Resources.ChargeMapping.Properties.FunctionResponseTypes[0]: "ReportBatchItemFailure" is not ReportBatchItemFailures (@aws-sdk/client-lambda)']],
    ["6 an attribute of a resource that is not there", set(of("ChargeMapping", "/EventSourceArn"), arn("OrderQueue")), ["Resources.ChargeMapping.Properties.EventSourceArn: there is no resource OrderQueue"]],
    [
      "7 an attribute that the resource has not got",
      set(of("ChargeMapping", "/EventSourceArn"), arn("OrdersQueue", "QueueArn")),
      ["Resources.ChargeMapping.Properties.EventSourceArn: AWS::SQS::Queue (OrdersQueue) has no attribute QueueArn", "Resources.ChargeMapping.Properties.EventSourceArn: Fn::GetAtt gives QueueArn of AWS::SQS::Queue (OrdersQueue) where Arn is wanted"],
    ],
    ["8 a timeout out of range", [set(`${charge}/Timeout`, 9999), set(of("OrdersQueue", "/VisibilityTimeout"), 43_200)], ["Resources.ChargeFunction.Properties.Timeout: 9999 is not 1 to 900 (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)"]],
    ["9 an unknown resource type", set("Resources/NewsTopic/Type", "AWS::SNS::Topik"), ["Resources.NewsTopic.Type: there is no resource type AWS::SNS::Topik"]],
    ["10 a visibility timeout under the function's", set(of("OrdersQueue", "/VisibilityTimeout"), 29), ["Resources.ChargeMapping: OrdersQueue hides messages for 29 s, ChargeFunction may take 30 s"]],
    ["11 a circle", set("Resources/OrdersFailedQueue/DependsOn", ["ChargeFunction"]), ["Resources: OrdersFailedQueue → ChargeFunction → OrdersFailedQueue wait for each other"]],
    ["12 a runtime that is gone", set(`${charge}/Runtime`, "nodejs14.x"), ['Resources.ChargeFunction.Properties.Runtime: "nodejs14.x" is not nodejs22.x or nodejs24.x (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, and what Isobar runs on)']],
    ["13 a misspelt Effect", set(`${statements}/0/Effect`, "Alow"), [`${inRole}[0].Effect: "Alow" is not "Allow" or "Deny"`]],
    [
      "14 a misspelt key of a redrive policy",
      rename(of("OrdersQueue", "/RedrivePolicy/maxReceiveCount"), "maxRecieveCount"),
      ["Resources.OrdersQueue.Properties.RedrivePolicy.maxRecieveCount: no such key, deadLetterTargetArn or maxReceiveCount", "Resources.OrdersQueue.Properties.RedrivePolicy: maxReceiveCount is missing"],
    ],
    ["15 no billing mode", set(of("StockTable", "/BillingMode"), "ON_DEMAND"), ['Resources.StockTable.Properties.BillingMode: "ON_DEMAND" is not PAY_PER_REQUEST or PROVISIONED (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)']],
    ["16 no tracing mode", set(`${charge}/TracingConfig/Mode`, "On"), ['Resources.ChargeFunction.Properties.TracingConfig.Mode: "On" is not "Active" or "PassThrough"']],
    ["17 no starting position", set(of("StockMapping", "/StartingPosition"), "OLDEST"), ['Resources.StockMapping.Properties.StartingPosition: "OLDEST" is not AT_TIMESTAMP, LATEST or TRIM_HORIZON (@aws-sdk/client-lambda)']],
    ["18 no protocol of an API", set(of("Api", "/ProtocolType"), "REST"), ['Resources.Api.Properties.ProtocolType: "REST" is not HTTP or WEBSOCKET (docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html)']],
    [
      "19 no protocol of a subscription",
      set(of("NewsSubscription", "/Protocol"), "SQS"),
      ['Resources.NewsSubscription.Properties.Protocol: "SQS" is not http, https, email, email-json, sms, sqs, application, lambda or firehose (docs.aws.amazon.com/sns/latest/api/API_Subscribe.html)'],
    ],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe("the skeleton", () => {
  test.each(cases(
    ["a transform", set("Transform", "AWS::Serverless-2016-10-31"), ["Transform: no section of a plain template"]],
    ["another version", set("AWSTemplateFormatVersion", "2012-10-17"), ['AWSTemplateFormatVersion: "2012-10-17" is not "2010-09-09"']],
    ["a logical id with a dash", rename("Outputs/Url", "api-url"), ["Outputs.api-url: a logical id is letters and digits, 255 at most"]],
    ["something beside a resource's properties", set("Resources/Api/Comment", "the front door"), ["Resources.Api.Comment: no such key, Type, Properties, Metadata, DependsOn, Condition, CreationPolicy, UpdatePolicy, DeletionPolicy or UpdateReplacePolicy"]],
    ["no deletion policy", set("Resources/StockTable/DeletionPolicy", "Keep"), ['Resources.StockTable.DeletionPolicy: "Keep" is not Delete, Retain, Snapshot or RetainExceptOnCreate']],
    ["a default that is not allowed", set("Parameters/Stage/Default", "prod"), ['Parameters.Stage.Default: "prod" is not among AllowedValues']],
    ["no parameter type", set("Parameters/Stage/Type", "Text"), ['Parameters.Stage.Type: "Text" is no parameter type']],
    ["an output without a value", drop("Outputs/Url/Value"), ["Outputs.Url: Value is missing"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
  test("no template at all", () => {
    expect([cloudFormationFaults([]), cloudFormationFaults({})]).toEqual([["the template is a list, not an object"], ["Resources: there are none"]]);
  });
  test("more resources than a stack can have", () => {
    const Resources = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`Queue${i}`, { Type: "AWS::SQS::Queue" }]));
    expect(cloudFormationFaults({ Resources })).toEqual(["Resources: more than 500"]);
  });
});

describe("functions and what they name", () => {
  test.each(cases(
    ["a Ref to nothing", set(of("NewsSubscription", "/TopicArn/Ref"), "NewTopic"), ["Resources.NewsSubscription.Properties.TopicArn: there is no resource and no parameter NewTopic"]],
    ["a name in Fn::Sub that is nothing's", replace(of("ChargeFunction", "/FunctionName/Fn::Sub"), "AWS::StackName", "StackName"), ["Resources.ChargeFunction.Properties.FunctionName: there is no resource and no parameter StackName"]],
    ["an attribute in Fn::Sub that is none", replace(`${statements}/3/Resource/1/Fn::Sub`, "Arn", "TableArn"), [`${inRole}[3].Resource[1]: AWS::DynamoDB::Table (StockTable) has no attribute TableArn`]],
    ["a pseudo parameter outside Fn::Sub", set(`${charge}/FunctionName`, "${AWS::StackName}-charge"), ['Resources.ChargeFunction.Properties.FunctionName: names a pseudo parameter outside Fn::Sub: "${AWS::StackName}-charge"']],
    ["DependsOn of nothing", set("Resources/ChargeFunction/DependsOn/0", "ChargeLog"), ["Resources.ChargeFunction.DependsOn: there is no resource ChargeLog"]],
    ["a condition that is not declared", set("Outputs/Orders/Condition", "IsProd"), ["Outputs.Orders.Condition: there is no condition IsProd"]],
    ["a condition of Fn::If that is not declared", set(of("OrdersQueue", "/MessageRetentionPeriod/Fn::If/0"), "IsProd"), ["Resources.OrdersQueue.Properties.MessageRetentionPeriod: there is no condition IsProd"]],
    ["a function of a transform", set(of("Api", "/Name"), { "Fn::ToJsonString": {} }), ["Resources.Api.Properties.Name: there is no function Fn::ToJsonString here"]],
    ["a function with too few arguments", set(of("ChargeRoute", "/Target/Fn::Join"), ["/"]), ['Resources.ChargeRoute.Properties.Target: Fn::Join takes a list of a delimiter and a list, not ["/"]']],
    ["a function beside other keys", set(of("Api", "/Name/Prefix"), "x"), ["Resources.Api.Properties.Name: Fn::Sub stands beside other keys", "Resources.Api.Properties.Name: is an object, not a string"]],
    ["a branch of a wrong type", set(of("OrdersQueue", "/MessageRetentionPeriod/Fn::If/2"), "a week"), ["Resources.OrdersQueue.Properties.MessageRetentionPeriod.Fn::If[2]: is a string, not an integer"]],
    ["a URL where an ARN is wanted", set(of("ChargeMapping", "/EventSourceArn"), { Ref: "OrdersQueue" }), ["Resources.ChargeMapping.Properties.EventSourceArn: Ref gives QueueUrl of AWS::SQS::Queue (OrdersQueue) where Arn is wanted"]],
    ["a string where a list is wanted", set(of("NewsQueuePolicy", "/Queues"), { Ref: "NewsQueue" }), ["Resources.NewsQueuePolicy.Properties.Queues: Ref gives a string where a list is wanted"]],
    ["no value where one is required", set(`${charge}/Role`, { Ref: "AWS::NoValue" }), ["Resources.ChargeFunction.Properties: Role is missing"]],
    ["a resource that waits for itself", set("Resources/Api/DependsOn", "Api"), ["Resources.Api.DependsOn: names the resource itself", "Resources: Api → Api wait for each other"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe("what the services refuse", () => {
  test.each(cases(
    ["a batch of a FIFO queue over ten", [set(of("OrdersQueue", "/FifoQueue"), true), set(of("OrdersFailedQueue", "/FifoQueue"), true), set(of("ChargeMapping", "/BatchSize"), 11), drop("Resources/NewsQueue/Properties/RedrivePolicy")], ["Resources.ChargeMapping: a FIFO queue is read in batches of 10 at most, not 11"]],
    ["a large batch without a window", set(of("ChargeMapping", "/BatchSize"), 100), ["Resources.ChargeMapping: a batch of 100 needs a batching window of a second or more"]],
    ["a stream without a position", drop(of("StockMapping", "/StartingPosition")), ["Resources.StockMapping: a stream needs a StartingPosition"]],
    ["a concurrency of one", set(of("ChargeMapping", "/ScalingConfig/MaximumConcurrency"), 1), ["Resources.ChargeMapping.Properties.ScalingConfig.MaximumConcurrency: 1 is not 2 to 1000 (botocore 1.43.107 lambda/2015-03-31)"]],
    ["a record age in the hole of its range", set(of("StockMapping", "/MaximumRecordAgeInSeconds"), 30), ["Resources.StockMapping.Properties.MaximumRecordAgeInSeconds: 30 is not -1 or 60 to 604800 (botocore 1.43.107 lambda/2015-03-31)"]],
    ["a retention over the longest, in one branch", set(of("OrdersQueue", "/MessageRetentionPeriod/Fn::If/1"), 1_209_601), ["Resources.OrdersQueue.Properties.MessageRetentionPeriod.Fn::If[1]: 1209601 is not 60 to 1209600 (botocore 1.43.107 sqs/2012-11-05)"]],
    ["a FIFO queue with a plain dead letter queue", set(of("OrdersQueue", "/FifoQueue"), true), ["Resources.OrdersQueue.Properties.RedrivePolicy: the dead letter queue OrdersFailedQueue is no FIFO queue, its source is one"]],
    ["a dead letter queue that is a topic", set(of("NewsQueue", "/RedrivePolicy/deadLetterTargetArn"), arn("NewsTopic", "TopicArn")), ["Resources.NewsQueue.Properties.RedrivePolicy: the dead letter queue NewsTopic is of type AWS::SNS::Topic"]],
    ["a dead letter queue by URL", set(of("NewsQueue", "/RedrivePolicy/deadLetterTargetArn"), { Ref: "OrdersFailedQueue" }), ["Resources.NewsQueue.Properties.RedrivePolicy: deadLetterTargetArn is an ARN, Ref gives a URL"]],
    ["a receive count of none", set(of("NewsQueue", "/RedrivePolicy/maxReceiveCount"), 0), ["Resources.NewsQueue.Properties.RedrivePolicy: maxReceiveCount 0 is not 1 to 1000"]],
    ["a receive count on a subscription", set(of("NewsSubscription", "/RedrivePolicy/maxReceiveCount"), 5), ["Resources.NewsSubscription.Properties.RedrivePolicy.maxReceiveCount: no such key, deadLetterTargetArn"]],
    ["a key without its attribute", set(of("StockTable", "/AttributeDefinitions/0/AttributeName"), "sku"), ["Resources.StockTable.Properties.KeySchema: AttributeDefinitions has no id", "Resources.StockTable.Properties.AttributeDefinitions: no key is sku"]],
    ["a provisioned table without throughput", drop(of("StockTable", "/BillingMode")), ["Resources.StockTable.Properties: a provisioned table, which BillingMode makes it where it says nothing, needs ProvisionedThroughput"]],
    ["a secret in the configuration", set(`${charge}/Environment/Variables/KEY`, "{{resolve:secretsmanager:key}}"), ["Resources.ChargeFunction.Properties.Environment.Variables.KEY: a dynamic reference puts the secret itself into the configuration"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe("policies", () => {
  test.each(cases(
    ["every action of a service", set(`${statements}/2/Action`, "sqs:*"), [`${inRole}[2].Action: "sqs:*" allows actions that it does not name`]],
    ["every action there is", set(`${statements}/2/Action`, "*"), [`${inRole}[2].Action: "*" allows actions that it does not name`]],
    ["every resource", set(`${statements}/2/Resource`, "*"), [`${inRole}[2].Resource: "*" allows sqs:SendMessage on everything`]],
    ["every queue of the account", set(`${statements}/2/Resource`, { "Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:*" }), [`${inRole}[2].Resource: {"Fn::Sub":"arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:*"} allows sqs:SendMessage on everything`]],
    ["an action that can be bound beside one that can not", set(`${statements}/4/Action/0`, "sqs:SendMessage"), [`${inRole}[4].Resource: "*" allows sqs:SendMessage on everything`]],
    ["no action", set(`${statements}/2/Action`, "SendMessage"), [`${inRole}[2].Action: "SendMessage" is no action`]],
    ["another version of the language", set(of("ChargeRole", "/AssumeRolePolicyDocument/Version"), "2008-10-17"), ['Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Version: "2008-10-17" is not "2012-10-17"']],
    ["an identity's policy that names a principal", set(`${statements}/2/Principal`, "*"), [`${inRole}[2].Principal: no such key, Effect, Action, Resource, Sid or Condition`, `${inRole}[2].Principal: everybody, under no condition`]],
    ["a trust that names a resource", set(of("ChargeRole", "/AssumeRolePolicyDocument/Statement/0/Resource"), "*"), [
      "Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement[0].Resource: no such key, Effect, Action, Principal, Sid or Condition",
      'Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement[0].Resource: "*" allows sts:AssumeRole on everything',
    ]],
    ["a queue that everybody writes to", [set(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Principal"), "*"), drop(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition"))], ["Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Principal: everybody, under no condition"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe("the tables", () => {
  const rows = (table: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => Object.entries(table).flatMap(([type, paths]) => Object.keys(paths).map((path) => [type, path] as const));
  test("every range is of a number that AWS knows", () => {
    expect(rows(ranges).filter(([type, path]) => !["integer", "number"].includes(typeAt(type, path)?.type ?? ""))).toEqual([]);
  });
  test("every list of values is of a string whose values AWS's types do not list", () => {
    const allowed = rows(values).map(([type, path]) => [type, path, typeAt(type, path)] as const);
    expect(allowed.filter(([, , found]) => found?.type !== "string" || found.allowedValues !== undefined).map(([type, path]) => `${type} ${path}`)).toEqual([]);
  });
});
