/** What the functions framework calls: one function maker for each kind and variant. Generated entries import this, the framework and the functions' own modules. */
export { http, httpStream } from "./http.ts";
export { queue, queueBackground, queueCloudevent, queueUnwrapped } from "./queue.ts";
export { topic, topicBackground, topicCloudevent, topicUnwrapped } from "./topic.ts";
export { storage, storageBackground, storageDirect } from "./storage.ts";
export { schedule, scheduleDirect } from "./schedule.ts";
export { changes, changesDirect } from "./changes.ts";
export { stream } from "./stream.ts";
export { bus, busDirect } from "./bus.ts";
export { logs } from "./logs.ts";
export { call, callAsync } from "./call.ts";
/** What `send` and dead letters go through. */
export { outbox } from "./outbox.ts";
/** What `ctx.secret` reads. */
export { secret } from "./secret.ts";
/** How attempts are kept where the broker's own redelivery does not: inside one push. */
export { inside } from "@isobar/core/adapter";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
