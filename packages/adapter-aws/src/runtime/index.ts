/** What Lambda calls: one entry maker for each kind and wire. Generated entries import this and the functions' own modules, nothing else. */
export { bus, busDirect } from "./bus.ts";
export { call, callAsync } from "./call.ts";
export { changes } from "./changes.ts";
export { alb, functionUrl, functionUrlStream, http, restApi, type HttpHandler } from "./http.ts";
export type { Handler } from "./invocation.ts";
export { logs, logsDirect } from "./logs.ts";
export { outbox } from "./outbox.ts";
export { queue } from "./queue.ts";
export { schedule, scheduleDirect } from "./schedule.ts";
export { secret } from "./secret.ts";
export { storage, storageDirect } from "./storage.ts";
export { stream, streamKafka } from "./stream.ts";
export { topic, topicDirect } from "./topic.ts";
/** How attempts are kept: chosen by the plan, written into the entry. */
export { inside, postponing } from "@isobar/core/adapter";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
