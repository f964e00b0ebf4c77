/** What Lambda hands over, in its own words. Types hold what Isobar reads or users ask for; every other field is there at run time too. */
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf } from "@isobar/core/adapter";

type Texts = Readonly<Record<string, string>>;
type Lists = Readonly<Record<string, readonly string[]>>;

/** HTTP API and Function URL, payload format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpEvent {
  readonly version: "2.0";
  readonly routeKey?: string;
  readonly rawPath: string;
  readonly rawQueryString?: string | null;
  readonly cookies?: readonly string[] | null;
  readonly headers?: Texts | null;
  readonly queryStringParameters?: Texts | null;
  readonly pathParameters?: Texts | null;
  readonly stageVariables?: Texts | null;
  readonly requestContext: {
    readonly accountId?: string;
    readonly apiId?: string;
    readonly authorizer?: unknown;
    readonly authentication?: unknown;
    readonly domainName?: string;
    readonly domainPrefix?: string;
    readonly http: { readonly method: string; readonly path?: string; readonly protocol?: string; readonly sourceIp?: string; readonly userAgent?: string };
    readonly requestId?: string;
    readonly routeKey?: string;
    readonly stage?: string;
    readonly time?: string;
    readonly timeEpoch?: number;
  };
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** REST API, and HTTP API with payload format 1.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format */
export interface RestEvent {
  /** An HTTP API says "1.0", a REST API nothing. */
  readonly version?: "1.0";
  readonly resource?: string | null;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers?: Texts | null;
  readonly multiValueHeaders?: Lists | null;
  readonly queryStringParameters?: Texts | null;
  readonly multiValueQueryStringParameters?: Lists | null;
  readonly pathParameters?: Texts | null;
  readonly stageVariables?: Texts | null;
  readonly requestContext: {
    readonly accountId?: string;
    readonly apiId?: string;
    readonly authorizer?: unknown;
    readonly domainName?: string | null;
    readonly extendedRequestId?: string;
    readonly httpMethod?: string;
    readonly identity?: { readonly sourceIp?: string | null; readonly userAgent?: string | null } | null;
    readonly path?: string;
    readonly protocol?: string;
    readonly requestId?: string;
    readonly resourceId?: string;
    readonly resourcePath?: string;
    readonly stage?: string;
  };
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}
/** Application Load Balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer */
export interface AlbEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  /** Instead of the multi-value maps, unless the target group has `lambda.multi_value_headers.enabled`. */
  readonly headers?: Texts | null;
  readonly queryStringParameters?: Texts | null;
  readonly multiValueHeaders?: Lists | null;
  readonly multiValueQueryStringParameters?: Lists | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** One SQS message as an event source mapping hands it over: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle?: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messageAttributes?: Readonly<Record<string, { readonly dataType: string; readonly stringValue?: string; readonly binaryValue?: string }>>;
  readonly md5OfBody?: string;
  readonly eventSource?: string;
  readonly eventSourceARN?: string;
  readonly awsRegion?: string;
}
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** An SNS notification as SQS receives it: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html · Lambda's own spells the last two `SigningCertUrl` and `UnsubscribeUrl`. */
export interface SnsNotification {
  readonly Type?: "Notification";
  readonly MessageId: string;
  readonly TopicArn?: string;
  readonly Subject?: string | null;
  readonly Message: string;
  readonly Timestamp?: string;
  readonly SignatureVersion?: string;
  readonly Signature?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>> | null;
  readonly SigningCertURL?: string;
  readonly SigningCertUrl?: string;
  readonly UnsubscribeURL?: string;
  readonly UnsubscribeUrl?: string;
}
/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export interface SnsRecord {
  readonly EventSource: "aws:sns";
  readonly EventVersion?: string;
  readonly EventSubscriptionArn?: string;
  readonly Sns: SnsNotification;
}
export interface SnsEvent {
  readonly Records: readonly SnsRecord[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export interface S3Record {
  readonly eventVersion?: string;
  readonly eventSource: "aws:s3";
  readonly awsRegion?: string;
  readonly eventTime?: string;
  readonly eventName: string;
  readonly userIdentity?: unknown;
  readonly requestParameters?: unknown;
  readonly responseElements?: Readonly<Record<string, string>> | null;
  readonly s3: {
    readonly s3SchemaVersion?: string;
    readonly configurationId?: string;
    readonly bucket: { readonly name: string; readonly arn?: string; readonly ownerIdentity?: unknown };
    /** `key` is URL-encoded, a blank as "+". */
    readonly object: { readonly key: string; readonly size?: number | null; readonly eTag?: string | null; readonly versionId?: string | null; readonly sequencer?: string | null };
  };
  readonly glacierEventData?: unknown;
  readonly replicationEventData?: unknown;
  readonly intelligentTieringEventData?: unknown;
  readonly lifecycleEventData?: unknown;
}
export interface S3Event {
  readonly Records: readonly S3Record[];
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface EventBridgeEvent {
  readonly version?: string;
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account?: string;
  readonly time?: string;
  readonly region?: string;
  readonly resources?: readonly string[];
  readonly detail: unknown;
  readonly "replay-name"?: string;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly M?: Readonly<Record<string, AttributeValue>>;
  readonly L?: readonly AttributeValue[];
  readonly NULL?: boolean;
  readonly BOOL?: boolean;
}
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export interface DynamoDbRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion?: string;
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion?: string;
  readonly eventSourceARN?: string;
  /** Of a deletion by time to live: `{ type: "Service", principalId: "dynamodb.amazonaws.com" }`. */
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string } | null;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime?: number;
    readonly Keys: Readonly<Record<string, AttributeValue>>;
    readonly NewImage?: Readonly<Record<string, AttributeValue>>;
    readonly OldImage?: Readonly<Record<string, AttributeValue>>;
    readonly SequenceNumber: string;
    readonly SizeBytes?: number;
    readonly StreamViewType?: string;
  };
}
/** What a tumbling window adds to a batch: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html */
export interface Window {
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: unknown;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}
export interface DynamoDbEvent extends Window {
  readonly Records: readonly DynamoDbRecord[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export interface KinesisRecord {
  readonly eventID: string;
  readonly eventSource: "aws:kinesis";
  readonly eventVersion?: string;
  readonly eventName?: string;
  readonly invokeIdentityArn?: string;
  readonly awsRegion?: string;
  readonly eventSourceARN?: string;
  readonly kinesis: { readonly kinesisSchemaVersion?: string; readonly partitionKey: string; readonly sequenceNumber: string; readonly data: string; readonly approximateArrivalTimestamp?: number; readonly encryptionType?: string };
}
export interface KinesisEvent extends Window {
  readonly Records: readonly KinesisRecord[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html · https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number | string;
  readonly offset: number;
  readonly timestamp?: number;
  readonly timestampType?: string;
  readonly key?: string | null;
  readonly value?: string | null;
  /** Values are lists of signed bytes. */
  readonly headers?: readonly Readonly<Record<string, readonly number[]>>[] | null;
  readonly keySchemaMetadata?: unknown;
  readonly valueSchemaMetadata?: unknown;
}
export interface KafkaEvent {
  readonly eventSource: "aws:kafka" | "SelfManagedKafka";
  readonly eventSourceArn?: string;
  readonly bootstrapServers?: string;
  readonly records: Readonly<Record<string, readonly KafkaRecord[]>>;
}

/** What CloudWatch Logs sends, before it is compressed: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
export interface LogsEnvelope {
  readonly messageType: "DATA_MESSAGE" | "CONTROL_MESSAGE";
  readonly owner?: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters?: readonly string[];
  readonly policyLevel?: string;
  readonly logEvents: readonly { readonly id: string; readonly timestamp: number; readonly message: string; readonly extractedFields?: Texts }[];
}
/** https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html */
export interface CloudWatchLogsEvent {
  readonly awslogs: { readonly data: string };
}

/** An event that came inside something else: both are native. */
export interface Carried<Carrier, Event> {
  readonly carrier: Carrier;
  readonly event: Event;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion?: string;
  readonly invokedFunctionArn?: string;
  readonly memoryLimitInMB?: string;
  getRemainingTimeInMillis(): number;
}

/** By kind; where a kind has several wires, one of each. */
export interface AwsNative {
  http: HttpEvent | RestEvent | AlbEvent;
  queue: SqsRecord;
  topic: Carried<SqsRecord, SnsNotification> | SnsRecord;
  storage: Carried<SqsRecord, S3Record> | S3Record;
  schedule: SqsRecord | EventBridgeEvent;
  changes: DynamoDbRecord;
  stream: KinesisRecord | KafkaRecord;
  bus: Carried<SqsRecord, EventBridgeEvent> | EventBridgeEvent;
  logs: Carried<KinesisRecord | CloudWatchLogsEvent, LogsEnvelope>;
  /** A call that is answered: the payload as it was sent. */
  call: unknown;
}

/** The very record this delivery came from, and Lambda's context; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: AwsNative[K]; readonly context: LambdaContext } | undefined {
  return nativeOf(ctx, "aws") as { readonly record: AwsNative[K]; readonly context: LambdaContext } | undefined;
}
