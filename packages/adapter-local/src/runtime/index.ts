/** What the local harness calls: one entry maker for each kind. */
export { bus } from "./bus.ts";
export { call, callAsync } from "./call.ts";
export { changes } from "./changes.ts";
export { http } from "./http.ts";
export { logs } from "./logs.ts";
export { queue } from "./queue.ts";
export { schedule } from "./schedule.ts";
export { storage } from "./storage.ts";
export { stream } from "./stream.ts";
export { topic } from "./topic.ts";
export type { LocalHandler } from "./settling.ts";
/** What `send`, dead letters and postponements go through. */
export { outbox } from "./outbox.ts";
/** What `ctx.secret` reads. */
export { secret } from "./secret.ts";
/** How attempts are kept: chosen by the plan, written into the entry. */
export { inside, postponing } from "@isobar/core/adapter";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
