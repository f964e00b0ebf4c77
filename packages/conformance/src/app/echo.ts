/** One function of each kind that takes everything its wire can carry and tells what it saw, as it saw it: what captured payloads are sent to. */
import { bus, call, changes, defineBucket, defineBus, defineLog, defineStream, defineTable, defineTopic, logs, schedule, spellValue, storage, stream, topic, type AsynchronousKind } from "@isobar/core";
import type { Heard, HearingContext } from "./kinds.ts";
import { delivery, saw, seen } from "./queue.ts";

const each = { delivery, sends: [seen], timeout: "2s", batch: { maxSize: 100 } } as const;
const tell = (kind: AsynchronousKind) => (event: Heard, ctx: HearingContext): Promise<void> => ctx.send(seen, { ...saw(kind, event, ctx, spellValue(event.data)), subject: event.subject ?? null });

export const echoTopic = topic(defineTopic("anything", { format: "bytes" }), each, tell("topic"));
export const echoStorage = storage(defineBucket("anything"), { ...each, on: ["created", "deleted", "updated", "archived", "restored", "other"] }, tell("storage"));
export const echoSchedule = schedule("* * * * *", each, tell("schedule"));
export const echoChanges = changes(defineTable("anything"), each, tell("changes"));
export const echoStream = stream(defineStream("anything", { format: "bytes" }), each, tell("stream"));
export const echoBus = bus(defineBus("anything"), each, tell("bus"));
export const echoLogs = logs(defineLog("anything"), each, tell("logs"));
export const echoCall = call(each, tell("call"));

/** By kind; a queue's is `consumeRaw`. */
export const echoFunctions = { queue: "consumeRaw", topic: "echoTopic", storage: "echoStorage", schedule: "echoSchedule", changes: "echoChanges", stream: "echoStream", bus: "echoBus", logs: "echoLogs", call: "echoCall" } as const satisfies { readonly [K in AsynchronousKind]: string };
