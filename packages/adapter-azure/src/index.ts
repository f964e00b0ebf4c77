/** The way out for user code: `native(ctx)` and the types of what Azure Functions hands over. */
export { native } from "./native.ts";
export type { AzureNative, ServiceBusRecord } from "./native.ts";
