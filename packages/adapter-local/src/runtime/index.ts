/** What the local harness calls: one entry maker for each kind. */
export { http } from "./http.ts";
export { queue } from "./queue.ts";
