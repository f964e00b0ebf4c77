/** One function of each asynchronous kind as a scenario asks for it, and the messages that it is sent. */
import {
  bus, call, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, logs, queue, schedule, storage, stream, topic,
  type AnyFunction, type AsynchronousKind, type DeliveryPolicy, type Duration, type Order,
} from "@isobar/core";
import type { Published } from "@isobar/core/adapter";
import { isObject } from "../app/queue.ts";
import { enqueuedAt } from "../requirement.ts";
import { events } from "../suites/events.ts";

/** A policy without its queue: where its dead letters go depends on the order of what it consumes. */
export interface PolicyAsked extends Omit<DeliveryPolicy, "deadLetter"> {
  readonly deadLetter?: "discard";
}
export const defaultTimeout: Duration = "1s";
export interface FunctionAsked {
  readonly policy: PolicyAsked;
  /** Default 1 s. */
  readonly timeout?: Duration;
  /** The most that one invocation may carry. */
  readonly batch?: number;
  readonly order?: Order;
}
/** A message as a scenario asks for it. `body`: what is wrong with it. */
export interface MessageAsked {
  readonly group?: string;
  readonly atMs?: number;
  readonly body?: "undecodable" | "misfit";
}

/** The queue that all dead letters of the scenarios go to. */
export const lettersTo = "scenario-letters";
const letters = { none: defineQueue(lettersTo), "by-key": defineQueue(lettersTo, { order: "by-key" }) };
export const policyOf = ({ policy, order = "none" }: FunctionAsked): DeliveryPolicy => ({ ...policy, deadLetter: policy.deadLetter ?? letters[order] });

interface Options {
  readonly delivery: DeliveryPolicy;
  readonly timeout: Duration;
  readonly batch: { readonly maxSize: number };
}
const functions: { readonly [K in AsynchronousKind]: (options: Options, order: Order) => AnyFunction } = {
  queue: (options, order) => queue(defineQueue("scenario", { data: isObject, order }), options, () => {}),
  topic: (options, order) => topic(defineTopic("scenario", { data: isObject, order }), options, () => {}),
  storage: (options) => storage(defineBucket("scenario"), options, () => {}),
  schedule: (options) => schedule("* * * * *", options, () => {}),
  changes: (options) => changes(defineTable("scenario"), options, () => {}),
  stream: (options) => stream(defineStream("scenario", { data: isObject }), options, () => {}),
  bus: (options) => bus(defineBus("scenario"), { ...options, sources: ["shop.orders"], detailTypes: ["ack"], detail: isObject }, () => {}),
  logs: (options) => logs(defineLog("scenario"), options, () => {}),
  call: (options) => call({ ...options, payload: isObject }, () => {}),
};
/** What runs; the simulator puts the acts in its handler's place. */
export const functionOf = (kind: AsynchronousKind, asked: FunctionAsked): AnyFunction =>
  functions[kind]({ delivery: policyOf(asked), timeout: asked.timeout ?? defaultTimeout, batch: { maxSize: asked.batch ?? 1 } }, asked.order ?? "none");

const bodies = { undecodable: "{ not json", misfit: '{"n":"text"}' } as const;
const bodyOf = (n: number, { body }: MessageAsked): string => (body === undefined ? JSON.stringify({ n }) : bodies[body]);
/** Message number n, from 1. Every event of one scenario has an id of its own. */
const messages: { readonly [K in AsynchronousKind]: (n: number, asked: MessageAsked) => Omit<Published, "id"> } = {
  queue: (n, asked) => ({ body: bodyOf(n, asked), ...(asked.group === undefined ? {} : { group: asked.group }) }),
  topic: (n, asked) => ({ ...events.topic("ack", n).message, body: bodyOf(n, asked), ...(asked.group === undefined ? {} : { group: asked.group }) }),
  call: (n, asked) => ({ body: bodyOf(n, asked) }),
  storage: (n) => events.storage("ack", n).message,
  schedule: (_, { atMs = 0 }) => ({ body: "", told: { scheduledTime: new Date(enqueuedAt + atMs).toISOString(), overdue: false } }),
  changes(n, { group = "key-1" }) {
    const change = { operation: "updated", key: { id: group }, before: { id: group, n: n - 1 }, after: { id: group, n } } as const;
    return { body: "", group, told: { change, subject: group, time: new Date(enqueuedAt + n).toISOString() } };
  },
  stream: (n, { group = "key-1", ...asked }) => ({ body: bodyOf(n, asked), group, told: { partitionKey: group, sequence: String(1000 + n) } }),
  bus(n, { body }) {
    const { message } = events.bus("ack", n);
    return { ...message, told: { ...message.told!, event: { ...message.told!.event, detail: { n: body === undefined ? n : "text" } } } };
  },
  logs: (n) => events.logs("ack", n).message,
};
export const messageOf = (kind: AsynchronousKind, n: number, asked: MessageAsked): Published => ({ id: `message-${n}`, ...messages[kind](n, asked) });

/** What a scenario may need of a kind. `body`: a sender's own, which can be undecodable; `schema`: of data, that it may not fit; `order`: by key; `many`: several events on their way at a time. */
export const needs = ["body", "schema", "order", "many"] as const;
export type Need = (typeof needs)[number];
const noBody = "the platform writes the body of these events, no sender";
const noSchema = "these events have the platform's own shape; a function declares no schema of them";
const noOrder = "these events have no key to be in order by";
/** Whether a kind has it, or why not. */
export const traits: { readonly [K in AsynchronousKind]: { readonly [N in Need]: true | string } } = {
  queue: { body: true, schema: true, order: true, many: true },
  topic: { body: true, schema: true, order: true, many: true },
  storage: { body: noBody, schema: noSchema, order: noOrder, many: true },
  schedule: { body: noBody, schema: noSchema, order: noOrder, many: "ticks of one schedule are a minute apart" },
  changes: { body: noBody, schema: noSchema, order: true, many: true },
  stream: { body: true, schema: true, order: true, many: true },
  bus: { body: noBody, schema: true, order: noOrder, many: true },
  logs: { body: noBody, schema: noSchema, order: noOrder, many: true },
  call: { body: true, schema: true, order: noOrder, many: true },
};
/** Kinds whose events are read by position: what blocks, blocks its partition, with all groups in it. */
export const byPosition: ReadonlySet<AsynchronousKind> = new Set(["stream", "changes", "logs"]);
