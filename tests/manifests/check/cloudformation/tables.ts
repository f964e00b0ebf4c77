/** Values and ranges that the resource types do not state. A test holds that every row names a property that is there. */
import { Architecture, EventSourcePosition, FunctionResponseType } from "@aws-sdk/client-lambda";

/** By resource type and path of the property; `[]` is every item of a list. */
type Table<Row> = Readonly<Record<string, Readonly<Record<string, Row>>>>;
export interface Values {
  readonly values: readonly string[];
  readonly source: string;
}
export interface Range {
  /** From and to, both included; several where there is a hole. */
  readonly within: readonly (readonly [from: number, to: number])[];
  readonly source: string;
}
const ofSdk = (values: Readonly<Record<string, string>>): Values => ({ values: Object.values(values), source: "@aws-sdk/client-lambda" });
const ofPage = (source: string, ...values: readonly string[]): Values => ({ values, source });

export const values: Table<Values> = {
  "AWS::Lambda::Function": {
    // The SDK still names runtimes on which no function can be made any more: these are what our code is built and tested for.
    Runtime: ofPage("docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, and what Isobar runs on", "nodejs22.x", "nodejs24.x"),
    "Architectures[]": ofSdk(Architecture),
  },
  "AWS::Lambda::EventSourceMapping": { "FunctionResponseTypes[]": ofSdk(FunctionResponseType), StartingPosition: ofSdk(EventSourcePosition) },
  "AWS::DynamoDB::Table": {
    BillingMode: ofPage("docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html", "PAY_PER_REQUEST", "PROVISIONED"),
    "AttributeDefinitions[].AttributeType": ofPage("docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeDefinition.html", "S", "N", "B"),
    "StreamSpecification.StreamViewType": ofPage("docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"),
  },
  "AWS::ApiGatewayV2::Api": { ProtocolType: ofPage("docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html", "HTTP", "WEBSOCKET") },
  "AWS::ApiGatewayV2::Integration": {
    IntegrationType: ofPage("docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html", "AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"),
    PayloadFormatVersion: ofPage("docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html", "1.0", "2.0"),
  },
  "AWS::ApiGatewayV2::Route": { AuthorizationType: ofPage("docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html", "NONE", "AWS_IAM", "CUSTOM", "JWT") },
  "AWS::SNS::Subscription": {
    Protocol: ofPage("docs.aws.amazon.com/sns/latest/api/API_Subscribe.html", "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"),
    FilterPolicyScope: ofPage("docs.aws.amazon.com/sns/latest/api/API_Subscribe.html", "MessageAttributes", "MessageBody"),
  },
  "AWS::SQS::Queue": {
    DeduplicationScope: ofPage("docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html", "messageGroup", "queue"),
    FifoThroughputLimit: ofPage("docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html", "perQueue", "perMessageGroupId"),
  },
};

/** The API models of botocore 1.43.107, by their folder: data/<folder>/service-2.json. */
const model = (folder: string, ...within: readonly (readonly [number, number])[]): Range => ({ within, source: `botocore 1.43.107 ${folder}` });
const lambda = (...within: readonly (readonly [number, number])[]) => model("lambda/2015-03-31", ...within);
const sqs = (from: number, to: number) => model("sqs/2012-11-05", [from, to]);
const retries = (folder: string, path: string) => ({ [`${path}.RetryPolicy.MaximumRetryAttempts`]: model(folder, [0, 185]), [`${path}.RetryPolicy.MaximumEventAgeInSeconds`]: model(folder, [60, 86_400]) });
const limits = "docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";

export const ranges: Table<Range> = {
  "AWS::Lambda::Function": {
    // The model's 5,400 is for managed instances.
    Timeout: { within: [[1, 900]], source: limits },
    MemorySize: { within: [[128, 10_240]], source: limits },
    "EphemeralStorage.Size": lambda([512, 10_240]),
    ReservedConcurrentExecutions: lambda([0, Number.MAX_SAFE_INTEGER]),
  },
  "AWS::Lambda::EventInvokeConfig": { MaximumRetryAttempts: lambda([0, 2]), MaximumEventAgeInSeconds: lambda([60, 21_600]) },
  "AWS::Lambda::EventSourceMapping": {
    BatchSize: lambda([1, 10_000]),
    MaximumBatchingWindowInSeconds: lambda([0, 300]),
    MaximumRetryAttempts: lambda([-1, 10_000]),
    MaximumRecordAgeInSeconds: lambda([-1, -1], [60, 604_800]),
    ParallelizationFactor: lambda([1, 10]),
    TumblingWindowInSeconds: lambda([0, 900]),
    "ScalingConfig.MaximumConcurrency": lambda([2, 1_000]),
    "ProvisionedPollerConfig.MinimumPollers": lambda([2, 200]),
    "ProvisionedPollerConfig.MaximumPollers": lambda([2, 10_000]),
  },
  "AWS::SQS::Queue": { VisibilityTimeout: sqs(0, 43_200), MessageRetentionPeriod: sqs(60, 1_209_600), DelaySeconds: sqs(0, 900), MaximumMessageSize: sqs(1_024, 1_048_576), ReceiveMessageWaitTimeSeconds: sqs(0, 20) },
  "AWS::Events::Rule": retries("events/2015-10-07", "Targets[]"),
  "AWS::Scheduler::Schedule": { ...retries("scheduler/2021-06-30", "Target"), "FlexibleTimeWindow.MaximumWindowInMinutes": model("scheduler/2021-06-30", [1, 1_440]) },
  "AWS::ApiGatewayV2::Integration": { TimeoutInMillis: model("apigatewayv2/2018-11-29", [50, 30_000]) },
  "AWS::Kinesis::Stream": { RetentionPeriodHours: { within: [[24, 8_760]], source: "docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html" } },
};
