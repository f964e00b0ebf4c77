/** A `ctx` for calling a handler directly. */
import type { Outbox } from "../boundary.ts";
import type { Channel } from "../channel.ts";
import type { Context, Invocation } from "../context.ts";
import { RunContext } from "../run/context.ts";
import { systemClock, type Clock } from "../run/clock.ts";
import { Deadline, defaultTimeoutMs } from "../run/deadline.ts";
import type { TriggerKind } from "../triggers/index.ts";
import { memoryOutbox } from "./outbox.ts";
import { parts, secretsOf, testPlatform } from "./platform.ts";

/** What differs from the default, and what the handler sends to. */
export interface TestContextOptions<S extends readonly Channel[]> extends Partial<Invocation> {
  readonly sends?: S;
  /** Where it sends to. Default: a `memoryOutbox()` of its own. */
  readonly outbox?: Outbox;
  /** What `ctx.secret` gives, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Moves the deadline. With the system's clock, the default, it never comes. */
  readonly clock?: Clock;
}

const still: Clock = { now: systemClock.now, after: () => () => {} };

/**
 * The context of a first attempt on a warm instance, without a trace, with a log that says nothing. It sends to what `sends` lists. Its
 * deadline is the default timeout from now.
 */
export function testContext<const S extends readonly Channel[] = readonly [], K extends TriggerKind = TriggerKind>(options: TestContextOptions<S> = {}): Context<K, S[number]> {
  const { sends, outbox = memoryOutbox(), clock = still, secrets = {}, ...differing } = options;
  const { functionName = "test", trace } = differing;
  const ctx = new RunContext({ name: functionName, lists: { ...(sends === undefined ? {} : { sends }), secrets: Object.keys(secrets) }, platform: testPlatform(() => {}), deadline: new Deadline(clock, defaultTimeoutMs), coldStart: false, wiring: { outbox, send: parts.send, secret: secretsOf(secrets) } }, { attempt: 1, record: undefined, trace: () => trace });
  const { invocationId, attempt, deadline, signal, coldStart, log, send, remainingMs, secret } = ctx;
  return { functionName, invocationId, attempt, deadline, signal, coldStart, trace: ctx.trace, log, send, remainingMs, secret, ...differing } as object as Context<K, S[number]>;
}
