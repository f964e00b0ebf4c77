/** What the local harness calls: one entry maker for each kind. */
export { http } from "./http.ts";
export { queue } from "./queue.ts";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
