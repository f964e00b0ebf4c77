/** The checker of CloudFormation against a good template and against every fault that manifests-and-packaging §1 lists, and those of our own rules. */
import { describe, expect, test } from "vitest";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { typeAt } from "./check/cloudformation/spec.ts";
import { ranges, values } from "./check/cloudformation/tables.ts";
import type { Json } from "./check/json.ts";
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
    ["an output that is an object", set("Outputs/Url/Value", { url: 1 }), ['Outputs.Url.Value: {"url":1} is no text']],
    ["a section that is a list", set("Mappings", []), ["Mappings: is a list, not an object"]],
    ["properties that are a list", set("Resources/NewsTopic/Properties", []), ["Resources.NewsTopic.Properties: is a list, not an object"]],
    ["a type that is no text", set("Resources/NewsTopic/Type", 5), ["Resources.NewsTopic.Type: is an integer, not a string"]],
    ["a description that is too long", set("Description", "x".repeat(1025)), ["Description: is no string of up to 1024 characters"]],
    ["allowed values that are no list", set("Parameters/Stage/AllowedValues", "test"), ["Parameters.Stage.AllowedValues: is a string, not a list"]],
    ["a default that is a list", set("Parameters/Concurrency/Default", [5]), ["Parameters.Concurrency: [5] is no value of a parameter"]],
    ["DependsOn that is an object", set("Resources/ChargeFunction/DependsOn", { on: "ChargeLogs" }), ["Resources.ChargeFunction.DependsOn: is an object, not a list"]],
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
    ["a name that is empty", set(of("NewsSubscription", "/TopicArn/Ref"), ""), ['Resources.NewsSubscription.Properties.TopicArn: Ref takes a name, not ""']],
    ["an index that is a list", set(of("Api", "/Name"), { "Fn::Select": [[], ["a"]] }), ['Resources.Api.Properties.Name: Fn::Select takes a list of an index and a list, not [[],["a"]]']],
    ["a choice of nothing", set(of("Api", "/Name"), { "Fn::Select": ["0"] }), ['Resources.Api.Properties.Name: Fn::Select takes a list of an index and a list, not ["0"]']],
    ["a choice of an object", set(of("Api", "/Name"), { "Fn::Select": ["0", { a: "b" }] }), ['Resources.Api.Properties.Name: Fn::Select takes a list of an index and a list, not ["0",{"a":"b"}]']],
    ["a mapping with one key", set(of("Api", "/Name"), { "Fn::FindInMap": ["Names", "a"] }), ['Resources.Api.Properties.Name: Fn::FindInMap takes a list of a mapping and two keys, not ["Names","a"]']],
    ["a mapping with a list for a key", set(of("Api", "/Name"), { "Fn::FindInMap": ["Names", "a", []] }), ['Resources.Api.Properties.Name: Fn::FindInMap takes a list of a mapping and two keys, not ["Names","a",[]]']],
    ["a list in a list of texts", set(of("ChargeRoute", "/Target/Fn::Join/1/1"), []), ['Resources.ChargeRoute.Properties.Target: Fn::Join takes a list of a delimiter and a list, not ["/",["integrations",[]]]']],
    ["a function beside other keys", set(of("Api", "/Name/Prefix"), "x"), ["Resources.Api.Properties.Name: Fn::Sub stands beside other keys", "Resources.Api.Properties.Name: is an object, not a string"]],
    ["a branch of a wrong type", set(of("OrdersQueue", "/MessageRetentionPeriod/Fn::If/2"), "a week"), ["Resources.OrdersQueue.Properties.MessageRetentionPeriod.Fn::If[2]: is a string, not an integer"]],
    ["a URL where an ARN is wanted", set(of("ChargeMapping", "/EventSourceArn"), { Ref: "OrdersQueue" }), ["Resources.ChargeMapping.Properties.EventSourceArn: Ref gives QueueUrl of AWS::SQS::Queue (OrdersQueue) where Arn is wanted"]],
    ["a string where a list is wanted", set(of("NewsQueuePolicy", "/Queues"), { Ref: "NewsQueue" }), ["Resources.NewsQueuePolicy.Properties.Queues: Ref gives a string where a list is wanted"]],
    ["no value where one is required", set(`${charge}/Role`, { Ref: "AWS::NoValue" }), ["Resources.ChargeFunction.Properties: Role is missing"]],
    ["a list where a text is wanted", set(of("Api", "/Name"), { "Fn::Split": [",", "a,b"] }), ["Resources.Api.Properties.Name: Fn::Split gives a list where a string is wanted"]],
    ["a text where an object is wanted", set(`${charge}/TracingConfig`, { Ref: "Stage" }), ["Resources.ChargeFunction.Properties.TracingConfig: Ref gives a string where an object (TracingConfig) is wanted"]],
    ["a mapping that is not declared", set(of("Api", "/Name"), { "Fn::FindInMap": ["Names", "a", "b"] }), ["Resources.Api.Properties.Name: there is no mapping Names"]],
    ["a condition that is none", set("Conditions/IsLive", { Ref: "Stage" }), ['Conditions.IsLive: {"Ref":"Stage"} is no condition']],
    ["a resource that waits for itself", set("Resources/Api/DependsOn", "Api"), ["Resources.Api.DependsOn: names the resource itself", "Resources: Api → Api wait for each other"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

describe("types", () => {
  test.each(cases(
    ["one where a list is", set(`${charge}/Architectures`, "arm64"), ["Resources.ChargeFunction.Properties.Architectures: is a string, not a list"]],
    ["a text where an object is", set(`${charge}/TracingConfig`, "Active"), ["Resources.ChargeFunction.Properties.TracingConfig: is a string, not an object (TracingConfig)"]],
    ["a text where a map is", set(of("Api", "/Tags"), "shop"), ["Resources.Api.Properties.Tags: is a string, not an object"]],
    ["a text where a tag is", set(`${charge}/Tags/0`, "shop"), ["Resources.ChargeFunction.Properties.Tags[0]: is a string, not a tag"]],
    ["a text where any JSON is", set(of("ApiStage", "/RouteSettings"), "all"), ["Resources.ApiStage.Properties.RouteSettings: is a string, not an object"]],
    ["a number that is no integer", set(`${charge}/Timeout`, 29.5), ["Resources.ChargeFunction.Properties.Timeout: is a number, not an integer"]],
    ["null", set(`${charge}/Timeout`, null), ["Resources.ChargeFunction.Properties.Timeout: is null, not an integer"]],
    ["a property that is deprecated", set("Resources/Policy", { Type: "AWS::Events::EventBusPolicy", Properties: { StatementId: "a", Action: "events:PutEvents" } }), ["Resources.Policy.Properties.Action: is deprecated"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
  test("every function, and what only the deployment tells, is taken", () => {
    const resources = {
      Function: { Type: "AWS::Lambda::Function", Properties: { Code: { ZipFile: { "Fn::Join": ["\n", { "Fn::Split": [";", "a;b"] }] } }, Runtime: "nodejs24.x", Handler: "index.handler", Role: { "Fn::ImportValue": { "Fn::Sub": ["${Stack}-role", { Stack: { Ref: "AWS::StackName" } }] }, }, MemorySize: { "Fn::FindInMap": ["Sizes", { Ref: "Size" }, "memory"] }, VpcConfig: { SubnetIds: { Ref: "Subnets" }, SecurityGroupIds: { "Fn::If": ["Both", ["sg-1"], { Ref: "AWS::NoValue" }] } } } },
      Nested: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "./nested.json", NotificationARNs: { Ref: "AWS::NotificationARNs" }, Parameters: { Zone: { "Fn::Select": [0, { "Fn::GetAZs": { Ref: "AWS::Region" } }] }, Block: { "Fn::Select": ["1", { "Fn::Cidr": ["10.0.0.0/16", 2, 8] }] } } } },
      Custom: { Type: "Custom::Thing", Properties: { ServiceToken: { "Fn::GetAtt": ["Nested", "Outputs.Token"] }, Anything: { "Fn::Base64": "text" } } },
      Subscription: { Type: "AWS::SNS::Subscription", Properties: { TopicArn: { "Fn::GetAtt": ["Custom", "TopicArn"] }, Protocol: "sqs", Endpoint: "arn:aws:sqs:eu-central-1:123456789012:queue" } },
      Layer: { Type: "AWS::Lambda::LayerVersion", Properties: { Content: "./dist/layer" } },
    };
    const conditions = { Both: { "Fn::And": [{ Condition: "Big" }, { "Fn::Not": [{ "Fn::Or": [{ Condition: "Big" }, { "Fn::Equals": ["a", "b"] }] }] }] }, Big: { "Fn::Equals": [{ Ref: "Size" }, "big"] } };
    const template = { Parameters: { Size: { Type: "String" }, Subnets: { Type: "List<AWS::EC2::Subnet::Id>" } }, Mappings: { Sizes: { big: { memory: 1024 }, small: { memory: 128 } } }, Conditions: conditions, Resources: resources };
    expect(cloudFormationFaults(template)).toEqual([]);
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
    ["a table's stream from a time", set(of("StockMapping", "/StartingPosition"), "AT_TIMESTAMP"), ["Resources.StockMapping: a table's stream is not read from a time"]],
    ["a position of a queue", set(of("ChargeMapping", "/StartingPosition"), "LATEST"), ["Resources.ChargeMapping: a queue has no StartingPosition"]],
    ["a concurrency of a stream", set(of("StockMapping", "/ScalingConfig"), { MaximumConcurrency: 5 }), ["Resources.StockMapping: ScalingConfig is for queues"]],
    ["two ways to scale", set(of("ChargeMapping", "/ProvisionedPollerConfig"), { MinimumPollers: 2 }), ["Resources.ChargeMapping: ScalingConfig and ProvisionedPollerConfig exclude each other"]],
    ["a window of a FIFO queue", [set(of("OrdersQueue", "/FifoQueue"), true), set(of("OrdersFailedQueue", "/FifoQueue"), true), drop(of("NewsQueue", "/RedrivePolicy")), set(of("ChargeMapping", "/MaximumBatchingWindowInSeconds"), 1)], ["Resources.ChargeMapping: a FIFO queue has no batching window"]],
    ["a FIFO queue whose name does not say so", [set(of("NewsQueue", "/QueueName"), "news"), set(of("NewsQueue", "/FifoQueue"), true), drop(of("NewsQueue", "/RedrivePolicy"))], ["Resources.NewsQueue.Properties: the name of a FIFO queue ends in .fifo, and no other's does"]],
    ["de-duplication of a plain queue", set(of("NewsQueue", "/ContentBasedDeduplication"), true), ["Resources.NewsQueue.Properties: ContentBasedDeduplication is for FIFO queues"]],
    ["a misspelt key of who may redrive", set(of("OrdersFailedQueue", "/RedriveAllowPolicy"), { redrivePermision: "allowAll" }), ["Resources.OrdersFailedQueue.Properties.RedriveAllowPolicy.redrivePermision: no such key, redrivePermission or sourceQueueArns", "Resources.OrdersFailedQueue.Properties.RedriveAllowPolicy: redrivePermission is missing"]],
    ["a dead letter queue that is a number", set(of("NewsQueue", "/RedrivePolicy/deadLetterTargetArn"), 5), ["Resources.NewsQueue.Properties.RedrivePolicy: deadLetterTargetArn 5 is no ARN"]],
    ["raw messages to a function", [set(of("NewsSubscription", "/Protocol"), "lambda"), set(of("NewsSubscription", "/RawMessageDelivery"), true)], ["Resources.NewsSubscription.Properties: RawMessageDelivery is not for functions"]],
    ["an index over an attribute that is not defined", set(of("StockTable", "/GlobalSecondaryIndexes"), [{ IndexName: "bySku", KeySchema: [{ AttributeName: "sku", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } }]), ["Resources.StockTable.Properties.KeySchema: AttributeDefinitions has no sku"]],
    ["throughput of a table that is paid by request", set(of("StockTable", "/ProvisionedThroughput"), { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }), ["Resources.StockTable.Properties: a table that is paid by request has no ProvisionedThroughput"]],
    ["fewer than no instances", set(`${charge}/ReservedConcurrentExecutions`, -1), ["Resources.ChargeFunction.Properties.ReservedConcurrentExecutions: -1 is not 0 or more (botocore 1.43.107 lambda/2015-03-31)"]],
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
    ["one statement that is no list, and a misspelt key in it", set(of("ChargeRole", "/AssumeRolePolicyDocument/Statement"), { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Acton: "sts:AssumeRole" }), ["Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement.Acton: no such key, Effect, Action, Principal, Sid or Condition", "Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement: Action is missing"]],
    ["a kind of principal that is none", rename(of("ChargeRole", "/AssumeRolePolicyDocument/Statement/0/Principal/Service"), "Services"), ["Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Services: no such key, AWS, Service, Federated or CanonicalUser"]],
    ["a principal that is nobody", set(of("ChargeRole", "/AssumeRolePolicyDocument/Statement/0/Principal/Service"), [5]), ["Resources.ChargeRole.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service: 5 is nobody"]],
    ["a resource that is no ARN", set(`${statements}/2/Resource`, { Arn: "x" }), ['Resources.ChargeRole.Properties.Policies[0].PolicyDocument.Statement[2].Resource: {"Arn":"x"} is no ARN']],
    ["a Sid with a space", set(`${statements}/2/Sid`, "dead letters"), ['Resources.ChargeRole.Properties.Policies[0].PolicyDocument.Statement[2].Sid: "dead letters" is not letters and digits']],
    ["an operator that is none", rename(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition/ArnEquals"), "ArnEqual"), ["Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Condition: there is no operator ArnEqual"]],
    ["a key of a condition that is none", set(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition/ArnEquals"), { SourceArn: "x" }), ['Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Condition.ArnEquals: "SourceArn" is no key of a condition']],
    ["conditions that are a list", set(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition"), []), ["Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Condition: is a list, not an object"]],
    ["an operator without keys", set(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition/ArnEquals"), "x"), ["Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Condition.ArnEquals: is a string, not an object"]],
    ["a queue that everybody writes to", [set(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Principal"), "*"), drop(of("NewsQueuePolicy", "/PolicyDocument/Statement/0/Condition"))], ["Resources.NewsQueuePolicy.Properties.PolicyDocument.Statement[0].Principal: everybody, under no condition"]],
  ))("%s", (_, edits, sentences) => {
    expect(cloudFormationFaults(edited(sample, ...edits))).toEqual(sentences);
  });
});

test("a queue may hide messages for as long as its function may take, and be reserved for one instance or none", () => {
  expect([30, 31].map((seconds) => cloudFormationFaults(edited(sample, set(of("OrdersQueue", "/VisibilityTimeout"), seconds), set(`${charge}/ReservedConcurrentExecutions`, 0))))).toEqual([[], []]);
});
test("what is denied may be everything", () => {
  expect(cloudFormationFaults(edited(sample, set(`${statements}/5`, { Effect: "Deny", Action: "*", Resource: "*" })))).toEqual([]);
});

describe("the tables", () => {
  const rows = (table: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => Object.entries(table).flatMap(([type, paths]) => Object.keys(paths).map((path) => [type, path] as const));
  test("every range is of a number that AWS knows", () => {
    expect(rows(ranges).filter(([type, path]) => !["integer", "number"].includes(typeAt(type, path)?.type ?? ""))).toEqual([]);
  });
  test("every range takes its ends, and nothing beyond", () => {
    const nested = (path: string, value: number): Json => path.split(".").reduceRight<Json>((inner, step) => (step.endsWith("[]") ? { [step.slice(0, -2)]: [inner] } : { [step]: inner }), value);
    const refused = (type: string, path: string, value: number, source: string) => cloudFormationFaults({ Resources: { It: { Type: type, Properties: nested(path, value) } } }).some((fault) => fault.includes(` ${value} is not `) && fault.endsWith(`(${source})`));
    const all = Object.entries(ranges).flatMap(([type, paths]) => Object.entries(paths).map(([path, row]) => [type, path, row] as const));
    expect(all.flatMap(([type, path, { within, source }]) => within.flat().filter((end) => refused(type, path, end, source)).map((end) => `${type} ${path} ${end}`))).toEqual([]);
    expect(all.filter(([type, path, { within, source }]) => !refused(type, path, within[0]![0] - 1, source)).map(([type, path]) => `${type} ${path}`)).toEqual([]);
    expect(all.filter(([type, path, { within, source }]) => within.at(-1)![1] < Number.MAX_SAFE_INTEGER && !refused(type, path, within.at(-1)![1] + 1, source)).map(([type, path]) => `${type} ${path}`)).toEqual([]);
  });
  test("every list of values is of a string whose values AWS's types do not list", () => {
    const allowed = rows(values).map(([type, path]) => [type, path, typeAt(type, path)] as const);
    expect(allowed.filter(([, , found]) => found?.type !== "string" || found.allowedValues !== undefined).map(([type, path]) => `${type} ${path}`)).toEqual([]);
  });
});
