/** What Lambda hands over, in its own words. Types hold what Isobar reads or users ask for; every other field is there at run time too. */
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf } from "@isobar/core/adapter";

/** HTTP API and Function URL, payload format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpEvent {
  readonly version: "2.0";
  readonly routeKey?: string;
  readonly rawPath: string;
  readonly rawQueryString?: string | null;
  readonly cookies?: readonly string[] | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly pathParameters?: Readonly<Record<string, string>> | null;
  readonly stageVariables?: Readonly<Record<string, string>> | null;
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

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion?: string;
  readonly invokedFunctionArn?: string;
  readonly memoryLimitInMB?: string;
  getRemainingTimeInMillis(): number;
}

export interface AwsNative {
  http: HttpEvent;
  queue: SqsRecord;
}

/** The very record this delivery came from, and Lambda's context; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: AwsNative[K]; readonly context: LambdaContext } | undefined {
  return nativeOf(ctx, "aws") as { readonly record: AwsNative[K]; readonly context: LambdaContext } | undefined;
}
