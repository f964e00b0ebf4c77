/** The app that conformance runs on every cloud. */
import { defineApp } from "@isobar/core";
import * as httpFunctions from "./http.ts";
import { echoBus, echoCall, echoChanges, echoLogs, echoSchedule, echoStorage, echoStream, echoTopic } from "./echo.ts";
import { hearBus, hearCall, hearChanges, hearLogs, hearSchedule, hearStorage, hearStream, hearTopic } from "./kinds.ts";
import { consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable, consumeWaiting, consumeWaitingOrdered, consumeWaitingUnreachable } from "./queue.ts";

export * from "./http.ts";
export { echoBus, echoCall, echoChanges, echoFunctions, echoLogs, echoSchedule, echoStorage, echoStream, echoTopic } from "./echo.ts";
export { hearBus, hearCall, hearChanges, hearLogs, hearSchedule, hearStorage, hearStream, hearTopic, heardFunctions, wishes } from "./kinds.ts";
export { consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable, consumeWaiting, consumeWaitingOrdered, consumeWaitingUnreachable, type SeenEvent, type Wish } from "./queue.ts";

export const app = defineApp("conformance", { ...httpFunctions, consume, consumeBulk, consumeOrdered, consumePlain, consumeRaw, consumeUnreachable, consumeWaiting, consumeWaitingOrdered, consumeWaitingUnreachable, echoBus, echoCall, echoChanges, echoLogs, echoSchedule, echoStorage, echoStream, echoTopic, hearBus, hearCall, hearChanges, hearLogs, hearSchedule, hearStorage, hearStream, hearTopic });
