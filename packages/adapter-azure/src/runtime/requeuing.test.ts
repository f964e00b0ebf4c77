import type { InvocationContext } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { defineQueue, defineTopic, queue as queueFunction, retry, topic as topicFunction } from "@isobar/core";
import type { Effect } from "@isobar/core/adapter";
import { queue, requeuing, topic } from "./index.ts";

const delivery = { maxAttempts: 3, backoff: "10s", deadLetter: defineQueue("failed") } as const;
const enqueuedTimeUtc = "2030-01-01T00:00:00Z";
const context = (metadata: object) => ({ invocationId: "i-1", functionName: "mail", triggerMetadata: { messageId: "m-1", deliveryCount: 1, enqueuedTimeUtc, ...metadata }, warn() {}, error() {} }) as unknown as InvocationContext;
const clock = { now: () => Date.parse("2030-01-01T00:00:05Z"), after: () => () => {} };

async function effectsOf(metadata: object, handler = topic): Promise<readonly Effect[]> {
  const effects: Effect[] = [];
  const wiring = { name: "mail", keeping: requeuing, clock, outbox: { perform: async (effect: Effect) => void effects.push(effect) } };
  const fn = handler === topic ? topicFunction(defineTopic("news"), { delivery }, () => retry()) : queueFunction(defineQueue("news"), { delivery }, () => retry());
  await handler(fn as never, wiring)(Buffer.from('{"n":1}'), context(metadata));
  return effects;
}
const copyOf = async (metadata: object, handler = topic) => (await effectsOf(metadata, handler))[0] as Extract<Effect, { do: "requeue" }>;

describe("a copy behind a delay", () => {
  test("is acknowledged for its original, and carries what the broker forgets", async () => {
    const { body, ...copy } = await copyOf({ subject: "greetings" });
    expect([Buffer.from(body as Uint8Array).toString(), copy]).toEqual(['{"n":1}', { do: "requeue", functionName: "mail", attribute: '{"v":1,"id":"m-1","used":1,"since":1893456000000,"subject":"greetings"}', afterMs: 10_000, deduplicationId: "m-1:2:1893456000000" }]);
  });
  test("of a copy carries the same subject and the first enqueue, though the broker tells neither any more", async () => {
    const copy = await copyOf({ messageId: "m-1:2:1893456000000", enqueuedTimeUtc: "2030-01-01T00:00:10Z", applicationProperties: { isobar: '{"v":1,"id":"m-1","used":1,"since":1893456000000,"subject":"greetings"}' } });
    expect([copy.attribute, copy.deduplicationId]).toEqual(['{"v":1,"id":"m-1","used":2,"since":1893456000000,"subject":"greetings"}', "m-1:3:1893456000000"]);
  });
  test("has no subject where there was none", async () => {
    expect((await copyOf({}, queue as never)).attribute).toBe('{"v":1,"id":"m-1","used":1,"since":1893456000000}');
  });
  test("of a dead letter that was sent again soon is not taken for one of its first life", async () => {
    const [first, second] = [await copyOf({}), await copyOf({ enqueuedTimeUtc: "2030-01-01T00:00:03Z", applicationProperties: { isobar: '{"v":1,"id":"m-1","function":"mail","reason":"attempts used up"}' } })];
    expect([first.deduplicationId, second.deduplicationId]).toEqual(["m-1:2:1893456000000", "m-1:2:1893456003000"]);
  });
});
test("the last failure is no copy, and beyond it nothing runs", async () => {
  const letters = [...(await effectsOf({ deliveryCount: 3 })), ...(await effectsOf({ deliveryCount: 2, applicationProperties: { isobar: '{"v":1,"id":"m-1","used":2}' } }))];
  expect(letters.map((effect) => effect.do === "dead-letter" && (JSON.parse(effect.attribute) as { reason: string; attempts: number }))).toMatchObject([{ reason: "attempts used up", attempts: 3 }, { reason: "attempts used up", attempts: 4 }]);
});
