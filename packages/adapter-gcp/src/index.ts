/** The way out for user code: `native(ctx)` and the types of what Google Cloud hands over. */
export { native } from "./native.ts";
export type { BackgroundEvent, CloudEvent, GcpNative, PubsubMessage, PubsubPush, PubsubUnwrapped, SchedulerCall } from "./native.ts";
