/** What Lambda calls: one entry maker for each kind and front end. Generated entries import this and the functions' own modules, nothing else. */
export { functionUrl, functionUrlStream, http, type HttpHandler } from "./http.ts";
export { queue } from "./queue.ts";
