/** What the suites send messages to. Each says what it saw through `ctx.send`, so that a test sees it from outside. */
import { ack, batched, defineQueue, queue, reject, retry, type DeliveryPolicy, type Schema } from "@isobar/core";

/** A message as a handler saw it. */
export interface SeenEvent {
  readonly by: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string | null;
  readonly attempt: number | null;
  readonly coldStart: boolean;
  readonly data: unknown;
}
/** What the sender wants to happen. */
export type Wish = { readonly then?: "ack" | "nothing" | "retry" | "reject" | "throw" | "throw-string" | "throw-retry" | "throw-reject" | "exit" | "never" | "number"; readonly n?: number };

export const isObject: Schema<unknown, Wish> = {
  "~standard": {
    version: 1,
    vendor: "isobar-conformance",
    validate: (value) => (typeof value === "object" && value !== null && (!("n" in value) || typeof value.n === "number") ? { value: value as Wish } : { issues: [{ message: "n is a number", path: ["n"] }] }),
  },
};
export const wishes = defineQueue("wishes", { data: isObject });
export const ordered = defineQueue("ordered", { data: isObject, order: "by-key" });
export const plain = defineQueue("plain");
export const raw = defineQueue("raw", { format: "bytes" });
export const unreachableSource = defineQueue("source-of-unreachable", { data: isObject });
export const bulk = defineQueue("bulk", { data: isObject });
export const seen = defineQueue("seen");
export const failed = defineQueue("failed");
export const failedOrdered = defineQueue("failed-ordered", { order: "by-key" });
export const unreachable = defineQueue("unreachable");
export const waiting = defineQueue("waiting", { data: isObject });
export const waitingUnreachable = defineQueue("waiting-unreachable", { data: isObject });
export const waitingOrdered = defineQueue("waiting-ordered", { data: isObject, order: "by-key" });
export const delivery = { maxAttempts: 5, deadLetter: failed } satisfies DeliveryPolicy;

type Ctx = { readonly attempt: number | undefined; readonly coldStart: boolean };
type Of = { readonly id: string; readonly source: string; readonly type: string; readonly time?: string };
export const saw = (by: string, event: Of, ctx: Ctx, data: unknown): SeenEvent => ({ by, id: event.id, source: event.source, type: event.type, time: event.time ?? null, attempt: ctx.attempt ?? null, coldStart: ctx.coldStart, data });

export function settle(wish: Wish) {
  switch (wish.then) {
    case "retry": return retry({ reason: "as wished" });
    case "reject": return reject("as wished");
    case "throw": throw new Error("secret-detail");
    case "throw-string": throw "secret-detail";
    case "throw-retry": throw retry();
    case "throw-reject": throw reject("thrown");
    case "exit": return process.exit(3);
    case "never": return new Promise<never>(() => {});
    case "number": return 42 as unknown as undefined;
    case "nothing": return undefined;
    default: return ack();
  }
}
const each = { delivery, sends: [seen], timeout: "400ms", batch: { maxSize: 10 } } as const;
export const consume = queue(wishes, each, async (event, ctx) => {
  await ctx.send(seen, saw("consume", event, ctx, event.data));
  return settle(event.data);
});
export const consumeOrdered = queue(ordered, { ...each, delivery: { maxAttempts: 5, deadLetter: failedOrdered } }, async (event, ctx) => {
  await ctx.send(seen, saw("consumeOrdered", event, ctx, event.data));
  return settle(event.data);
});
export const consumePlain = queue(plain, each, async (event, ctx) => {
  await ctx.send(seen, saw("consumePlain", event, ctx, event.data));
});
/** Data in base64. */
export const consumeRaw = queue(raw, each, async (event, ctx) => {
  await ctx.send(seen, saw("consumeRaw", event, ctx, Buffer.from(event.data).toString("base64")));
});
export const consumeUnreachable = queue(unreachableSource, { ...each, delivery: { maxAttempts: 5, deadLetter: unreachable } }, (event) => settle(event.data));
/** Failures wait: 10 s, then 15. */
const backoff = { min: "10s", max: "15s" } as const;
export const consumeWaiting = queue(waiting, { ...each, delivery: { maxAttempts: 3, backoff, deadLetter: failed } }, async (event, ctx) => {
  await ctx.send(seen, saw("consumeWaiting", event, ctx, event.data));
  return settle(event.data);
});
export const consumeWaitingUnreachable = queue(waitingUnreachable, { ...each, delivery: { maxAttempts: 3, backoff, deadLetter: unreachable } }, (event) => settle(event.data));
/** A wait that can be held inside an invocation. */
export const consumeWaitingOrdered = queue(waitingOrdered, { ...each, delivery: { maxAttempts: 3, backoff: "1s", deadLetter: failedOrdered } }, (event) => settle(event.data));
export const consumeBulk = queue(bulk, each, batched(async (events, ctx) => {
  await ctx.send(seen, events.map((event) => saw("consumeBulk", event, ctx, event.data)));
  return events.map(({ data }) => (data.then === "retry" ? retry() : data.then === "reject" ? reject("as wished") : undefined));
}));
