/** The app that conformance runs on every cloud. */
import { defineApp } from "@isobar/core";
import * as httpFunctions from "./http.ts";
import { consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable } from "./queue.ts";

export * from "./http.ts";
export { consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable, type SeenEvent, type Wish } from "./queue.ts";

export const app = defineApp("conformance", { ...httpFunctions, consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable });
