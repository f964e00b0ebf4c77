/** The way out for user code: `native(ctx)` and the types of the local wire. */
export { native } from "./native.ts";
export type { LocalBatch, LocalBody, LocalCall, LocalContext, LocalMessage, LocalNative, LocalRequest, LocalResult } from "./native.ts";
