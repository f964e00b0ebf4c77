import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defineQueue } from "../channel.ts";
import { readAttribute, stableId, traceOf } from "../run/attribute.ts";
import { deadLetter } from "../run/keeping.ts";
import { givenBack, inHand, listed, redrivenAttribute, storyOf, type Hands } from "./dead-letters.ts";

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

/** A broker whose messages are texts: what it gives is hidden until it is given back, or until `expire`. */
function broker(...bodies: readonly string[]) {
  const visible = [...bodies];
  const asked: string[] = [];
  const state = { fails: {} as Partial<Record<"receive" | "giveBack" | "redrive", Error>>, most: 2 };
  const hands: Hands<string> = {
    idOf: (held) => held,
    letterOf: (held) => ({ ...moved(held), body: new Uint8Array(), key: undefined, place: "here", native: {} }),
    async receive(max) {
      asked.push(`receive ${max}`);
      if (state.fails.receive !== undefined) throw state.fails.receive;
      return visible.splice(0, Math.min(max, state.most));
    },
    async redrive(held, to) {
      if (state.fails.redrive !== undefined) throw state.fails.redrive;
      asked.push(`redrive ${held} to ${to.name}`);
    },
    async giveBack(held) {
      asked.push(`give back ${held.join(" ")}`);
      if (state.fails.giveBack !== undefined) throw state.fails.giveBack;
    },
  };
  return { hands, visible, asked, state };
}
const { signal } = new AbortController();
const to = { name: "charge", fn: {} as never };

describe("letters are in hand", () => {
  test("until the walk ends: then those that were not redriven are given back", async () => {
    const { hands, asked } = broker("a", "b", "c");
    for await (const { letter, redrive } of inHand(hands, Number.POSITIVE_INFINITY, signal)) if (letter.id !== "b") await redrive(to, signal);
    expect(asked).toEqual(["receive Infinity", "redrive a to charge", "receive Infinity", "redrive c to charge", "receive Infinity", "give back b"]);
  });
  test("no more than were asked for", async () => {
    const { hands, asked } = broker("a", "b", "c", "d");
    expect((await listed(inHand(hands, 3, signal))).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(asked).toEqual(["receive 3", "receive 1", "give back a b c"]);
  });
  test("also when the walk is left early", async () => {
    const { hands, asked } = broker("a", "b", "c");
    for await (const { letter } of inHand(hands, 9, signal)) if (letter.id === "a") break;
    expect(asked).toEqual(["receive 9", "give back a b"]);
  });
  test("and nothing is given back where nothing is left", async () => {
    const { hands, asked } = broker("a");
    for await (const { redrive } of inHand(hands, 1, signal)) await redrive(to, signal);
    expect(asked).toEqual(["receive 1", "redrive a to charge"]);
  });
  test("one that could not be redriven is given back, and its error is told to whoever asked", async () => {
    const { hands, asked, state } = broker("a");
    state.fails.redrive = new Error("no");
    for await (const { redrive } of inHand(hands, 1, signal)) await expect(redrive(to, signal)).rejects.toThrow(new Error("no"));
    expect(asked).toEqual(["receive 1", "give back a"]);
  });
  test("is redriven once", async () => {
    const { hands } = broker("a");
    for await (const { redrive } of inHand(hands, 1, signal)) {
      await redrive(to, signal);
      await expect(redrive(to, signal)).rejects.toMatchObject({ code: "invalid-definition", message: "a is no longer in hand" });
    }
  });
  test("one that comes twice is one, with its last receipt", async () => {
    const { hands, visible, asked } = broker("a1", "b1");
    const firsts: Hands<string> = { ...hands, idOf: (held) => held[0]! };
    const letters: string[] = [];
    for await (const { letter } of inHand(firsts, 9, signal)) {
      letters.push(letter.id);
      if (letter.id === "b1") visible.push("a2", "c1");
    }
    expect([letters, asked.at(-1)]).toEqual([["a1", "b1", "c1"], "give back a2 b1 c1"]);
  });
  test("where all that comes was there before, the walk ends with an error, and gives back", async () => {
    const { hands, visible, asked } = broker("a", "b");
    await expect((async () => { for await (const { letter } of inHand(hands, 9, signal)) visible.push(letter.id); })()).rejects.toMatchObject({ code: "unsupported" });
    expect(asked.at(-1)).toBe("give back a b");
  });
  test("a broker that fails ends the walk with its error, whatever becomes of giving back", async () => {
    const { hands, state, asked } = broker("a", "b");
    const broken = new Error("broken");
    await expect((async () => { for await (const _ of inHand(hands, 9, signal)) Object.assign(state.fails, { receive: broken, giveBack: new Error("nor this") }); })()).rejects.toBe(broken);
    expect(asked.at(-1)).toBe("give back a b");
  });
  test("what could not be given back is told", async () => {
    const { hands, state } = broker("a", "b");
    const hidden = new Error("hidden for a while");
    state.fails.giveBack = hidden;
    await expect(listed(inHand(hands, 9, signal))).rejects.toBe(hidden);
    await expect((async () => { for await (const _ of inHand(broker("a").hands, 9, signal)) break; })()).resolves.toBeUndefined();
  });
});

test("letters are given back ten at a time; all are tried, and those that stay hidden are told", async () => {
  let [now, most] = [0, 0];
  const tried: number[] = [];
  const give = async (each: number) => {
    most = Math.max(most, ++now);
    tried.push(each);
    await Promise.resolve();
    now--;
    if (each % 10 === 3) throw new Error(`no ${each}`);
  };
  const all = Array.from({ length: 25 }, (_, n) => n);
  await expect(givenBack(all, give, "for a while")).rejects.toMatchObject({ code: "send-failed", message: "3 of 25 letters could not be given back and stay hidden for a while: no 3" });
  expect([tried, most]).toEqual([all, 10]);
  await expect(givenBack([1, 2], give, "for a while")).resolves.toBeUndefined();
});
