import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { deadLetter } from "../run/keeping.ts";
import { defineQueue } from "../channel.ts";
import { readAttribute, stableId, traceOf } from "../run/attribute.ts";
import { listed, redrivenAttribute, storyOf, type DeadLetter, type LetterInHand } from "./dead-letters.ts";

const moved = (id: string) => ({ id, function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: undefined });

describe("a dead letter's story", () => {
  test("is what the run time wrote", () => {
    const kept = { delivery: { id: "o-1", attempt: 5, group: undefined, enqueuedAt: 1_000, body: "{}", attribute: undefined, record: {} }, functionName: "charge", policy: { maxAttempts: 5, deadLetter: defineQueue("failed") } };
    const [effect] = deadLetter(kept, "attempts used up", 2_000);
    expect(storyOf("broker-1", (effect as { readonly attribute: string }).attribute)).toEqual({ id: "o-1", function: "charge", reason: "attempts used up", attempts: 5, first: 1_000, last: 2_000 });
  });
  test("is not told where the platform moved it: its sender's id counts, else the broker's", () => {
    expect([storyOf("b-1", undefined), storyOf("b-1", '{"v":1,"id":"o-1","traceparent":"00-1"}'), storyOf("b-1", '{"v":1,"used":3,"since":5}'), storyOf("b-1", "no json")]).toEqual([moved("b-1"), moved("o-1"), moved("b-1"), moved("b-1")]);
  });
  test("has no part that is of another form", () => {
    expect(storyOf("b-1", '{"v":1,"function":"charge","reason":7,"attempts":"5","first":null,"last":[]}')).toEqual({ ...moved("b-1"), function: "charge" });
    expect(storyOf("b-1", '{"v":1,"function":7,"reason":"no","attempts":5}')).toEqual(moved("b-1"));
  });
});

describe("a letter that goes back", () => {
  test("carries its id, its trace and what a later version may have sent; nothing of what became of it", () => {
    const letter = '{"v":1,"id":"o-1","function":"charge","reason":"no","attempts":5,"first":1,"last":2,"used":3,"since":1,"traceparent":"00-1","tracestate":"a=b","encoding":"base64","later":true}';
    expect(JSON.parse(redrivenAttribute("o-1", letter))).toEqual({ v: 1, id: "o-1", traceparent: "00-1", tracestate: "a=b", encoding: "base64", later: true });
  });
  test("has an attribute also where it had none", () => expect(redrivenAttribute("b-1", undefined)).toBe('{"v":1,"id":"b-1"}'));
  test("keeps id and trace, and is no dead letter's story, whatever the attribute was", () => {
    const field = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
    const attributes = fc.oneof(fc.string(), fc.record({ v: fc.oneof(fc.integer(), fc.string()), id: field, function: field, reason: field, attempts: field, used: field, traceparent: field, other: field }, { requiredKeys: [] }).map((each) => JSON.stringify(each)));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), attributes, (brokerId, attribute) => {
        const { id } = storyOf(brokerId, attribute);
        const again = redrivenAttribute(id, attribute);
        expect([stableId("another", again), traceOf(again), storyOf("another", again)]).toEqual([id, traceOf(attribute), moved(id)]);
        expect(Object.keys(readAttribute(again))).not.toContain("used");
      }),
    );
  });
});

test("a list is a walk to its end", async () => {
  const steps: string[] = [];
  async function* walk(): AsyncGenerator<LetterInHand, void, void> {
    try {
      for (const id of ["a", "b"]) yield { letter: { ...moved(id), body: new Uint8Array(), key: undefined, place: "", native: {} } satisfies DeadLetter, redrive: () => Promise.reject(new Error("not asked for")) };
    } finally {
      steps.push("given back");
    }
  }
  expect([(await listed(walk())).map(({ id }) => id), steps]).toEqual([["a", "b"], ["given back"]]);
});
