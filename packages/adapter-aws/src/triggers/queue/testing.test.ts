import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IsobarError, type NeutralMessage } from "@isobar/core/adapter";
import { sqs } from "./codec.ts";
import { sqsSide } from "./testing.ts";

const message = fc.record(
  { id: fc.uuid(), attempt: fc.integer({ min: 1, max: 1_000 }), body: fc.string({ unit: "binary" }), enqueuedAt: fc.integer({ min: 0, max: 4_102_444_800_000 }), group: fc.string({ minLength: 1 }), attribute: fc.oneof(fc.string(), fc.json()) },
  { requiredKeys: ["id", "attempt", "body", "enqueuedAt"] },
) as fc.Arbitrary<NeutralMessage<undefined>>;
const batch = fc.uniqueArray(message, { selector: ({ id }) => id, minLength: 1, maxLength: 10 });
const fabricated = (messages: readonly NeutralMessage<undefined>[]): unknown => JSON.parse(JSON.stringify(sqsSide.fabricate(messages, "orders")));

describe("what SQS hands over, decoded, is what it holds", () => {
  test("every id, attempt, body, time, group and attribute, in order", () => {
    fc.assert(fc.property(batch, (messages) => {
      expect(sqs.decode(fabricated(messages)).items).toMatchObject(messages.map(({ id, attempt, body, enqueuedAt, group, attribute }) => ({ id, deliveries: [{ attempt, body, enqueuedAt, group, attribute }] })));
    }));
  });
  test("bytes travel as UTF-8 text, which is all that this wire carries", () => {
    expect([sqsSide.carriesBytes, fabricated([{ id: "1", attempt: 1, body: new TextEncoder().encode("é"), enqueuedAt: 0 }])]).toMatchObject([false, { Records: [{ body: "é" }] }]);
  });
  test("a FIFO queue's name ends in .fifo", () => {
    const arn = (group?: string) => (sqsSide.fabricate([{ id: "1", attempt: 1, body: "", enqueuedAt: 0, ...(group === undefined ? {} : { group }) }], "orders") as { Records: { eventSourceARN: string }[] }).Records[0]!.eventSourceARN;
    expect([arn(), arn("g")]).toEqual(["arn:aws:sqs:eu-central-1:123456789012:orders", "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"]);
  });
  test("more than 10,000 messages are no batch, and of a FIFO queue more than ten", () => {
    const many = (length: number, group?: string) => () => sqsSide.fabricate(Array.from({ length }, (_, i) => ({ id: String(i), attempt: 1, body: "", enqueuedAt: 0, ...(group === undefined ? {} : { group }) })), "orders");
    expect([many(10_000), many(10, "g")].map((fabricate) => (fabricate() as { Records: readonly unknown[] }).Records.length)).toEqual([10_000, 10]);
    expect(many(10_001)).toThrow(RangeError);
    expect(many(11, "g")).toThrow(RangeError);
  });
});

describe("what SQS does with an answer is what the answer said", () => {
  test("done and again, message by message", () => {
    fc.assert(fc.property(batch, fc.infiniteStream(fc.constantFrom("done" as const, "again" as const)), (messages, ends) => {
      const native = fabricated(messages);
      const outcomes = messages.map(({ id }) => ({ id, then: ends.next().value }));
      const reply = sqs.encode(outcomes, sqs.decode(native).native);
      expect(sqsSide.interpret({ returned: "respond" in reply ? reply.respond : undefined }, native)).toEqual(outcomes);
    }));
  });
  const native = fabricated([{ id: "1", attempt: 1, body: "", enqueuedAt: 0 }, { id: "2", attempt: 1, body: "", enqueuedAt: 0 }]);
  const both = (then: string) => [{ id: "1", then }, { id: "2", then }];
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting, "success and failure conditions"
  test.each([["nothing", undefined], ["null", null], ["an empty object", {}], ["no list", { batchItemFailures: null }], ["an empty list", { batchItemFailures: [] }]])("%s is success", (_, returned) => {
    expect(sqsSide.interpret({ returned }, native)).toEqual(both("done"));
  });
  test.each([["an unknown id", [{ itemIdentifier: "3" }]], ["an empty id", [{ itemIdentifier: "" }]], ["a null id", [{ itemIdentifier: null }]], ["another key", [{ id: "1" }]], ["null in the list", [null]], ["no list but a text", "1"]])("%s brings the whole batch again", (_, batchItemFailures) => {
    expect(sqsSide.interpret({ returned: { batchItemFailures } }, native)).toEqual(both("again"));
  });
  test.each([{ threw: { type: "E", message: "m" } }, { exited: 1 }, { timedOut: true }, { refused: { code: "413", message: "m" } }] as const)("%j brings the whole batch again", (seen) => {
    expect(sqsSide.interpret(seen, native)).toEqual(both("again"));
  });
});

describe("whatever arrives is a batch or an invalid event", () => {
  const prototype = Reflect.ownKeys(Object.prototype);
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true });
  const broken = (each: fc.Arbitrary<unknown>) => {
    const or = (good: unknown) => fc.oneof(fc.constant(good), each);
    const record = fc.record({ messageId: or("1"), body: or("{}"), eventSource: or("aws:sqs"), attributes: or({ ApproximateReceiveCount: "1" }), messageAttributes: fc.oneof(each, fc.record({ isobar: fc.oneof(each, fc.record({ stringValue: each })) })) }, { requiredKeys: [] });
    return fc.oneof(each, fc.record({ Records: fc.oneof(each, fc.array(fc.oneof(record, each), { maxLength: 3 })) }));
  };
  test.each([["JSON", broken(fc.jsonValue())], ["object", broken(anything)]])("any %s; what fails names itself or is a fault", (_, natives) => {
    fc.assert(fc.property(natives, (native) => {
      try {
        const { items, native: known } = sqs.decode(native);
        const reply = sqs.encode(items.map(({ id }) => ({ id, then: "again" })), known);
        if ("respond" in reply) expect(reply.respond.batchItemFailures).toEqual(items.map(({ id }) => ({ itemIdentifier: id })));
        else expect(items.some(({ id }) => id === undefined)).toBe(true);
      } catch (error) {
        if (!(error instanceof IsobarError) || error.code !== "invalid-native-event") throw error;
      }
    }), { numRuns: 500 });
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
  });
  test("what SQS's own list calls malformed is refused", () => {
    const taken = (native: unknown) => sqs.decode(native).items.some((item) => "deliveries" in item);
    for (const { why, native } of sqsSide.malformed) {
      if (why === "a message without a body") expect(taken(native)).toBe(false);
      else expect(() => sqs.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
    }
  });
});
