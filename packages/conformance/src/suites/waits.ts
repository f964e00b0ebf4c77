/** What becomes of a wait: the broker's own, a delivery that is hidden, a copy behind a delay, or an answer that is held; the plan says which. */
import assert from "node:assert/strict";
import { bytesOf } from "../outbox.ts";
import { enqueuedAt, type MessageLab, type Requirement } from "../requirement.ts";
import { lettersIn, seenIn, wish } from "./wish.ts";

export const waitRequirements: readonly Requirement<MessageLab>[] = [
  {
    sentence: "QUEUE 18: a failure with a backoff MUST be put off for the wait of its attempt, as the plan keeps it",
    async check(lab) {
      for (const [attempt, afterMs] of [[1, 10_000], [2, 15_000]] as const) {
        const { then, putOff, effects } = await lab.hand("consumeWaiting", [{ id: "message-18", attempt, body: wish("retry", 18) }]);
        const [put] = putOff;
        assert.deepEqual(lettersIn(effects), []);
        switch (lab.keeping("consumeWaiting")) {
          case "postponing":
            assert.deepEqual([then, putOff], [["again"], [{ do: "postpone", afterMs }]]);
            break;
          case "requeuing": {
            assert.ok(put?.do === "requeue", "no copy was put back");
            const { v, id, used, since } = JSON.parse(put.attribute) as Record<string, unknown>;
            assert.deepEqual([then, putOff.length, put.functionName, put.afterMs, bytesOf(put).toString("utf8")], [["done"], 1, "consumeWaiting", afterMs, wish("retry", 18)]);
            assert.deepEqual({ v, id, used, since }, { v: 1, id: "message-18", used: attempt, since: enqueuedAt });
            break;
          }
          default:
            // The broker's own settings are the wait.
            assert.deepEqual([then, putOff], [["again"], []]);
        }
      }
    },
  },
  {
    sentence: "QUEUE 19: a copy that was put back MUST be the next attempt of the same event; the last one that fails is dead-lettered",
    async check(lab) {
      const requeued = lab.keeping("consumeWaiting") === "requeuing";
      let message: { readonly id: string; readonly attempt: number; readonly body: string; readonly attribute?: string } = { id: "message-19", attempt: 1, body: wish("retry", 19) };
      for (const attempt of [1, 2, 3]) {
        const { then, effects, putOff: [put] } = await lab.hand("consumeWaiting", [message]);
        const [event] = seenIn(effects);
        const last = attempt === 3 && lab.side.tellsAttempt;
        assert.deepEqual([event?.id, event?.attempt, lettersIn(effects).length], ["message-19", lab.side.tellsAttempt ? attempt : null, last ? 1 : 0], `attempt ${attempt}`);
        assert.deepEqual(then, [last || put?.do === "requeue" ? "done" : "again"]);
        // A copy is new to its broker, which counts from one again.
        message = requeued && put?.do === "requeue" ? { id: `copy-${attempt}`, attempt: 1, body: bytesOf(put).toString("utf8"), attribute: put.attribute } : { ...message, attempt: attempt + 1 };
      }
    },
  },
  {
    sentence: "QUEUE 20: a reject whose dead letter cannot be written MUST wait like a retry; a last attempt's stays where it is",
    async check(lab) {
      const first = await lab.hand("consumeWaitingUnreachable", [{ attempt: 1, body: wish("reject") }]);
      const kept = lab.keeping("consumeWaitingUnreachable");
      assert.deepEqual([first.then, first.putOff.map(({ afterMs }) => afterMs)], [[kept === "requeuing" ? "done" : "again"], kept === undefined ? [] : [10_000]]);
      const last = await lab.hand("consumeWaitingUnreachable", [{ attempt: 3, body: wish("reject") }]);
      if (lab.side.tellsAttempt) assert.deepEqual([last.then, last.putOff], [["again"], []]);
    },
  },
  {
    sentence: "QUEUE 21: in an ordered group a wait MUST bring the message itself again, never a copy behind its followers",
    async check(lab) {
      const began = performance.now();
      const { then, putOff } = await lab.hand("consumeWaitingOrdered", [{ group: "a", body: wish("retry") }]);
      assert.deepEqual([then, putOff.filter(({ do: how }) => how === "requeue")], [["again"], []]);
      if (lab.keeping("consumeWaitingOrdered") === "holding") assert.ok(performance.now() - began >= 1_000, "the answer was not held back");
    },
  },
];
