/**
 * The local broker's memory: queues in one file that several processes share. A message that was received and never settled becomes visible again; messages of one key are handed
 * over one at a time, in their order. Every call is synchronous, and done once it returns.
 */
import type { ChannelName, Clock } from "@isobar/core/adapter";
import type { LocalMessage } from "../native.ts";
import { opened, whole } from "./sqlite.ts";

export interface NewMessage {
  readonly body: string | Uint8Array;
  readonly attribute?: string;
  /** The unit of order. */
  readonly key?: string;
  /** Not handed over before this has passed; it takes its place in the order then. */
  readonly afterMs?: number;
  /** A second message with one that its channel took in the last five minutes is not taken. */
  readonly deduplicationId?: string;
  /** Of kinds whose event is more than a body; JSON. A topic's message tells nothing where this is absent. */
  readonly told?: unknown;
}
/** A message as it lies there. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly attribute?: string;
  readonly key?: string;
  readonly told?: unknown;
  /** Milliseconds since 1970. */
  readonly enqueuedAt: number;
  /** How often it was received. */
  readonly attempts: number;
  /** When it may be received; in the past for one that waits. Milliseconds since 1970. */
  readonly visibleAt: number;
  /** Received, and neither settled nor visible again. */
  readonly inFlight: boolean;
  /** Where it lies in its queue, for `peek` to go on after it. Opaque. */
  readonly place: string;
}
export interface QueueCounts {
  readonly queue: string;
  readonly waiting: number;
  /** Behind a delay of the sender's, or of a retry. */
  readonly delayed: number;
  readonly inFlight: number;
}
/** A queue is there as soon as it is named. Its name is its channel's; that of a topic's subscriber is what `subscribe` says. */
export interface Store {
  /** To a queue, or to all subscribers of a topic. Out: the message's id, or that of the one it repeats. */
  enqueue(to: ChannelName, message: NewMessage): string;
  /** From now on these functions get a copy each of what is sent to the topic, and no others. Out: the names of their queues, in their order. */
  subscribe(topic: string, functionNames: readonly string[]): readonly string[];
  /** At most `max` messages, the oldest first, each with a receipt; nobody else gets them for `visibilityMs`. Of one key, one at a time. */
  receive(queue: string, options: { readonly max: number; readonly visibilityMs: number }): readonly LocalMessage[];
  /** Removes what was received. `false`: the receipt is no longer good, as the message was settled or received since. */
  done(receipt: string): boolean;
  /** Gives back what was received, for after so many milliseconds. `false` as of `done`: a message that was postponed stays so. */
  again(receipt: string, afterMs: number): boolean;
  /** Every queue that holds something, by name. */
  list(): readonly QueueCounts[];
  /** What lies in a queue, without receiving it, in its order: the first `max`, or those after a place, whether the message there is still in it or not. */
  peek(queue: string, options: { readonly max: number; readonly after?: string }): readonly StoredMessage[];
  /** Takes a message out, in flight or not. `false`: it is not there. */
  remove(queue: string, id: string): boolean;
  close(): void;
}

/** The least window that ordered channels have anywhere. */
export const duplicatesMs = 300_000;

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly is_text: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly attribute: Uint8Array<ArrayBuffer> | null;
  readonly key: Uint8Array<ArrayBuffer> | null;
  readonly told: Uint8Array<ArrayBuffer> | null;
  readonly enqueued_at: number;
  readonly placed_at: number;
  readonly visible_at: number;
  readonly attempt: number;
  readonly receipt: string | null;
}
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** A wait may be a fraction; it is never shorter. */
const later = (now: number, ms: number): number => Math.ceil(now + ms);
const text = (of: Uint8Array): string => Buffer.from(of).toString();

/** Names of the wire for what both forms of a message have. */
const sharedOf = ({ id, attribute, told, enqueued_at }: Row) => ({
  id,
  enqueuedAt: enqueued_at,
  ...(attribute === null ? {} : { attribute: text(attribute) }),
  ...(told === null ? {} : { told: JSON.parse(text(told)) as unknown }),
});

function localOf(row: Row, attempt: number, receipt: string): LocalMessage {
  const { is_text, body, key } = row;
  return { ...sharedOf(row), attempt, body: is_text === 1 ? { text: text(body) } : { base64: Buffer.from(body).toString("base64") }, ...(key === null ? {} : { group: text(key) }), receipt };
}
function storedOf(row: Row, now: number): StoredMessage {
  const { seq, is_text, body, key, placed_at, visible_at, attempt, receipt } = row;
  const inFlight = receipt !== null && visible_at > now;
  return { ...sharedOf(row), body: is_text === 1 ? text(body) : body, ...(key === null ? {} : { key: text(key) }), attempts: attempt, visibleAt: visible_at, inFlight, place: `${placed_at}.${seq}` };
}

/** Whose turn it is: visible, and with none of its key before it. Before it is what has an earlier place (its delay is over then), and what was received already: a clock may be set back. */
const due = `
  SELECT * FROM message AS mine WHERE queue = :queue AND visible_at <= :now AND NOT EXISTS (
    SELECT 1 FROM message AS other WHERE other.queue = mine.queue AND other.key = mine.key AND other.seq <> mine.seq
      AND (other.attempt > 0 OR (other.placed_at, other.seq) < (mine.placed_at, mine.seq))
  ) ORDER BY placed_at, seq LIMIT :max`;

/** Opens the store in a file, and makes the file where there is none. Throws as `opened` does. */
export function openStore(file: string, clock: Pick<Clock, "now"> = { now: Date.now }): Store {
  const db = opened(file, clock.now());
  const sql = {
    number: db.prepare("UPDATE store SET sent = sent + 1 RETURNING created_at, sent"),
    insert: db.prepare("INSERT INTO message (queue, id, is_text, body, attribute, key, told, enqueued_at, placed_at, visible_at) VALUES (:queue, :id, :isText, :body, :attribute, :key, :told, :now, :at, :at)"),
    forget: db.prepare("DELETE FROM duplicate WHERE until <= ?"),
    known: db.prepare("SELECT message FROM duplicate WHERE channel = ? AND id = ?"),
    remember: db.prepare("INSERT INTO duplicate VALUES (?, ?, ?, ?)"),
    unsubscribe: db.prepare("DELETE FROM subscription WHERE topic = ?"),
    subscribe: db.prepare("INSERT OR IGNORE INTO subscription VALUES (?, ?)"),
    subscribers: db.prepare("SELECT function FROM subscription WHERE topic = ? ORDER BY function"),
    due: db.prepare(due),
    receive: db.prepare("UPDATE message SET attempt = :attempt, visible_at = :until, receipt = :receipt WHERE seq = :seq"),
    done: db.prepare("DELETE FROM message WHERE receipt = ?"),
    again: db.prepare("UPDATE message SET visible_at = ?, receipt = NULL WHERE receipt = ?"),
    list: db.prepare(
      `SELECT queue, count(*) FILTER (WHERE visible_at <= :now) AS waiting, count(*) FILTER (WHERE visible_at > :now AND receipt IS NULL) AS delayed,
        count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL) AS inFlight FROM message GROUP BY queue ORDER BY queue`,
    ),
    peek: db.prepare("SELECT * FROM message WHERE queue = :queue AND (placed_at, seq) > (:placedAt, :seq) ORDER BY placed_at, seq LIMIT :max"),
    remove: db.prepare("DELETE FROM message WHERE queue = ? AND id = ?"),
  };
  const queueOf = (topic: string, functionName: string) => `${topic}/${functionName}`;
  const queuesOf = ({ resource, name }: ChannelName): readonly string[] =>
    resource === "queue" ? [name] : (sql.subscribers.all(name) as unknown as readonly { readonly function: string }[]).map((each) => queueOf(name, each.function));

  return {
    enqueue: (to, { body, attribute, key, afterMs = 0, deduplicationId, told = to.resource === "topic" ? {} : undefined }) =>
      whole(db, () => {
        const now = clock.now();
        const channel = `${to.resource} ${to.name}`;
        if (deduplicationId !== undefined) {
          sql.forget.run(now);
          const known = sql.known.get(channel, bytes(deduplicationId)) as { readonly message: string } | undefined;
          if (known !== undefined) return known.message;
        }
        const { created_at, sent } = sql.number.get() as { readonly created_at: number; readonly sent: number };
        // No other store's, or a handler that remembers ids would take a new message for an old one.
        const id = `${created_at.toString(36)}-${sent}`;
        const isText = typeof body === "string";
        const orNull = (of: string | undefined) => (of === undefined ? null : bytes(of));
        const beside = { attribute: orNull(attribute), key: orNull(key), told: orNull(JSON.stringify(told) as string | undefined) };
        const message = { id, isText: isText ? 1 : 0, body: isText ? bytes(body) : body, ...beside, now, at: later(now, afterMs) };
        for (const queue of queuesOf(to)) sql.insert.run({ queue, ...message });
        if (deduplicationId !== undefined) sql.remember.run(channel, bytes(deduplicationId), id, now + duplicatesMs);
        return id;
      }),
    subscribe: (topic, functionNames) =>
      whole(db, () => {
        sql.unsubscribe.run(topic);
        for (const name of functionNames) sql.subscribe.run(topic, name);
        return functionNames.map((name) => queueOf(topic, name));
      }),
    receive: (queue, { max, visibilityMs }) =>
      whole(db, () => {
        const now = clock.now();
        return (sql.due.all({ queue, now, max }) as unknown as readonly Row[]).map((row) => {
          const attempt = row.attempt + 1;
          const receipt = `${row.seq}.${attempt}`;
          sql.receive.run({ seq: row.seq, attempt, until: later(now, visibilityMs), receipt });
          return localOf(row, attempt, receipt);
        });
      }),
    done: (receipt) => sql.done.run(receipt).changes > 0,
    again: (receipt, afterMs) => sql.again.run(later(clock.now(), afterMs), receipt).changes > 0,
    list: () => (sql.list.all({ now: clock.now() }) as unknown as readonly QueueCounts[]).map((row) => ({ ...row })),
    peek(queue, { max, after = "0.0" }) {
      const [placedAt, seq] = after.split(".").map(Number) as [number, number];
      const now = clock.now();
      return (sql.peek.all({ queue, placedAt, seq, max }) as unknown as readonly Row[]).map((row) => storedOf(row, now));
    },
    remove: (queue, id) => sql.remove.run(queue, id).changes > 0,
    close: () => db.close(),
  };
}
