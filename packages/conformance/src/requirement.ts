/** A numbered sentence that an adapter keeps or breaks. Data, so that the kit itself can be examined with broken adapters. */
import type { NeutralAnswer, NeutralMessage, NeutralRequest, Seen } from "@isobar/core/adapter";
import type { WrittenEffect } from "./outbox.ts";
import type { Front, Started, Subject } from "./subject.ts";

/** What a check works with: one front end or broker of one subject, running. */
export interface HttpLab {
  readonly subject: Subject;
  readonly front: Front;
  /** Sends a request to one function through the native format and back. */
  ask(functionName: string, request: Partial<NeutralRequest> & { readonly url: string }): Promise<NeutralAnswer>;
  raw(functionName: string, native: unknown): Promise<Seen>;
  readonly started: Started;
}
export interface Settled {
  readonly then: readonly ("done" | "again")[];
  readonly effects: readonly WrittenEffect[];
}
export interface QueueLab {
  readonly subject: Subject;
  /** Hands messages over, in one invocation where the wire carries so many, and tells what became of each. */
  hand(functionName: string, messages: readonly (Partial<NeutralMessage> & { readonly body: NeutralMessage["body"] })[]): Promise<Settled>;
  readonly started: Started;
}
export interface Requirement<Lab> {
  readonly sentence: string;
  check(lab: Lab): Promise<void>;
}

/** Fixed, so that every cloud's spelling is the same. Milliseconds since 1970. */
export const enqueuedAt = Date.UTC(2030, 0, 1);

export function httpLab(subject: Subject, front: Front, started: Started): HttpLab {
  const raw = (functionName: string, native: unknown) => started.invoke(functionName, native);
  return {
    subject,
    front,
    started,
    raw,
    ask: async (functionName, request) => front.side.interpret(await raw(functionName, front.side.fabricate({ method: "GET", headers: [], body: undefined, ...request }))),
  };
}

export function queueLab(subject: Subject, started: Started, queues: Readonly<Record<string, string>>): QueueLab {
  const { queue: side } = subject;
  return {
    subject,
    started,
    async hand(functionName, messages) {
      started.effects(functionName);
      const whole = messages.map((message, i): NeutralMessage => ({ id: `message-${i + 1}`, attempt: 1, enqueuedAt, ...message }));
      const batches = side.maxBatch >= whole.length ? [whole] : whole.map((message) => [message]);
      const then: ("done" | "again")[] = [];
      for (const batch of batches) {
        const native = side.fabricate(batch, queues[functionName] ?? functionName);
        then.push(...side.interpret(await started.invoke(functionName, native), native).map((each) => each.then));
      }
      return { then, effects: started.effects(functionName) };
    },
  };
}
