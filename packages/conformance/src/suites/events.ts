/** One event of each kind, as its platform would tell it and as a handler must see it. Literal, and the same on every cloud. */
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import { spellValue } from "@isobar/core";
import { wishes } from "../app/index.ts";
import { enqueuedAt } from "../requirement.ts";

export type HeardKind = Exclude<AsynchronousKind, "queue">;
type Then = (typeof wishes)[number];
export interface Expected {
  readonly source: string;
  readonly type: string;
  /** `undefined`: any text; its spelling is the platform's. */
  readonly subject?: string | null;
  /** RFC 3339. */
  readonly time: string;
  readonly data: unknown;
}
interface Case<K extends HeardKind> {
  readonly message: Partial<NeutralMessage<ToldOf<K>>> & { readonly body: string };
  readonly expected: Expected;
}

const time = "2030-01-01T00:00:00.123Z";
const sent = new Date(enqueuedAt).toISOString();
const wish = (then: Then, n: number) => JSON.stringify({ then, n });

export const events: { readonly [K in HeardKind]: (then: Then, n: number) => Case<K> } = {
  topic: (then, n) => ({
    message: { body: wish(then, n), told: { subject: "greetings" } },
    expected: { source: "/topics/news", type: "topic.message", subject: "greetings", time: sent, data: { then, n } },
  }),
  call: (then, n) => ({
    message: { body: wish(then, n) },
    expected: { source: "/calls", type: "call.request", subject: null, time: sent, data: { then, n } },
  }),
  storage(then, n) {
    const object = { bucket: "uploads-bucket", key: `wishes/${then}/grüße ${n} + 100%.txt`, size: 1000 + n, etag: "0123456789abcdef0123456789abcdef", version: "1893456000000001", contentType: "text/plain" };
    return { message: { body: "", told: { change: "created", time, object } }, expected: { source: "/buckets/uploads", type: "storage.object.created", subject: object.key, time, data: object } };
  },
  schedule(then) {
    const due = enqueuedAt + wishes.indexOf(then) * 60_000;
    const scheduledTime = new Date(due).toISOString();
    return { message: { body: "", enqueuedAt: due + 250, told: { scheduledTime, overdue: false } }, expected: { source: "/schedules", type: "schedule.tick", subject: "* * * * *", time: scheduledTime, data: { scheduledTime, overdue: false } } };
  },
  changes(then, n) {
    const id = `${then}-${n}`;
    const before = { id, n, big: 9_007_199_254_740_993n, half: 0.5, text: "grüße ✓", yes: true, none: null, list: [1, "two", { three: 3 }] };
    const change = { operation: "updated", key: { id }, before, after: { ...before, n: n + 1 } } as const;
    return { message: { body: "", group: id, told: { change, subject: id, time } }, expected: { source: "/tables/users", type: "changes.updated", time, data: spellValue(change) } };
  },
  stream(then, n) {
    const body = wish(then, n);
    const record = { partitionKey: "key-1", sequence: String(1000 + n) };
    return { message: { body, group: "key-1", told: record }, expected: { source: "/streams/clicks", type: "stream.record", subject: "key-1", time: sent, data: { ...record, bytes: { $bytes: Buffer.from(body).toString("base64") }, value: { then, n } } } };
  },
  bus(then, n) {
    const event = { source: "shop.orders", detailType: then, detail: { n, text: "grüße ✓" } };
    // Whole seconds: some buses tell no more.
    const at = "2030-01-01T00:00:01.000Z";
    return { message: { body: "", told: { event, subject: "order-1", time: at } }, expected: { source: "/buses/events", type: "bus.event", subject: "order-1", time: at, data: event } };
  },
  logs(then, n) {
    const log = { resource: "/app/access", part: "instance-1", entries: [{ id: `entry-${n}`, time, severity: "ERROR", message: then }] };
    return { message: { body: "", told: { log } }, expected: { source: "/logs/access", type: "logs.entries", subject: log.resource, time, data: log } };
  },
};

/** What no wire can be held to: the platform makes these where it does not carry the sender's. */
const remade: ReadonlySet<string> = new Set(["id", "time", "subject", "data.sequence", "data.operation"]);

/** A copy without the parts at these paths; a list's elements each lose them. */
export function without(value: unknown, paths: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, paths));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (paths.includes(key)) return [];
      return [[key, without(each, paths.flatMap((path) => (path.startsWith(`${key}.`) ? [path.slice(key.length + 1)] : [])))]];
    }),
  );
}
/** The value at a path; through lists, of the first element. */
const at = (value: unknown, path: readonly string[]): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inside = Array.isArray(value) ? (value[0] as unknown) : value;
  return typeof inside === "object" && inside !== null ? at((inside as Readonly<Record<string, unknown>>)[key], rest) : undefined;
};
/** A spelled event as it arrives by a wire that rounds whole numbers to doubles. */
export function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  const { $integer: digits } = value as { readonly $integer?: unknown };
  if (typeof digits === "string") return { $integer: String(BigInt(Number(digits))) };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each)]));
}

/** What a wire says it drops and yet carries: an announcement that is not true. */
export const carriedAnyway = (event: unknown, drops: readonly string[]): readonly string[] => drops.filter((path) => !remade.has(path) && (at(event, path.split(".")) ?? undefined) !== undefined);
