/** What Azure Functions calls: handler makers for each kind. Generated entries import this, `@azure/functions` and the functions' own modules. */
export { bus, busDirect, busEventGridSchema } from "./bus.ts";
export { call, callAsync } from "./call.ts";
export { changes } from "./changes.ts";
export { http, httpStream, type HttpHandler } from "./http.ts";
export type { TriggerHandler } from "./invocation.ts";
export { logs } from "./logs.ts";
export { outbox } from "./outbox.ts";
export { queue, queueStorageQueue } from "./queue.ts";
export { schedule, scheduleDirect, scheduleRelay } from "./schedule.ts";
export { secret } from "./secret.ts";
export { storage, storageDirect, storageEventGridSchema } from "./storage.ts";
export { stream, streamKafka } from "./stream.ts";
export { topic } from "./topic.ts";
/** How attempts are kept: chosen by the plan, written into the entry. */
export { holding, inside } from "@isobar/core/adapter";
export { requeuing } from "./requeuing.ts";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
