import { describe, expect, test } from "vitest";
import type { Decoded, NeutralMessage, Wire } from "@isobar/core/adapter";
import { wires } from "./wires.ts";

const enqueuedAt = Date.UTC(2030, 0, 1);
const told: Readonly<Record<string, object | undefined>> = {
  queue: undefined,
  call: undefined,
  topic: { subject: "greetings" },
  storage: { change: "deleted", time: "2030-01-01T00:00:00.123Z", object: { bucket: "uploads", key: "grüße 1 + 100%.txt", version: "v1" } },
  schedule: { scheduledTime: "2030-01-01T00:00:00Z" },
  changes: { change: { operation: "deleted", key: { id: "a", n: 1 }, before: { id: "a", n: 1, big: 9_007_199_254_740_993n, set: new Set([1.5]), bytes: new Uint8Array([0, 255]), nested: [{ a: null }] } }, subject: '{"id":"a","n":1}', time: "2030-01-01T00:00:00.000Z" },
  stream: { partitionKey: "key-1", sequence: "1000" },
  bus: { event: { source: "shop.orders", detailType: "placed", detail: { n: 1 } }, time: "2030-01-01T00:00:00Z" },
  logs: { log: { resource: "/app/access", part: "instance-1", entries: [{ id: "1", time: "2030-01-01T00:00:00.123Z", message: "plain" }] } },
};
const brokered = wires.filter((wire) => wire.side !== undefined).map((wire) => [`${wire.kind} by ${wire.variant}`, wire] as const);
const message = ({ kind }: Wire, id = "message-1"): NeutralMessage<never> => ({ id, attempt: 2, enqueuedAt, body: '{"n":1}', ...(kind === "stream" ? { group: "key-1" } : {}), told: told[kind] as never });
const itemsOf = async (wire: Wire, native: unknown) => ((await wire.decode(JSON.parse(JSON.stringify(native)))) as Extract<Decoded, { items: unknown }>).items;
const fates = (wire: Wire, native: unknown, seen: Parameters<NonNullable<Wire["side"]>["interpret"]>[0]) => wire.side!.interpret(seen, native).map(({ then }) => then);

test("every kind has its wires, the default first", () => {
  expect(wires.map(({ kind, variant }) => `${kind} ${variant}`)).toEqual([
    "http http-api", "http function-url", "http rest-api", "http alb", "queue sqs", "topic sns-sqs", "topic direct", "storage s3-sqs", "storage direct", "schedule scheduler-sqs", "schedule direct",
    "changes dynamodb-streams", "stream kinesis", "stream kafka", "bus eventbridge-sqs", "bus direct", "logs kinesis", "logs direct", "call invoke", "call async",
  ]);
});
test("a wire has front ends, a caller or a broker", () => {
  expect(wires.filter(({ fronts, caller, side }) => [fronts, caller, side].filter((half) => half !== undefined).length !== 1)).toEqual([]);
  expect(wires.flatMap(({ fronts = {} }) => Object.keys(fronts))).toEqual(["http-api", "function-url", "rest-api", "alb", "alb-multi-value"]);
});
test("what an app is deployed behind has its entry here, and its services' rules where a broker delivers", () => {
  expect(wires.filter(({ enter, decodesOnly }) => (enter === undefined) !== (decodesOnly !== undefined))).toEqual([]);
  expect(wires.filter(({ rules, side, decodesOnly }) => (rules === undefined) !== (side === undefined || decodesOnly !== undefined))).toEqual([]);
});

describe.each(brokered)("%s", (_, wire) => {
  test("an event has the same id wherever it stands in a batch, and at every attempt", async () => {
    const third = message(wire, "message-3");
    const others = wire.side!.maxBatch === 1 ? [] : [message(wire, "message-1"), message(wire, "message-2")];
    const idOf = async (messages: readonly NeutralMessage<never>[]) => ((await itemsOf(wire, wire.side!.fabricate(messages, "source"))).at(-1) as { deliveries: readonly { id: string }[] }).deliveries[0]!.id;
    expect(await idOf([...others, third])).toBe(await idOf([{ ...third, attempt: 5 }]));
    // Of the others what is told makes the id, which is the same in all of these.
    if (wire.kind !== "schedule" && wire.kind !== "stream" && !(wire.kind === "logs" && wire.variant === "direct")) expect(await idOf([message(wire, "message-4")])).not.toBe(await idOf([third]));
  });
  test("what it is told arrives", async () => {
    const [item] = await itemsOf(wire, wire.side!.fabricate([message(wire)], "source"));
    const [delivery] = (item as { deliveries: readonly { id: string; attempt?: number; told?: () => object }[] }).deliveries;
    expect(delivery!.attempt).toBe(wire.side!.tellsAttempt ? 2 : undefined);
    if (!("id" in (wire.side!.drops ?? {}))) expect(delivery!.id).toBe("message-1");
    if (told[wire.kind] !== undefined) expect(delivery!.told!()).toMatchObject(told[wire.kind]!);
  });
  test("what it calls malformed is refused, or read as nothing", async () => {
    for (const { why, native } of wire.side!.malformed) {
      const read = await itemsOf(wire, native).catch((error: unknown) => error);
      if (read instanceof Error) expect(read, why).toMatchObject({ name: "IsobarError", code: "invalid-native-event" });
      else expect((read as Awaited<ReturnType<typeof itemsOf>>).filter((item) => "deliveries" in item), why).toEqual([]);
    }
  });
  test("every other wire's invocation is refused, but for what travels in the same envelope", async () => {
    for (const other of wires) {
      if (other.side === undefined || other === wire) continue;
      const native = JSON.parse(JSON.stringify(other.side.fabricate([message(other)], "source"))) as unknown;
      const outcome = await itemsOf(wire, native).then(() => "taken", (error: unknown) => (error as { code?: string }).code);
      const envelope = ({ variant, kind }: Wire) => (variant.endsWith("sqs") || variant === "async" ? "sqs" : variant === "kinesis" ? "kinesis" : kind === "schedule" ? "eventbridge" : kind === "bus" ? "eventbridge" : `${kind} ${variant}`);
      // A scheduled event is one of EventBridge's, but not every event is scheduled.
      const same = envelope(wire) === envelope(other) && !(wire.kind === "schedule" && wire.variant === "direct" && other.kind === "bus");
      expect([other.kind, other.variant, outcome]).toEqual([other.kind, other.variant, same ? "taken" : "invalid-native-event"]);
    }
  });
  test("a throw, a time-out and an exit bring all of it again", () => {
    const native = wire.side!.fabricate([message(wire)], "source");
    expect([fates(wire, native, { threw: { type: "E", message: "m" } }), fates(wire, native, { timedOut: true }), fates(wire, native, { exited: 1 })]).toEqual([["again"], ["again"], ["again"]]);
  });
  test("more than a batch holds is none", () => {
    expect(() => wire.side!.fabricate(Array.from({ length: wire.side!.maxBatch + 1 }, (_each, i) => message(wire, `m-${i}`)), "source")).toThrow(RangeError);
  });
});

describe("a stream starts again where its answer says", () => {
  const kinesis = wires.find(({ variant }) => variant === "kinesis")!;
  const native = kinesis.side!.fabricate(["1", "2", "3"].map((sequence) => ({ ...message(kinesis), told: { partitionKey: "k", sequence } as never })), "source");
  const of = (batchItemFailures: unknown) => fates(kinesis, native, { returned: { batchItemFailures } });
  // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
  test("at the lowest that is named; without a name it goes on; with a bad one all of it comes again", () => {
    expect([of([{ itemIdentifier: "2" }]), of([{ itemIdentifier: "3" }, { itemIdentifier: "2" }]), of([]), of(null), of([{ itemIdentifier: "" }]), of([{ id: "2" }]), of("2")]).toEqual([
      ["done", "again", "again"], ["done", "again", "again"], ["done", "done", "done"], ["done", "done", "done"], ["again", "again", "again"], ["again", "again", "again"], ["again", "again", "again"],
    ]);
  });
});
