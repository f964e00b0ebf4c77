/** A numbered sentence that an adapter keeps or breaks. Data, so that the kit itself can be examined with broken adapters. */
import type { CallSide, MessageSide, NeutralAnswer, NeutralMessage, NeutralRequest, Seen, Wire } from "@isobar/core/adapter";
import type { PutOff, WrittenEffect } from "./outbox.ts";
import type { NamedFront, Started, Subject } from "./subject.ts";

/** What a check works with: one front end or broker of one subject, running. */
export interface HttpLab {
  readonly subject: Subject;
  readonly front: NamedFront;
  /** Sends a request to one function through the native format and back. */
  ask(functionName: string, request: Partial<NeutralRequest> & { readonly url: string }): Promise<NeutralAnswer>;
  raw(functionName: string, native: unknown): Promise<Seen>;
  readonly started: Started;
}
export interface Settled {
  readonly then: readonly ("done" | "again")[];
  readonly effects: readonly WrittenEffect[];
  readonly putOff: readonly PutOff[];
}
export interface MessageLab {
  readonly subject: Subject;
  readonly wire: Wire;
  readonly side: MessageSide;
  /** Hands messages over, in one invocation where the wire carries so many, and tells what became of each. */
  hand(functionName: string, messages: readonly (Partial<NeutralMessage> & { readonly body: NeutralMessage["body"] })[]): Promise<Settled>;
  /** How the plan keeps a function's attempts, by name; `undefined` where the broker's own redelivery is all. */
  keeping(functionName: string): string | undefined;
  readonly started: Started;
}
export interface CallLab {
  readonly subject: Subject;
  readonly side: CallSide;
  readonly started: Started;
  /** Calls a function and waits for its result. */
  ask(functionName: string, payload: unknown): Promise<ReturnType<CallSide["interpret"]>>;
}
export interface Requirement<Lab> {
  readonly sentence: string;
  check(lab: Lab): Promise<void>;
}

/** Fixed, so that every cloud's spelling is the same. Milliseconds since 1970. */
export const enqueuedAt = Date.UTC(2030, 0, 1);

export function httpLab(subject: Subject, front: NamedFront, started: Started): HttpLab {
  const raw = (functionName: string, native: unknown) => started.invoke(functionName, native);
  return {
    subject,
    front,
    started,
    raw,
    ask: async (functionName, request) => front.side.interpret(await raw(functionName, front.side.fabricate({ method: "GET", headers: [], body: undefined, ...request }))),
  };
}

/** `sources`: the channels of the app's functions, as a broker knows them. Throws TypeError for a wire without a broker. */
export function messageLab(subject: Subject, wire: Wire, started: Started, sources: Readonly<Record<string, string>>): MessageLab {
  const side = wire.side as MessageSide | undefined;
  if (side === undefined) throw new TypeError(`${wire.kind} by ${wire.variant} has no broker`);
  return {
    subject,
    wire,
    side,
    started,
    keeping: (functionName) => started.rendered(functionName).keeping,
    async hand(functionName, messages) {
      started.written(functionName);
      const whole = messages.map((message, i): NeutralMessage => ({ id: `message-${i + 1}`, attempt: 1, enqueuedAt, ...message }));
      const batches = side.maxBatch >= whole.length ? [whole] : whole.map((message) => [message]);
      const then: ("done" | "again")[] = [];
      for (const batch of batches) {
        const native = side.fabricate(batch, sources[functionName] ?? functionName);
        then.push(...side.interpret(await started.invoke(functionName, native), native).map((each) => each.then));
      }
      return { then, ...started.written(functionName) };
    },
  };
}

/** Throws TypeError for a wire that nobody waits at. */
export function callLab(subject: Subject, wire: Wire, started: Started): CallLab {
  const side = wire.caller;
  if (side === undefined) throw new TypeError(`${wire.kind} by ${wire.variant} has no caller`);
  return { subject, side, started, ask: async (functionName, payload) => side.interpret(await started.invoke(functionName, side.fabricate(payload, functionName))) };
}
