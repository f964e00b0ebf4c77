/** What every wire of every asynchronous kind keeps: the event arrives as it was told, and meets the fate that its handler chose. */
import assert from "node:assert/strict";
import type { Wire } from "@isobar/core/adapter";
import { app, heardFunctions, type SeenEvent } from "../app/index.ts";
import { type MessageLab, type Requirement } from "../requirement.ts";
import { carriedAnyway, events, rounded, without, type HeardKind } from "./events.ts";
import { lawsOf } from "./wires.ts";

type Heard = SeenEvent & { readonly subject: string | null };
type Then = Parameters<(typeof events)["topic"]>[0];

async function hand(lab: MessageLab, kind: HeardKind, thens: readonly Then[], attempt = 1) {
  const cases = thens.map((then, n) => events[kind](then, n));
  const { then, effects } = await lab.hand(heardFunctions[kind], cases.map(({ message }, n) => ({ id: `message-${n + 1}`, attempt, ...message })));
  return {
    then,
    heard: effects.filter(({ to }) => to.name === "seen").map(({ body }) => JSON.parse(body as string) as Heard),
    letters: effects.filter((effect) => effect.do === "dead-letter").map(({ attribute = "{}", to }) => ({ to: to.name, ...(JSON.parse(attribute) as { readonly reason?: string; readonly function?: string }) })),
  };
}
/** Whether all attempts are made inside one invocation: what fails for the last time is then done, with a dead letter. These functions have two attempts. */
const isInside = (lab: MessageLab, kind: HeardKind): boolean => lab.keeping(heardFunctions[kind]) === "inside";
/** Points in time are equal however they are spelled. */
const instant = (text: string | null | undefined) => (text === null || text === undefined ? null : Date.parse(text));

const arrives = (kind: HeardKind): Requirement<MessageLab> => ({
  sentence: "EVENT 1: an event MUST reach the handler as it was told, less what the wire says it does not carry",
  async check(lab) {
    const { expected, message } = events[kind]("ack", 1);
    const { then, heard: [event, ...more] } = await (async () => {
      const { then: outcome, effects } = await lab.hand(heardFunctions[kind], [{ id: "message-7", attempt: 2, ...message }]);
      return { then: outcome, heard: effects.map(({ body }) => JSON.parse(body as string) as Heard) };
    })();
    assert.ok(event !== undefined, "the handler was not run");
    assert.deepEqual([then, more], [["done"], []]);
    const drops = Object.keys(lab.side.drops ?? {});
    assert.deepEqual(carriedAnyway(event, drops), [], "said to be dropped, and carried");
    const known = { id: "message-7", source: expected.source, type: expected.type, ...(expected.subject === undefined ? {} : { subject: expected.subject }), time: instant(expected.time), attempt: isInside(lab, kind) ? 1 : lab.side.tellsAttempt ? 2 : null, data: expected.data };
    const actual = { ...event, time: instant(event.time) };
    const dropped = drops.includes("data.operation") ? [...drops, "type"] : drops;
    const wanted = without(lab.side.roundsNumbers === undefined ? known : rounded(known), dropped) as Readonly<Record<string, unknown>>;
    const seen = without(actual, dropped) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((part) => [part, seen[part]])), wanted);
    assert.ok(typeof event.id === "string" && event.id !== "", "an event has an id");
  },
});

/** The numbers of all attempts that a kind's function may have. */
const attemptsOf = (kind: HeardKind): readonly number[] => Array.from({ length: app.functions[heardFunctions[kind]].options.delivery.maxAttempts }, (_, i) => i + 1);

const fates: readonly (readonly [how: Then, used: string | undefined])[] = [["ack", undefined], ["nothing", undefined], ["retry", "as wished"], ["throw", "handler-failed"], ["throw-string", "handler-failed"]];
const settles = (kind: HeardKind): readonly Requirement<MessageLab>[] => [
  ...fates.map(([how, used]): Requirement<MessageLab> => ({
    sentence: `EVENT 2: a handler that settles with "${how}" MUST leave the event ${used === undefined ? "acknowledged" : "to come again, or be started again inside the invocation until it is used up"}`,
    async check(lab) {
      const { then, heard, letters } = await hand(lab, kind, [how]);
      const seen = [then, heard.map(({ attempt }) => attempt), letters.map(({ reason }) => reason)];
      const first = isInside(lab, kind) || lab.side.tellsAttempt ? 1 : null;
      if (used === undefined) return assert.deepEqual(seen, [["done"], [first], []]);
      assert.deepEqual(seen, isInside(lab, kind) ? [["done"], attemptsOf(kind), [used]] : [["again"], [first], []]);
    },
  })),
  {
    sentence: "EVENT 3: a rejected event MUST be a dead letter with its reason, then acknowledged",
    async check(lab) {
      const { then, letters } = await hand(lab, kind, ["reject"]);
      assert.deepEqual([then, letters.map(({ to, reason, function: by }) => ({ to, reason, by }))], [["done"], [{ to: "failed", reason: "as wished", by: heardFunctions[kind] }]]);
    },
  },
  {
    sentence: "EVENT 4: of several events each MUST meet its own fate, or the wire's: everything from the first that comes again, or all together",
    async check(lab) {
      const { then, letters } = await hand(lab, kind, ["ack", "retry", "reject", "nothing"]);
      const { maxBatch, settles: how = "each" } = lab.side;
      if (isInside(lab, kind)) return assert.deepEqual([then, letters.map(({ reason }) => reason)], [["done", "done", "done", "done"], ["as wished", "as wished"]]);
      const expected = maxBatch === 1 || how === "each" ? ["done", "again", "done", "done"] : how === "position" ? ["done", "again", "again", "again"] : ["again", "again", "again", "again"];
      assert.deepEqual(then, expected);
    },
  },
  {
    sentence: "EVENT 5: a handler that never settles MUST be given up at its deadline: a failed attempt like any other",
    async check(lab) {
      const { then, heard, letters } = await hand(lab, kind, ["never"]);
      assert.deepEqual([then, heard.length, letters.map(({ reason }) => reason)], isInside(lab, kind) ? [["done"], attemptsOf(kind).length, ["deadline-exceeded"]] : [["again"], 1, []]);
    },
  },
  {
    sentence: "EVENT 6: a handler that kills its process MUST leave its event to come again, and the next one runs as ever",
    async check(lab) {
      assert.deepEqual((await hand(lab, kind, ["exit"])).then, ["again"]);
      const { then, heard } = await hand(lab, kind, ["ack"]);
      assert.deepEqual([then, heard.length], [["done"], 1]);
    },
  },
  {
    sentence: "EVENT 7: a warm instance that saw a failure MUST treat the next event as if it were the first",
    async check(lab) {
      assert.deepEqual((await hand(lab, kind, ["retry"])).then, [isInside(lab, kind) ? "done" : "again"]);
      const { then, heard, letters } = await hand(lab, kind, ["nothing", "ack"]);
      assert.deepEqual([then, heard.length, letters], [["done", "done"], 2, []]);
    },
  },
  {
    sentence: "EVENT 8: an invocation that is not of this wire MUST never be acknowledged",
    async check(lab) {
      assert.ok(lab.side.malformed.length > 0, "no adapter's wire takes everything: name what it refuses");
      for (const { why, native } of lab.side.malformed) {
        lab.started.effects(heardFunctions[kind]);
        const fates = lab.side.interpret(await lab.started.invoke(heardFunctions[kind], native), native);
        const letters = lab.started.effects(heardFunctions[kind]);
        assert.ok(!letters.some(({ to }) => to.name === "seen"), `${why}: the handler was run`);
        // A good envelope whose body is no event is rejected: kept as a dead letter, not lost.
        assert.ok(fates.every(({ then }) => then === "again") || letters.length > 0, `${why}: acknowledged`);
      }
    },
  },
];

const filtered: Requirement<MessageLab> = {
  sentence: "EVENT 9: an event that the function did not ask for MUST be acknowledged without running",
  async check(lab) {
    const { message } = events.storage("throw", 1);
    const told = { ...message.told!, object: { ...message.told!.object, key: "wishes/throw/1.tmp" } };
    const { then, effects } = await lab.hand(heardFunctions.storage, [{ ...message, id: "message-8", told }]);
    assert.deepEqual([then, effects], [["done"], []]);
  },
};
const ordered: Requirement<MessageLab> = {
  sentence: "EVENT 10: within a key, what follows an event that is not done MUST NOT be started before it",
  async check(lab) {
    const { then, heard } = await hand(lab, "stream", ["ack", "retry", "ack", "ack"]);
    if (isInside(lab, "stream")) return assert.deepEqual([then, heard.map(({ data }) => (data as { readonly value: { readonly n: number } }).value.n)], [["done", "done", "done", "done"], [0, 1, 1, 2, 3]]);
    // One event in flight: holding the followers back is the broker's part, which it does while it hears that one comes again.
    if (lab.side.maxBatch === 1) return assert.deepEqual(then, ["done", "again", "done", "done"]);
    assert.deepEqual(heard.map(({ data }) => (data as { readonly value: { readonly n: number } }).value.n), [0, 1]);
  },
};

/** Everything that a wire's broker answers for. */
export function kindRequirementsOf(wire: Wire): readonly Requirement<MessageLab>[] {
  const kind = wire.kind as HeardKind;
  return [arrives(kind), ...settles(kind), ...(kind === "storage" ? [filtered] : []), ...(kind === "stream" ? [ordered] : []), ...lawsOf(wire)];
}
