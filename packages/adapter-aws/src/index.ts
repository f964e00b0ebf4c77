/** The way out for user code: `native(ctx)` and the types of what Lambda hands over. */
export { native } from "./native.ts";
export type * from "./native.ts";
