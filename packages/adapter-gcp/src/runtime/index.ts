/** What the functions framework calls: one function maker for each kind. Generated entries import this, the framework and the functions' own modules. */
export { http, httpStream } from "./http.ts";
export { queue } from "./queue.ts";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
