/** Parts of a path that are broken on purpose, one at a time, by wrapping: what has to be found out. */
import type { TriggerKind } from "@isobar/core";
import { holding, plainKeeping, requeuing, type Broker, type Handed, type Hosting, type Keeping, type NeutralMessage, type Rendered, type Seen, type Wire, type World } from "@isobar/core/adapter";
import type { Spoil } from "@isobar/conformance/lab";

/** What of a path can be wrong. */
export const parts = ["setting", "rule", "answer", "keeping"] as const;
export interface Mutation {
  readonly cloud: string;
  readonly kind: TriggerKind;
  readonly part: (typeof parts)[number];
  readonly what: string;
  readonly spoil: Spoil;
  /** The scenario that has to fail, by its name. */
  readonly fails: string;
}

/** Sets a property wherever the rendered resources have it, or takes it away. Throws Error where none has it: such a mutation would show nothing. */
export function setting(property: string, value: unknown): Spoil {
  let hits = 0;
  const changed = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(changed);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).flatMap(([key, each]) => {
        if (key !== property) return [[key, changed(each)]];
        hits++;
        return value === undefined ? [] : [[key, value]];
      }),
    );
  };
  return {
    rendered(rendered): Rendered {
      hits = 0;
      const resources = changed(rendered.resources) as Rendered["resources"];
      if (hits === 0) throw new Error(`no ${property} is rendered`);
      return { ...rendered, resources };
    },
  };
}

interface Rule {
  readonly world?: (world: World) => World;
  readonly broker?: (broker: Broker) => Broker;
  readonly hosting?: (hosting: Hosting) => Hosting;
}
const same = <T>(value: T): T => value;
const rule = ({ world = same, broker = same, hosting = same }: Rule): Spoil => ({
  wire: (wire): Wire => ({
    ...wire,
    rules(rendered, unsure) {
      const rules = wire.rules!(rendered, unsure);
      return { hosting: hosting(rules.hosting), open: (given) => broker(rules.open(world(given))) };
    },
  }),
});
const hearing = (heard: (handed: Handed) => Handed): Spoil => rule({ world: (world) => ({ ...world, hand: async (messages) => heard(await world.hand(messages)) }) });
const handing = (change: (message: NeutralMessage) => NeutralMessage): Spoil => rule({ world: (world) => ({ ...world, hand: (messages) => world.hand(messages.map(change)) }) });
/** A broker that takes what comes again for done. */
const forgets = hearing((handed) => ({ ...handed, then: handed.then.map(() => "done" as const) }));
/** A broker that takes what is done for something that comes again. */
const repeats = hearing((handed) => ({ ...handed, then: handed.then.map(() => "again" as const) }));
/** One that waits half as long as it says. */
const hurries = rule({ world: (world) => ({ ...world, clock: { now: world.clock.now, after: (ms, then) => world.clock.after(ms / 2, then) } }) });
/** One whose count begins at two. */
const overcounts = handing((message) => ({ ...message, attempt: message.attempt === undefined ? undefined : message.attempt + 1 }));
/** One that says that it took a copy, and did not. */
const promises = rule({ broker: (broker) => ({ ...broker, perform: (effect) => (effect.do === "requeue" ? Promise.resolve(effect.deduplicationId) : broker.perform(effect)) }) });
/** One that puts a message off for no time at all. */
const shortens = rule({ broker: (broker) => ({ ...broker, perform: (effect) => broker.perform({ ...effect, afterMs: 0 }) }) });
/** A platform that ends an invocation early. */
const impatient = rule({ hosting: (hosting) => ({ ...hosting, timeoutMs: 500 }) });

/** What the platform sees of an invocation. */
const answering = (change: (seen: Seen) => Seen): Spoil => ({
  wire: (wire): Wire => ({
    ...wire,
    enter(fn, rendered, wiring) {
      const run = wire.enter!(fn, rendered, wiring);
      return async (native) => change(await run(native));
    },
  }),
});
/** How attempts are kept, whatever was rendered. */
const keeping = (keep: Keeping): Spoil => ({
  wire: (wire): Wire => ({
    ...wire,
    enter(fn, { keeping: _, ...rendered }, wiring) {
      return wire.enter!(fn, rendered, { ...wiring, keeping: keep });
    },
  }),
});
/** Admits what is used up or too old. */
const admitsAll: Keeping = { ...plainKeeping, admit: () => undefined };
/** Gives up one attempt early. */
const givesUp: Keeping = { ...plainKeeping, settle: (kept, settlement, now) => plainKeeping.settle({ ...kept, policy: { ...kept.policy, maxAttempts: kept.policy.maxAttempts - 1 } }, settlement, now) };
/** Acknowledges a reject without its letter. */
const swallows: Keeping = { ...plainKeeping, settle: (kept, settlement, now) => (settlement.settle === "reject" ? { effects: [], then: "done" } : plainKeeping.settle(kept, settlement, now)) };

const aws: readonly Omit<Mutation, "cloud">[] = [
  { kind: "queue", part: "setting", what: "maxReceiveCount is one less", spoil: setting("maxReceiveCount", 2), fails: "fails twice, then well" },
  { kind: "queue", part: "setting", what: "no ReportBatchItemFailures", spoil: setting("FunctionResponseTypes", []), fails: "fails always" },
  { kind: "queue", part: "setting", what: "a visibility shorter than the function", spoil: setting("VisibilityTimeout", 60), fails: "slower than the lock" },
  { kind: "queue", part: "setting", what: "no FIFO", spoil: setting("FifoQueue", false), fails: "group with a failure" },
  { kind: "queue", part: "setting", what: "a function that ends early", spoil: setting("Timeout", 1), fails: "slow" },
  { kind: "queue", part: "rule", what: "SQS deletes what is named as failed", spoil: forgets, fails: "fails twice, then well" },
  { kind: "queue", part: "rule", what: "visibility ends early", spoil: hurries, fails: "fixed backoff" },
  { kind: "queue", part: "rule", what: "the receive count begins at two", spoil: overcounts, fails: "fails always" },
  { kind: "queue", part: "rule", what: "ChangeMessageVisibility hides nothing", spoil: shortens, fails: "backoff of an hour" },
  { kind: "queue", part: "answer", what: "no failure is ever named", spoil: answering((seen) => ("returned" in seen ? { returned: { batchItemFailures: [] } } : seen)), fails: "throws always" },
  { kind: "queue", part: "answer", what: "a failure that nobody knows is named", spoil: answering((seen) => ("returned" in seen ? { returned: { batchItemFailures: [{ itemIdentifier: "stranger" }] } } : seen)), fails: "well at once" },
  { kind: "queue", part: "keeping", what: "nothing is postponed", spoil: keeping(plainKeeping), fails: "backoff of an hour" },
  { kind: "queue", part: "keeping", what: "one attempt too few", spoil: keeping(givesUp), fails: "fails twice, then well" },
  { kind: "queue", part: "keeping", what: "a reject without its letter", spoil: keeping(swallows), fails: "rejected" },
  { kind: "stream", part: "setting", what: "native retry is finite", spoil: setting("MaximumRetryAttempts", 0), fails: "crashes alone" },
  { kind: "stream", part: "answer", what: "no failure is ever named", spoil: answering((seen) => ("returned" in seen ? { returned: { batchItemFailures: [] } } : seen)), fails: "sink down, used up" },
  { kind: "stream", part: "keeping", what: "attempts are not made inside", spoil: keeping(plainKeeping), fails: "fails always" },
];
const azure: readonly Omit<Mutation, "cloud">[] = [
  { kind: "queue", part: "setting", what: "maxDeliveryCount is one less", spoil: setting("maxDeliveryCount", 2), fails: "fails twice, then well" },
  { kind: "queue", part: "setting", what: "no sessions", spoil: setting("requiresSession", false), fails: "group in order" },
  { kind: "queue", part: "setting", what: "no duplicate detection", spoil: setting("requiresDuplicateDetection", false), fails: "duplicated, with a backoff" },
  { kind: "queue", part: "setting", what: "what the queue gives up is forwarded nowhere", spoil: setting("forwardDeadLetteredMessagesTo", undefined), fails: "every attempt crashes" },
  { kind: "queue", part: "setting", what: "locks are not renewed for as long as the function runs", spoil: setting("maxAutoLockRenewalDuration", "00:00:30"), fails: "slower than the lock" },
  { kind: "queue", part: "rule", what: "Service Bus completes what failed", spoil: forgets, fails: "fails twice, then well" },
  { kind: "queue", part: "rule", what: "a delay ends early", spoil: hurries, fails: "fixed backoff" },
  { kind: "queue", part: "rule", what: "the delivery count begins at two", spoil: overcounts, fails: "fails always" },
  { kind: "queue", part: "rule", what: "copies are accepted, and dropped", spoil: promises, fails: "fixed backoff" },
  { kind: "queue", part: "answer", what: "a failed invocation succeeds", spoil: answering((seen) => ("threw" in seen ? { returned: { outputData: [] } } : seen)), fails: "throws always" },
  { kind: "queue", part: "answer", what: "a successful invocation fails", spoil: answering((seen) => ("returned" in seen ? { threw: { type: "Error", message: "no" } } : seen)), fails: "well at once" },
  { kind: "queue", part: "keeping", what: "no copy is put back", spoil: keeping(plainKeeping), fails: "fixed backoff" },
  { kind: "queue", part: "keeping", what: "an ordered message is put back behind its followers", spoil: keeping(requeuing), fails: "group with a failure and a backoff" },
  { kind: "queue", part: "keeping", what: "an answer is held for longer than an invocation may take", spoil: keeping(holding), fails: "fixed backoff" },
  { kind: "stream", part: "setting", what: "the host's own retry is left out", spoil: setting("retry", undefined), fails: "crashes alone" },
  { kind: "stream", part: "keeping", what: "attempts are not made inside", spoil: keeping(plainKeeping), fails: "fixed backoff" },
];
const gcp: readonly Omit<Mutation, "cloud">[] = [
  { kind: "queue", part: "setting", what: "max_delivery_attempts is one less", spoil: setting("max_delivery_attempts", 11), fails: "fails always, 12 attempts" },
  { kind: "queue", part: "setting", what: "a backoff of 10 s", spoil: { rendered: (rendered) => setting("maximum_backoff", "10s").rendered!(setting("minimum_backoff", "10s").rendered!(rendered)) }, fails: "fixed backoff" },
  { kind: "queue", part: "setting", what: "an ack deadline shorter than the function", spoil: setting("ack_deadline_seconds", 60), fails: "slower than the lock" },
  { kind: "queue", part: "setting", what: "no message ordering", spoil: setting("enable_message_ordering", false), fails: "group with a failure" },
  { kind: "queue", part: "setting", what: "no dead letter policy: attempts are not counted", spoil: setting("dead_letter_policy", undefined), fails: "fails always" },
  { kind: "queue", part: "rule", what: "Pub/Sub takes every answer for an acknowledgement", spoil: forgets, fails: "fails twice, then well" },
  { kind: "queue", part: "rule", what: "Pub/Sub takes no answer for one", spoil: repeats, fails: "well at once" },
  { kind: "queue", part: "rule", what: "the wait ends early", spoil: hurries, fails: "fixed backoff" },
  { kind: "queue", part: "rule", what: "Cloud Run ends requests early", spoil: impatient, fails: "slow" },
  { kind: "queue", part: "answer", what: "every push is answered 204", spoil: answering((seen) => ("returned" in seen ? { returned: { ...(seen.returned as object), status: 204 } } : seen)), fails: "throws always" },
  { kind: "queue", part: "answer", what: "every push is answered 500", spoil: answering((seen) => ("returned" in seen ? { returned: { ...(seen.returned as object), status: 500 } } : seen)), fails: "well at once" },
  { kind: "queue", part: "keeping", what: "what is too old is run", spoil: keeping(admitsAll), fails: "expires while nothing runs" },
  { kind: "queue", part: "keeping", what: "one attempt too few", spoil: keeping(givesUp), fails: "fails twice, then well" },
  { kind: "stream", part: "keeping", what: "attempts are not made inside", spoil: keeping(plainKeeping), fails: "fixed backoff" },
  { kind: "schedule", part: "keeping", what: "a reject without its letter", spoil: keeping(swallows), fails: "rejected" },
];
export const mutations: readonly Mutation[] = Object.entries({ aws, azure, gcp }).flatMap(([cloud, own]) => own.map((mutation) => ({ cloud, ...mutation })));
