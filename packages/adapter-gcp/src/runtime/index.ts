/** What the functions framework calls: one function maker for each kind. Generated entries import this, the framework and the functions' own modules. */
export { http } from "./http.ts";
export { queue } from "./queue.ts";
