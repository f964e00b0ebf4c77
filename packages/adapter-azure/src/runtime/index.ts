/** What Azure Functions calls: one handler maker for each kind. Generated entries import this, `@azure/functions` and the functions' own modules. */
export { http, httpStream, type HttpHandler } from "./http.ts";
export { queue } from "./queue.ts";
