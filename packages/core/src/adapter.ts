/** The boundary: what adapters import. Users never do. */
export type * from "./boundary.ts";
export type * from "./cloud-side.ts";
export type { WholeBody } from "./http/body.ts";
export type { HeaderPairs } from "./http/headers.ts";
export type { IncomingRequest } from "./http/request.ts";
export type { Clock } from "./run/clock.ts";
export type { Exchange, HttpFunctions } from "./run/exchange.ts";
export type { Platform, Wiring } from "./run/platform.ts";
export { exchange } from "./run/exchange.ts";
export { messages } from "./run/messages.ts";
export { stableId } from "./run/attribute.ts";
export { nativeOf } from "./run/context.ts";
export { plainKeeping } from "./run/keeping.ts";
export { defaultTimeoutMs, marginMs } from "./run/deadline.ts";
export { IsobarError } from "./errors.ts";
export { bytesOf } from "./http/body.ts";
export { isHeaderName } from "./http/headers.ts";
export { byteString, originOf, pathOf } from "./http/request.ts";
