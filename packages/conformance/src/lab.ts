/** The same, outside a test runner: labs that run the conformance app on a subject's real runtime. */
import { httpLab, queueLab, type HttpLab, type QueueLab, type Requirement } from "./requirement.ts";
import { httpFixtures, queueFixtures } from "./suites/fixtures.ts";
import { httpRequirements } from "./suites/http.ts";
import { httpLaws, queueLaws } from "./suites/laws.ts";
import { queueRequirements } from "./suites/queue.ts";
import { startApp, type Subject } from "./subject.ts";

export { startApp, type Front, type Started, type Subject } from "./subject.ts";
export { httpLab, queueLab, type HttpLab, type QueueLab, type Requirement, type Settled } from "./requirement.ts";
export { bytesOf, outboxVariable, takeEffects, type WrittenEffect } from "./outbox.ts";
export type { Echoed, SeenEvent } from "./app/index.ts";
export { echoFunction } from "./suites/http.ts";

/** Names of the app's queues by consumer, as a broker knows them. */
const queues = { consume: "wishes", consumeOrdered: "ordered", consumePlain: "plain", consumeRaw: "raw", consumeUnreachable: "source-of-unreachable", consumeBulk: "bulk" } as const;

/** Everything a front end answers for; streaming where it streams. `variant`: a key of `subject.http`. */
export function httpRequirementsOf(subject: Subject, variant: string): readonly Requirement<HttpLab>[] {
  const first = Object.keys(subject.http)[0] === variant;
  const { whole, streams } = httpRequirements;
  return [...whole, ...httpLaws, ...(subject.http[variant]!.streams ? streams : []), ...httpFixtures(first ? subject.cloud : `${subject.cloud}.${variant}`)];
}
/** Everything a broker answers for. */
export const queueRequirementsOf = (subject: Subject): readonly Requirement<QueueLab>[] => [...queueRequirements, ...queueLaws, ...queueFixtures(subject.cloud)];

/** The labs of a subject, and how to close them. */
export function openLabs(subject: Subject): { http(variant: string): HttpLab; queue(): QueueLab; close(): Promise<void> } {
  const started = new Map<string, ReturnType<typeof startApp>>();
  const start = (name: string, target: Subject["target"], streams: boolean) => started.get(name) ?? started.set(name, startApp(subject, target, streams)).get(name)!;
  return {
    http(variant) {
      const front = subject.http[variant]!;
      return httpLab(subject, front, start(`http ${variant}`, front.target ?? subject.target, front.streams));
    },
    queue: () => queueLab(subject, start("queue", subject.target, false), queues),
    async close() {
      await Promise.all([...started.values()].map((each) => each.stop()));
    },
  };
}
