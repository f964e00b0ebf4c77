/** An app on AWS as a template says it: a queue and its dead letters, the function that reads it, a topic in front of another queue, a table, and the HTTP API. */
const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
const ref = (id: string) => ({ Ref: id });
const sub = (text: string) => ({ "Fn::Sub": text });
const week = 604_800;

const assumedByLambda = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] };

export const cloudFormationSample = {
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "shop, stage test",
  Parameters: { Stage: { Type: "String", Default: "test", AllowedValues: ["test", "live"] }, Concurrency: { Type: "Number", Default: 5 } },
  Conditions: { IsLive: { "Fn::Equals": [ref("Stage"), "live"] } },
  Resources: {
    OrdersFailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { queue: "orders-failed" } }, Properties: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true } },
    OrdersQueue: {
      Type: "AWS::SQS::Queue",
      Properties: { VisibilityTimeout: 180, MessageRetentionPeriod: { "Fn::If": ["IsLive", 1_209_600, week] }, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: arn("OrdersFailedQueue"), maxReceiveCount: 5 } },
    },
    ChargeLogs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: sub("/aws/lambda/${AWS::StackName}-charge"), RetentionInDays: 30 } },
    ChargeRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: assumedByLambda,
        Policies: [
          {
            PolicyName: "charge",
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [
                { Sid: "Logs", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: arn("ChargeLogs") },
                { Sid: "Orders", Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], Resource: arn("OrdersQueue") },
                { Sid: "Failed", Effect: "Allow", Action: "sqs:SendMessage", Resource: arn("OrdersFailedQueue") },
                { Sid: "Stock", Effect: "Allow", Action: "dynamodb:PutItem", Resource: [arn("StockTable"), sub("${StockTable.Arn}/index/*")] },
                { Sid: "Traces", Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
              ],
            },
          },
        ],
      },
    },
    ChargeFunction: {
      Type: "AWS::Lambda::Function",
      Metadata: { Isobar: { for: "charge" } },
      DependsOn: ["ChargeLogs"],
      Properties: {
        FunctionName: sub("${AWS::StackName}-charge"),
        Code: "./dist/charge",
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Role: arn("ChargeRole"),
        Architectures: ["arm64"],
        MemorySize: 512,
        Timeout: 30,
        ReservedConcurrentExecutions: ref("Concurrency"),
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "INFO", LogGroup: ref("ChargeLogs") },
        Environment: { Variables: { FAILED_QUEUE_URL: ref("OrdersFailedQueue"), STAGE: ref("Stage") } },
        Tags: [{ Key: "isobar:function", Value: "charge" }],
      },
    },
    ChargeMapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { FunctionName: ref("ChargeFunction"), EventSourceArn: arn("OrdersQueue"), BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 5 } },
    },
    NewsTopic: { Type: "AWS::SNS::Topic", Properties: {} },
    NewsQueue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: arn("OrdersFailedQueue"), maxReceiveCount: 5 } } },
    NewsQueuePolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [ref("NewsQueue")],
        PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: arn("NewsQueue"), Condition: { ArnEquals: { "aws:SourceArn": ref("NewsTopic") } } }] },
      },
    },
    NewsSubscription: { Type: "AWS::SNS::Subscription", Properties: { TopicArn: ref("NewsTopic"), Protocol: "sqs", Endpoint: arn("NewsQueue"), RedrivePolicy: { deadLetterTargetArn: arn("OrdersFailedQueue") } } },
    StockTable: {
      Type: "AWS::DynamoDB::Table",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }], KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } },
    },
    StockMapping: { Type: "AWS::Lambda::EventSourceMapping", Properties: { FunctionName: ref("ChargeFunction"), EventSourceArn: { "Fn::GetAtt": ["StockTable", "StreamArn"] }, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 } },
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: sub("${AWS::StackName}"), ProtocolType: "HTTP" } },
    ApiStage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: ref("Api"), StageName: "$default", AutoDeploy: true } },
    ChargeIntegration: { Type: "AWS::ApiGatewayV2::Integration", Properties: { ApiId: ref("Api"), IntegrationType: "AWS_PROXY", IntegrationUri: arn("ChargeFunction"), PayloadFormatVersion: "2.0", TimeoutInMillis: 30_000 } },
    ChargeRoute: { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: ref("Api"), RouteKey: "POST /orders/{tenant}", Target: { "Fn::Join": ["/", ["integrations", ref("ChargeIntegration")]] } } },
    ChargePermission: { Type: "AWS::Lambda::Permission", Properties: { FunctionName: ref("ChargeFunction"), Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com", SourceArn: sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/POST/orders/{tenant}") } },
  },
  Outputs: { Url: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } }, Orders: { Value: ref("OrdersQueue"), Condition: "IsLive" } },
};
