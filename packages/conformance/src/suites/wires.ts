/** Laws of every wire's codec, for inputs that nobody chose; no runtime is needed for them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { spellValue, type ToldOf } from "@isobar/core";
import type { Decoded, Delivery, NeutralMessage, Wire } from "@isobar/core/adapter";
import { enqueuedAt, type MessageLab, type Requirement } from "../requirement.ts";
import { events, rounded, without, type HeardKind } from "./events.ts";

const settings = { seed: 20300101, numRuns: 200 } as const;
const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$/);
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((each) => each.isWellFormed());
/** Milliseconds of the next years; the clocks of all platforms tell at least whole ones. */
const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }).map((ms) => new Date(ms).toISOString());
const jsonObject = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
const whole = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((each) => !Number.isSafeInteger(Number(each))));
const plainValue = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 2 }, fc.constant(null), fc.boolean(), whole, text, fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(word, tie("value"), { maxKeys: 3 })) })).value;

type Told<K extends HeardKind> = Pick<NeutralMessage<ToldOf<K>>, "body" | "told" | "group">;
/** Events of each kind that every platform could tell. */
const arbitraries: { readonly [K in HeardKind]: fc.Arbitrary<Told<K>> } = {
  topic: fc.record({ body: fc.json({ maxDepth: 2 }).filter((each) => each.isWellFormed()), told: fc.record({ subject: word }) }),
  call: fc.record({ body: fc.json({ maxDepth: 2 }).filter((each) => each.isWellFormed()) }),
  storage: fc
    .tuple(fc.constantFrom("created" as const, "deleted" as const), word, text.filter((key) => key !== "" && !key.startsWith("/") && !key.includes("\0")), fc.nat(), instant)
    .map(([change, bucket, key, size, time]) => ({ body: "", told: { change, time, object: { bucket, key, size, etag: "0123456789abcdef", version: "1893456000000001", contentType: "text/plain" } } })),
  schedule: fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 }).map((minute) => ({ body: "", told: { scheduledTime: new Date(minute * 60_000).toISOString(), overdue: false } })),
  changes: fc.tuple(word, fc.dictionary(word, plainValue as fc.Arbitrary<never>, { maxKeys: 4 }), fc.dictionary(word, plainValue as fc.Arbitrary<never>, { maxKeys: 4 }), instant).map(([id, before, after, time]) => ({ body: "", group: id, told: { change: { operation: "updated" as const, key: { id }, before: { ...before, id }, after: { ...after, id } }, subject: id, time } })),
  stream: fc.tuple(word, fc.nat(), text).map(([partitionKey, sequence, body]) => ({ body, group: partitionKey, told: { partitionKey, sequence: String(sequence) } })),
  bus: fc.tuple(word, word, jsonObject, fc.nat({ max: 500_000_000 })).map(([source, detailType, detail, seconds]) => ({ body: "", told: { event: { source, detailType, detail }, subject: "order-1", time: new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString() } })),
  logs: fc.tuple(word, text.filter((line) => line !== ""), instant).map(([resource, message, time]) => ({ body: "", told: { log: { resource, part: "instance-1", entries: [{ id: "entry-1", time, severity: "ERROR", message }] } } })),
};

/** A typed error, whichever copy of the class it is of. */
const isTyped = (error: unknown): boolean => error instanceof Error && error.name === "IsobarError" && typeof (error as { readonly code?: unknown }).code === "string";

/** All that decoding can say of a delivery, so that two can be compared; reading it must end in a value or a typed error too. */
function readAll(decoded: Decoded): readonly unknown[] {
  if ("request" in decoded) return [decoded.request.method];
  return decoded.items.map((item) => {
    if ("unreadable" in item) {
      assert.ok(isTyped(item.unreadable), `untyped: ${String(item.unreadable)}`);
      return { unreadable: (item.unreadable as Error & { readonly code: string }).code };
    }
    return item.deliveries.map((delivery) => {
      try {
        return { id: delivery.id, told: delivery.told?.() };
      } catch (error) {
        if (!isTyped(error)) throw error;
        return { id: delivery.id, told: (error as { readonly code?: unknown }).code };
      }
    });
  });
}
async function decodes(wire: Wire, captured: unknown): Promise<void> {
  try {
    readAll(await wire.decode(captured));
  } catch (error) {
    assert.ok(isTyped(error), `untyped: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
const polluted = () => Object.keys(Object.prototype as object).length > 0 || ({} as { readonly polluted?: unknown }).polluted !== undefined;

/** Anything in the place of any part: what a hostile or broken sender would try. */
function mangled(native: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof native !== "object" || native === null || native instanceof Uint8Array) return by;
  const keys = Object.keys(native);
  if (keys.length === 0) return by;
  const key = keys[first % keys.length]!;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(native) ? [...(native as unknown[])] : { ...(native as Record<string, unknown>) };
  (copy as Record<string, unknown>)[key] = mangled((native as Record<string, unknown>)[key], rest, by);
  return copy;
}
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<unknown>(null, "", "{", -1, 1e400, "__proto__", [], {}, JSON.parse('{"__proto__":{"polluted":1}}') as unknown, "\u0000", "9".repeat(400)));

const spelledEvent = (told: unknown) => JSON.parse(JSON.stringify(spellValue(told)) ?? "null") as unknown;

export function lawsOf(wire: Wire): readonly Requirement<MessageLab>[] {
  const kind = wire.kind as HeardKind;
  const side = wire.side!;
  const message = (told: Told<HeardKind>) => ({ id: "message-1", attempt: 1, enqueuedAt, ...told }) as never;
  return [
    {
      sentence: "LAW 1: arbitrary JSON MUST end in deliveries or a typed error, and touch no prototype",
      check: () => fc.assert(fc.asyncProperty(anything, async (captured) => {
        await decodes(wire, captured);
        assert.ok(!polluted());
      }), settings),
    },
    {
      sentence: "LAW 2: an invocation with any part replaced by anything MUST end in deliveries or a typed error",
      check: () => fc.assert(fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), anything, async (path, by) => {
        await decodes(wire, mangled(side.fabricate([message(events[kind]("ack", 1).message)], "source"), path, by));
        assert.ok(!polluted());
      }), settings),
    },
    {
      sentence: "LAW 3: whatever a platform tells MUST arrive as it was told",
      check: () => fc.assert(fc.asyncProperty(arbitraries[kind] as fc.Arbitrary<Told<HeardKind>>, async (told) => {
        const decoded = await wire.decode(side.fabricate([message(told)], "source"));
        assert.ok("items" in decoded);
        const [item] = decoded.items;
        assert.ok(item !== undefined && "deliveries" in item, JSON.stringify(item));
        const [delivery] = item.deliveries as readonly Delivery[];
        // Drops are paths in the event: told in its data, or beside it.
        const paths = Object.keys(side.drops ?? {}).map((path) => path.replace(/^data\./, { storage: "object.", changes: "change.", logs: "log.", bus: "event." }[kind as string] ?? ""));
        const comparable = (value: unknown) => without(spelledEvent(value), [...paths, "body", "subject", "time", "scheduledTime", "overdue"]);
        const sent = comparable(told.told);
        assert.deepEqual(comparable(delivery?.told?.()), side.roundsNumbers === undefined ? sent : rounded(sent));
        if (told.told !== undefined && "time" in told.told && !paths.includes("time")) assert.equal(Date.parse((delivery?.told?.() as { readonly time: string }).time), Date.parse(told.told.time as string));
        const { body: inside } = (delivery?.told?.() ?? {}) as { readonly body?: string };
        if (told.body !== "") assert.equal(Buffer.from(inside ?? (delivery?.body as string)).toString("utf8"), told.body);
      }), settings),
    },
    {
      sentence: "LAW 4: a field that nobody knows MUST change nothing",
      check: () => fc.assert(fc.asyncProperty(word, fc.jsonValue({ maxDepth: 1 }), async (name, value) => {
        const native = side.fabricate([message(events[kind]("ack", 1).message)], "source");
        if (typeof native !== "object" || native === null || Array.isArray(native)) return;
        const known = `x-unknown-${name}`;
        assert.deepEqual(spelledEvent(readAll(await wire.decode({ ...native, [known]: value }))), spelledEvent(readAll(await wire.decode(native))));
      }), settings),
    },
  ];
}
