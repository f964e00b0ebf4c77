/** The way out for user code: `native(ctx)` and the types of what Lambda hands over. */
export { native } from "./native.ts";
export type { AwsNative, HttpEvent, LambdaContext, SqsEvent, SqsRecord } from "./native.ts";
