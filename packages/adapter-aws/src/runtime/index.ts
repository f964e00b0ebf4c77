/** What Lambda calls: one entry maker for each kind and front end. Generated entries import this and the functions' own modules, nothing else. */
export { functionUrl, functionUrlStream, http, type HttpHandler } from "./http.ts";
export { queue } from "./queue.ts";
/** Parts that an entry brings in for what its functions use: validation, cross-origin answers, sending. */
export { cors, input, send } from "@isobar/core/adapter";
