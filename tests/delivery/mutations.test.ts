/**
 * A check has to be able to fail: one rendered setting, one rule, one native answer, one keeping at a time is broken, and the scenario that it is named with no longer holds. Nothing on disk is changed.
 */
import { describe, expect, test } from "vitest";
import { deliveredWires, runScenario, scenarios, type Spoil } from "@isobar/conformance/lab";
import type { Broker, Rendered, Rules, Seen, Wire, World } from "@isobar/core/adapter";
import { overlay } from "@isobar/core/plan";
import { aws, azure, clouds, gcp } from "../proof/clouds.ts";

const subjectOf = { aws, azure, gcp } as const;
type Cloud = keyof typeof subjectOf;

/** What becomes of a scenario on a queue's default path. */
async function answerOf(cloud: Cloud, name: string, spoil?: Spoil): Promise<string> {
  const subject = subjectOf[cloud];
  const wire = deliveredWires(subject).find(({ kind }) => kind === "queue")!;
  const scenario = scenarios.find((each) => each.name === name)!;
  return (await runScenario(subject, wire, scenario, spoil === undefined ? {} : { spoil })).answer;
}

const setting = (resource: string, over: object): Spoil => ({
  rendered(rendered) {
    if (rendered.resources[resource] === undefined) throw new Error(`there is no ${resource}, only ${Object.keys(rendered.resources).join(", ")}`);
    return { ...rendered, resources: { ...rendered.resources, [resource]: overlay(rendered.resources[resource], over) } };
  },
});
const withoutKeeping: Spoil = {
  rendered({ keeping, ...rest }: Rendered) {
    if (keeping === undefined) throw new Error("there is no keeping to take away");
    return rest;
  },
};
const answer = (change: (seen: Seen) => Seen): Spoil => ({ wire: (wire) => ({ ...wire, enter: (...given) => { const entry = wire.enter!(...given); return async (native) => change(await entry(native)); } }) });
const rule = (change: (broker: Broker, world: World) => Broker, seenBy: (world: World) => World = (world) => world): Spoil => ({
  wire: (wire: Wire) => ({ ...wire, rules: (...given): Rules => { const rules = wire.rules!(...given); return { ...rules, open: (world) => { const own = seenBy(world); return change(rules.open(own), own); } }; } }),
});
/** A broker that forgets what fails. */
const forgetful = rule((broker) => broker, (world) => ({ ...world, hand: async (messages) => ({ ...(await world.hand(messages)), how: "answered", then: messages.map(() => "done") }) }));
/** A broker that hands over what it should hold back. */
const hasty = rule((broker) => ({ ...broker, perform: (effect) => broker.perform({ ...effect, afterMs: 0 }) }));

const cases: readonly (readonly [cloud: Cloud, what: string, scenario: string, spoil: Spoil])[] = [
  ["aws", "maxReceiveCount 1 where three attempts are asked for", "fails twice, then well", setting("ScenarioQueue", { Properties: { RedrivePolicy: { maxReceiveCount: 1 } } })],
  ["aws", "a visibility shorter than the function's timeout", "slow", setting("ScenarioQueue", { Properties: { VisibilityTimeout: 0.5 } })],
  ["aws", "no ReportBatchItemFailures", "fails twice, then well", setting("ActMapping", { Properties: { FunctionResponseTypes: [] } })],
  ["aws", "an answer that names no failures", "fails twice, then well", answer(() => ({ returned: { batchItemFailures: [] } }))],
  ["aws", "no keeping", "fixed backoff", withoutKeeping],
  ["aws", "a broker that forgets what fails", "fails twice, then well", forgetful],
  ["aws", "a broker that postpones nothing", "fixed backoff", hasty],
  ["azure", "maxDeliveryCount 1 where three attempts are asked for", "fails twice, then well", setting("queue scenario", { properties: { maxDeliveryCount: 1 } })],
  ["azure", "a lock that nobody renews", "slower than the lock", setting("host.json", { extensions: { serviceBus: { maxAutoLockRenewalDuration: "00:00:01" } } })],
  ["azure", "a success told for every invocation", "fails twice, then well", answer((seen) => ("threw" in seen ? { returned: undefined } : seen))],
  ["azure", "a failure told for every invocation", "well at once", answer(() => ({ threw: { type: "Error", message: "" } }))],
  ["azure", "no keeping", "fixed backoff", withoutKeeping],
  ["azure", "a broker that forgets what fails", "fails twice, then well", forgetful],
  ["azure", "a broker that takes copies back at once", "fixed backoff", hasty],
  ["gcp", "max_delivery_attempts 5 where twelve are asked for", "fails always, 12 attempts", setting("google_pubsub_subscription.act", { dead_letter_policy: { max_delivery_attempts: 5 } })],
  ["gcp", "no minimum backoff", "fixed backoff", setting("google_pubsub_subscription.act", { retry_policy: { minimum_backoff: "0s", maximum_backoff: "0s" } })],
  ["gcp", "no dead-letter policy, so that nobody tells the attempt", "fails always", setting("google_pubsub_subscription.act", { dead_letter_policy: null })],
  ["gcp", "an ack deadline shorter than the function's timeout", "slower than the lock", setting("google_pubsub_subscription.act", { ack_deadline_seconds: 10 })],
  ["gcp", "204 for every push", "fails twice, then well", answer((seen) => ("returned" in seen ? { returned: { ...(seen.returned as object), status: 204 } } : seen))],
  ["gcp", "500 for every push", "well at once", answer((seen) => ("returned" in seen ? { returned: { ...(seen.returned as object), status: 500 } } : seen))],
  ["gcp", "a broker that forgets what fails", "fails twice, then well", forgetful],
];

describe("what is not broken holds", () => {
  test.each([...new Map(cases.map(([cloud, , scenario]) => [`${cloud}, ${scenario}`, [cloud, scenario] as const])).values()])("%s: %s", async (cloud, scenario) => {
    expect(await answerOf(cloud, scenario)).toBe("equal");
  });
});
describe("broken on purpose, it breaks the scenario", () => {
  test.each(cases)("%s: %s: %s", async (cloud, _what, scenario, spoil) => {
    expect(await answerOf(cloud, scenario, spoil)).toBe("broken");
  });
});
test.each(clouds.map((subject) => [subject.cloud, subject] as const))("%s: without the attempts inside the invocation a stream waits as its platform likes", async (_, subject) => {
  const wire = deliveredWires(subject).find(({ kind }) => kind === "stream")!;
  expect((await runScenario(subject, wire, scenarios.find(({ name }) => name === "fixed backoff")!, { spoil: withoutKeeping })).answer).toBe("broken");
});
