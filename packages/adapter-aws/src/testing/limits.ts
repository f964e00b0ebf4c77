/** What the Lambda service enforces around the runtime process; the runtime interface client itself enforces none of it. */

/**
 * Largest event of a synchronous invocation, in bytes of UTF-8 JSON: "6 MB" of
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, exactly 6,291,456 by the service's own error message.
 * An asynchronous invocation has a lower limit (1 MB); nothing here invokes asynchronously.
 */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Largest buffered answer, in bytes: 100 more than an event may have (`MaxPayloadSize` in interop/model.go of aws/aws-lambda-runtime-interface-emulator). */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 100;

/**
 * Largest streamed answer, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html says "200 MB";
 * read as MiB, as the service reads its other sizes (unsure).
 */
export const MAX_STREAM_BYTES = 200 * 1024 * 1024;

/**
 * The time from the start of the process to its first request for an invocation, in milliseconds.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
export const INIT_LIMIT_MS = 10_000;

/**
 * The service's words for an event over the limit. The wire says `RequestEntityTooLargeException` (HTTP 413, header `X-Amzn-Errortype`;
 * LambdaRuntimeApi.cs of AWS's own test tool in aws/aws-lambda-dotnet does the same), where the API reference names `RequestTooLargeException`:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export const EVENT_TOO_LARGE = {
  code: "RequestEntityTooLargeException",
  message: `Request must be smaller than ${MAX_EVENT_BYTES} bytes for the InvokeFunction operation`,
} as const;

/** A failure as Lambda reports it: `errorType` and `errorMessage` of the runtime API. */
export interface Failure {
  readonly type: string;
  readonly message: string;
}

/** The service's words for an answer over `limitBytes`: fatalerror.go of the emulator has the type, the message is the service's. */
export const answerTooLarge = (limitBytes: number): Failure => ({
  type: "Function.ResponseSizeTooLarge",
  message: `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`,
});
