/** One function of each kind that hears and tells: what it saw leaves through `ctx.send`, and it then does what the event asks for. */
import { bus, call, changes, defineBucket, defineBus, defineLog, defineStream, defineTable, defineTopic, logs, schedule, spellValue, storage, stream, topic, type AsynchronousKind } from "@isobar/core";
import { delivery, isObject, saw, seen, settle, type Wish } from "./queue.ts";

type Then = NonNullable<Wish["then"]>;
/** Wishes in a fixed order: a tick has nothing but its minute to carry one. */
export const wishes = ["ack", "nothing", "retry", "reject", "throw", "throw-string", "never", "exit"] as const satisfies readonly Then[];
/** The wish that a text names; anything else is an ack. */
const wishIn = (text: string | undefined): Then => wishes.find((each) => each === text) ?? "ack";

/** An event of any kind, as far as it can be told of. */
export interface Heard {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data: unknown;
}
export interface HearingContext {
  readonly attempt: number | undefined;
  readonly coldStart: boolean;
  send(to: typeof seen, data: unknown): Promise<void>;
}
const each = { delivery, sends: [seen], timeout: "400ms", batch: { maxSize: 10 } } as const;
/** Of what is read by position: all attempts are made inside one invocation, which has to end. */
const inside = { ...each, delivery: { ...delivery, maxAttempts: 2 } } as const;
async function heard(kind: AsynchronousKind, event: Heard, ctx: HearingContext, then: Then) {
  await ctx.send(seen, { ...saw(kind, event, ctx, spellValue(event.data)), subject: event.subject ?? null });
  return settle({ then });
}

export const hearTopic = topic(defineTopic("news", { data: isObject }), each, (event, ctx) => heard("topic", event, ctx, wishIn(event.data.then)));
/** Of a key "wishes/throw/1.txt" the second part is the wish. */
export const hearStorage = storage(defineBucket("uploads"), { ...each, on: ["created", "deleted", "updated", "archived", "restored"], suffix: ".txt" }, (event, ctx) => heard("storage", event, ctx, wishIn(event.data.key.split("/")[1])));
export const hearSchedule = schedule("* * * * *", each, (event, ctx) => heard("schedule", event, ctx, wishIn(wishes[new Date(event.data.scheduledTime).getUTCMinutes()])));
/** Of a key "throw-1" the part before the number is the wish. */
export const hearChanges = changes(defineTable("users"), inside, (event, ctx) => heard("changes", event, ctx, wishIn(String(event.data.key.id).replace(/-\d+$/, ""))));
export const hearStream = stream(defineStream("clicks", { data: isObject }), inside, (event, ctx) => heard("stream", event, ctx, wishIn(event.data.value.then)));
export const hearBus = bus(defineBus("events"), each, (event, ctx) => heard("bus", event, ctx, wishIn(event.data.detailType)));
export const hearLogs = logs(defineLog("access"), inside, (event, ctx) => heard("logs", event, ctx, wishIn(event.data.entries[0]?.message)));
export const hearCall = call({ ...each, payload: isObject }, async (event, ctx) => {
  const settlement = await heard("call", event, ctx, wishIn(event.data.then));
  return settlement?.settle === "ack" ? { said: event.data } : settlement;
});

/** By kind. */
export const heardFunctions = { topic: "hearTopic", storage: "hearStorage", schedule: "hearSchedule", changes: "hearChanges", stream: "hearStream", bus: "hearBus", logs: "hearLogs", call: "hearCall" } as const satisfies { readonly [K in Exclude<AsynchronousKind, "queue">]: string };
