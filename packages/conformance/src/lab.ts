/** The same, outside a test runner: labs that run the conformance app on a subject's real runtime. */
import type { TriggerKind } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { app } from "./app/index.ts";
import { callLab, httpLab, messageLab, type CallLab, type HttpLab, type MessageLab, type Requirement } from "./requirement.ts";
import { httpFixtures, queueFixtures } from "./suites/fixtures.ts";
import { httpRequirements } from "./suites/http.ts";
import { httpLaws, queueLaws } from "./suites/laws.ts";
import { queueRequirements } from "./suites/queue.ts";
import { kindRequirementsOf } from "./suites/kinds.ts";
import { waitRequirements } from "./suites/waits.ts";
import { frontsOf, startApp, wireOf, type NamedFront, type Subject } from "./subject.ts";

export { frontsOf, startApp, wireOf, type NamedFront, type Started, type Subject } from "./subject.ts";
export { callRequirements } from "./suites/call.ts";
export { callLab, httpLab, messageLab, type CallLab, type HttpLab, type MessageLab, type Requirement, type Settled } from "./requirement.ts";
export { echoFunctions, heardFunctions } from "./app/index.ts";
export { events } from "./suites/events.ts";
export { bytesOf, outboxVariable, takeEffects, takeWritten, type PutOff, type WrittenEffect } from "./outbox.ts";
export type { Echoed, SeenEvent } from "./app/index.ts";
export { echoFunction } from "./suites/http.ts";
export { deliveredWires, deliveryRequirements, type DeliveryLab } from "./scenarios/requirements.ts";
export { expectation, type Circumstances, type Expected } from "./scenarios/expectation.ts";
export { bind, runScenario, storyOf, timesOf, type Bound, type Result, type Spoil } from "./scenarios/run.ts";
export { explore, randomSentence, runsVariable, seedVariable } from "./scenarios/random.ts";
export { scenarios, sentenceOf } from "./scenarios/table.ts";
export type { Scenario } from "./scenarios/scenario.ts";

/** What the app's functions consume, as a broker knows it. */
const sources: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(app.functions).map(([name, { source }]) => [name, (source as { readonly name?: string }).name ?? name]));

/** Everything a front end answers for; streaming where it streams. */
export function httpRequirementsOf(subject: Subject, front: NamedFront): readonly Requirement<HttpLab>[] {
  const { whole, streams } = httpRequirements;
  return [...whole, ...httpLaws, ...(front.streams ? streams : []), ...httpFixtures(frontsOf(subject)[0]!.name === front.name ? subject.cloud : `${subject.cloud}.${front.name}`)];
}
/** Everything a broker answers for. Queues have all requirements of messages; the other kinds those of their events. */
export const requirementsOf = (subject: Subject, wire: Wire): readonly Requirement<MessageLab>[] =>
  wire.kind === "queue" ? [...queueRequirements, ...queueLaws, ...waitRequirements, ...(wire === wireOf(subject, "queue") ? queueFixtures(subject.cloud) : [])] : kindRequirementsOf(wire);

/** The labs of a subject, and how to close them. */
export function openLabs(subject: Subject): { http(front: NamedFront): HttpLab; call(wire: Wire): CallLab; message(wire: Wire): MessageLab; close(): Promise<void> } {
  const started = new Map<string, ReturnType<typeof startApp>>();
  const start = (kind: TriggerKind, variant: string | undefined, streams: boolean) => {
    const name = `${kind} ${variant ?? ""}`;
    const variants = variant === undefined ? {} : Object.fromEntries(Object.entries(app.functions).flatMap(([each, fn]) => (fn.kind === kind ? [[each, variant]] : [])));
    return started.get(name) ?? started.set(name, startApp(subject, variants, streams)).get(name)!;
  };
  return {
    http: (front) => httpLab(subject, front, start("http", front.variant, front.streams)),
    call: (wire) => callLab(subject, wire, start("call", wire.variant, false)),
    message: (wire) => messageLab(subject, wire, start(wire.kind, wire.variant, false), sources),
    async close() {
      await Promise.all([...started.values()].map((each) => each.stop()));
    },
  };
}
