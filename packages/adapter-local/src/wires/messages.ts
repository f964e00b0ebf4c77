/** What every asynchronous kind shares on the local wire: a batch of messages as JSON, answered item by item or by position. */
import { IsobarError, stableId, type Item, type MessageCodec, type Outcome } from "@isobar/core/adapter";
import { contentOf, type LocalBatch, type LocalMessage } from "../native.ts";

export interface LocalSettled {
  readonly settled: readonly Outcome[];
}
export type Fields = Readonly<Record<string, unknown>>;
/** Reads `told`; `undefined` for one that is malformed. */
export type ReadTold<Told> = (told: Fields) => Told | undefined;

export const isText = (value: unknown): value is string => typeof value === "string";
export const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || isText(value);
export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** Beyond this a `Date` has no word (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const lastMs = 8.64e15;
const isAttempt = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isTime = (value: unknown): value is number => Number.isFinite(value) && Math.abs(value as number) <= lastMs;
const unreadable = (id: string | undefined, why: string) => ({ id, unreadable: new IsobarError("invalid-native-event", `message ${id ?? "without an id"}: ${why}`) });

function itemOf<Told>(message: Readonly<Record<keyof LocalMessage, unknown>> | null, read: ReadTold<Told> | undefined): Item<Told> {
  const id = isText(message?.id) && message.id !== "" ? message.id : undefined;
  if (message === null || id === undefined) return unreadable(undefined, "nothing names it");
  const { attempt, group, enqueuedAt, attribute, told } = message;
  const body = contentOf(message.body);
  if (body === undefined) return unreadable(id, "its body is neither text nor base64");
  if (!isAttempt(attempt) || !isTime(enqueuedAt) || !isTextOrAbsent(group) || !isTextOrAbsent(attribute)) return unreadable(id, "attempt is an integer from 1, enqueuedAt milliseconds since 1970, group and attribute are texts");
  const known = { id: stableId(id, attribute), attempt, group, enqueuedAt, body, attribute, record: message };
  if (read === undefined) return { id, deliveries: [known] };
  const understood = isFields(told) ? read(told) : undefined;
  if (understood === undefined) return unreadable(id, "what it tells is not of this kind");
  return { id, deliveries: [{ ...known, told: () => understood }] };
}

const unnamed = () => ({ fault: new IsobarError("invalid-native-event", "a message without an id cannot be returned alone") });

/** A kind's codec. `read`: what its messages tell beside their bodies; `byPosition`: everything from the first that comes again does. */
export const localCodec = <Told = undefined>(read?: ReadTold<Told>, { byPosition = false } = {}): MessageCodec<LocalBatch, LocalSettled, Told> => ({
  decode(native) {
    const messages = (native as Partial<LocalBatch> | null | undefined)?.messages;
    if (!Array.isArray(messages) || messages.length === 0) throw new IsobarError("invalid-native-event", "no batch: it has no messages");
    return { native: native as LocalBatch, items: messages.map((message) => itemOf(message as never, read)) };
  },
  encode(outcomes) {
    const first = outcomes.findIndex(({ then }) => then === "again");
    const settled = byPosition && first >= 0 ? outcomes.map((outcome, i) => (i < first ? outcome : { ...outcome, then: "again" as const })) : outcomes;
    return settled.some(({ id, then }) => id === undefined && then === "again") ? unnamed() : { respond: { settled } };
  },
});
