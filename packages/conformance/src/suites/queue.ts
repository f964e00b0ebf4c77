/** What every broker of every cloud sees of a settlement. */
import assert from "node:assert/strict";
import { bytesOf, type WrittenEffect } from "../outbox.ts";
import { enqueuedAt, type MessageLab, type Requirement } from "../requirement.ts";
import { lettersIn, seenIn, wish } from "./wish.ts";

const settlements: readonly Requirement<MessageLab>[] = [
  {
    sentence: "QUEUE 1: a message MUST reach the handler as a CloudEvent with the broker's id, its time, the attempt and its data",
    async check(lab) {
      const { then, effects } = await lab.hand("consume", [{ id: "message-7", attempt: 2, body: '{"then":"ack","n":1,"text":"grüße ✓"}' }]);
      const [event] = seenIn(effects);
      assert.deepEqual([then, { ...event, coldStart: undefined }], [["done"], { by: "consume", id: "message-7", source: "/queues/wishes", type: "queue.message", time: new Date(enqueuedAt).toISOString(), attempt: lab.side.tellsAttempt ? 2 : null, coldStart: undefined, data: { then: "ack", n: 1, text: "grüße ✓" } }]);
    },
  },
  ...([["ack", "done"], ["nothing", "done"], ["number", "done"], ["retry", "again"], ["throw", "again"], ["throw-string", "again"], ["throw-retry", "again"]] as const).map(
    ([how, expected]): Requirement<MessageLab> => ({
      sentence: `QUEUE 2: a handler that settles with "${how}" MUST leave the message ${expected === "done" ? "acknowledged" : "to come again"}, without a dead letter`,
      async check(lab) {
        const { then, effects } = await lab.hand("consume", [{ body: wish(how) }]);
        assert.deepEqual([then, lettersIn(effects)], [[expected], []]);
      },
    }),
  ),
  ...([["reject", "as wished"], ["throw-reject", "thrown"]] as const).map(
    ([how, reason]): Requirement<MessageLab> => ({
      sentence: `QUEUE 3: a handler that settles with "${how}" MUST dead-letter the unchanged body with its reason, then acknowledge`,
      async check(lab) {
        const body = `{ "then":"${how}",  "n":1 }`;
        const { then, effects } = await lab.hand("consume", [{ id: "message-9", body }]);
        const [letter, second] = lettersIn(effects);
        assert.deepEqual([then, second, bodyText(letter)], [["done"], undefined, body]);
        const { v, id, function: by, reason: why } = JSON.parse(letter!.attribute!) as Record<string, unknown>;
        assert.deepEqual({ v, id, by, why, to: letter!.to.name }, { v: 1, id: "message-9", by: "consume", why: reason, to: "failed" });
      },
    }),
  ),
  {
    sentence: "QUEUE 4: the attempt number MUST be the platform's, from 1; the last allowed one that fails is dead-lettered, one beyond is not run",
    async check(lab) {
      if (!lab.side.tellsAttempt) {
        // Where no attempt is told, none is the last: the platform's own limit ends it.
        const { then, effects } = await lab.hand("consume", [{ attempt: 6, body: wish("retry") }]);
        return assert.deepEqual([then, seenIn(effects).map((event) => event.attempt), lettersIn(effects)], [["again"], [null], []]);
      }
      for (const attempt of [1, 2, 4, 5, 6]) {
        const { then, effects } = await lab.hand("consume", [{ attempt, body: wish("retry") }]);
        const expected = attempt < 5 ? { then: ["again"], ran: [attempt], letters: 0 } : { then: ["done"], ran: attempt === 5 ? [5] : [], letters: 1 };
        assert.deepEqual({ then, ran: seenIn(effects).map((event) => event.attempt), letters: lettersIn(effects).length }, expected, `attempt ${attempt} of 5`);
      }
    },
  },
  {
    sentence: "QUEUE 5: a body that cannot be decoded, or does not fit its schema, MUST be rejected at the first attempt with its raw bytes kept",
    async check(lab) {
      for (const body of ["{ not json", '{"n":"text"}', ""]) {
        const { then, effects } = await lab.hand("consume", [{ body }]);
        assert.deepEqual([then, seenIn(effects), lettersIn(effects).map(bodyText)], [["done"], [], [body]], body);
      }
    },
  },
  {
    sentence: "QUEUE 6: a rejected message whose dead letter cannot be written MUST come again",
    async check(lab) {
      assert.deepEqual((await lab.hand("consumeUnreachable", [{ body: wish("reject") }])).then, ["again"]);
    },
  },
  {
    sentence: "QUEUE 7: each message of a batch MUST meet its own fate",
    async check(lab) {
      const { then, effects } = await lab.hand("consume", (["ack", "retry", "reject", "throw", "nothing"] as const).map((how, i) => ({ body: wish(how, i) })));
      assert.deepEqual([then, lettersIn(effects).length, seenIn(effects).map(({ id }) => id).sort()], [["done", "again", "done", "again", "done"], 1, ["message-1", "message-2", "message-3", "message-4", "message-5"]]);
    },
  },
  {
    sentence: "QUEUE 8: a handler that never settles MUST leave its message to come again at the deadline",
    async check(lab) {
      assert.deepEqual((await lab.hand("consume", [{ body: wish("never") }])).then, ["again"]);
    },
  },
  {
    sentence: "QUEUE 9: a handler that kills its process MUST leave every message of the invocation to come again, and the next one runs",
    async check(lab) {
      const { then } = await lab.hand("consume", [{ body: wish("exit") }]);
      assert.deepEqual(then, ["again"]);
      const next = await lab.hand("consume", [{ body: wish("ack") }]);
      assert.deepEqual([next.then, seenIn(next.effects).map(({ coldStart }) => coldStart)], [["done"], [true]]);
    },
  },
  {
    sentence: "QUEUE 10: a warm instance that saw a failed batch MUST treat the next one as fresh",
    async check(lab) {
      await lab.hand("consume", [{ body: wish("retry") }, { body: wish("throw") }]);
      const { then, effects } = await lab.hand("consume", [{ body: wish("ack") }, { body: wish("ack") }]);
      assert.deepEqual([then, seenIn(effects).map(({ coldStart }) => coldStart)], [["done", "done"], [false, false]]);
    },
  },
  {
    sentence: "QUEUE 11: in an ordered group a retry MUST return its followers unstarted; other groups go on, and a reject goes on",
    async check(lab) {
      const messages = [["a", "retry"], ["b", "reject"], ["a", "ack"], ["b", "ack"]] as const;
      if (lab.side.maxBatch === 1) {
        // One message an invocation: followers wait at the broker, and each outcome is its own.
        for (const [group, how] of messages) assert.deepEqual((await lab.hand("consumeOrdered", [{ group, body: wish(how) }])).then, [how === "retry" ? "again" : "done"]);
        return;
      }
      const { then, effects } = await lab.hand("consumeOrdered", messages.map(([group, how], i) => ({ group, body: wish(how, i) })));
      assert.deepEqual([then, seenIn(effects).map(({ id }) => id).sort()], [["again", "done", "again", "done"], ["message-1", "message-2", "message-4"]]);
    },
  },
  {
    sentence: "QUEUE 12: a batched handler MUST settle each message by its place in the list",
    async check(lab) {
      const { then, effects } = await lab.hand("consumeBulk", (["ack", "retry", "reject"] as const).map((how) => ({ body: wish(how) })));
      assert.deepEqual([then, lettersIn(effects).length], [["done", "again", "done"], 1]);
    },
  },
  {
    sentence: "QUEUE 13: bytes MUST arrive unchanged, as far as the wire carries them, and keys like __proto__ as data",
    async check(lab) {
      const bodies = [Buffer.from("plain text, no JSON"), Buffer.from("grüße ✓"), ...(lab.side.carriesBytes ? [Buffer.from([0x00, 0xff, 0x80, 0x0a])] : [])];
      for (const body of bodies) {
        const { then, effects } = await lab.hand("consumeRaw", [{ body: new Uint8Array(body) }]);
        assert.deepEqual([then, seenIn(effects).map(({ data }) => data)], [["done"], [body.toString("base64")]]);
      }
      const { effects } = await lab.hand("consumePlain", [{ body: '{"__proto__":{"polluted":1}}' }]);
      assert.equal(JSON.stringify(seenIn(effects)[0]!.data), '{"__proto__":{"polluted":1}}');
    },
  },
  {
    sentence: "QUEUE 14: an id that the sender chose MUST win over the broker's, and a foreign or broken attribute MUST change nothing",
    async check(lab) {
      // A wire that carries a body alone carries no attribute: the broker's id stands.
      const carried = lab.side.drops?.attribute === undefined;
      for (const [attribute, id] of [['{"v":1,"id":"order-7"}', "order-7"], ["no json", "message-1"], ["[]", "message-1"], ['{"v":99,"id":"later-8","new":true}', "later-8"]] as const) {
        const { effects } = await lab.hand("consume", [{ attribute, body: wish("ack") }]);
        assert.deepEqual(seenIn(effects).map((event) => event.id), [carried ? id : "message-1"], attribute);
      }
    },
  },
  {
    sentence: "QUEUE 15: an invocation that is not of this wire MUST acknowledge nothing",
    async check(lab) {
      const { side: queue } = lab;
      for (const { why, native } of queue.malformed) {
        const seen = await lab.started.invoke("consume", native);
        const outcomes = queue.interpret(seen, native);
        const answeredWell = "returned" in seen && outcomes.length === 0;
        assert.ok(!answeredWell && outcomes.every(({ then }) => then === "again"), `${why}: ${JSON.stringify(seen)} → ${JSON.stringify(outcomes)}`);
      }
    },
  },
  {
    sentence: "QUEUE 16: what a handler throws MUST stay in the log: the platform hears no message of it",
    async check(lab) {
      const native = lab.side.fabricate([{ id: "message-1", attempt: 1, enqueuedAt, body: wish("throw") }], "wishes");
      assert.doesNotMatch(JSON.stringify(await lab.started.invoke("consume", native)), /secret-detail/);
      assert.match(await lab.started.logs("consume"), /secret-detail/);
    },
  },
];
const bodyText = (letter: WrittenEffect | undefined): string | undefined => (letter === undefined ? undefined : bytesOf(letter).toString("utf8"));
export const queueRequirements = settlements;
