/**
 * Lambda's asynchronous queue, one to a function. Rules: delivery-semantics §12, 5 and §3, from https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 *
 * An event is *running*, or *waits*, or is gone. One that fails waits 60 s, the next time 120 s, as often as MaximumRetryAttempts; one that finds no instance waits from 1 s to 5 min, and has spent nothing. One that is
 * used up, or older than MaximumEventAgeInSeconds, is left in the function's dead-letter queue, as it is; without one, or where that takes nothing, it is gone.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { ofType, referred, type Resources } from "../../deploy/resources.ts";
import { hostingOf } from "./lambda.ts";

interface Waiting {
  readonly message: Published;
  readonly since: number;
  failures: number;
  throttles: number;
}
const waitsMs = [60_000, 120_000] as const;
/** "up to 5 minutes" */
const longestThrottleMs = 300_000;

/** Throws `unsupported` where no function is rendered. */
function settingsIn({ resources }: Rendered) {
  const all = resources as Resources;
  const [[id, lambda] = []] = ofType(resources, "AWS::Lambda::Function");
  if (id === undefined) throw new IsobarError("unsupported", "no function is rendered that a service could invoke");
  const config = ofType(resources, "AWS::Lambda::EventInvokeConfig").find(([, { Properties }]) => referred(Properties.FunctionName) === id)?.[1].Properties;
  // The defaults of what is not said: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
  const { MaximumRetryAttempts: retries = 2, MaximumEventAgeInSeconds: age = 21_600 } = (config ?? {}) as { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  const sink = all[referred((lambda!.Properties.DeadLetterConfig as { readonly TargetArn?: unknown } | undefined)?.TargetArn) ?? ""]?.Metadata?.Isobar.queue;
  return { retries, ageMs: age * 1000, deadLetter: sink };
}

/** `throttledMs`, `throttleFactor`: the curve "exponentially from 1 second", whose base no document tells. */
export function asynchronousRules(rendered: Rendered, { throttledMs = 1_000, throttleFactor = 2 }: Unsure = {}): Rules {
  const { retries, ageMs, deadLetter } = settingsIn(rendered);
  return {
    hosting: hostingOf(rendered),
    open(world): Broker {
      const { clock } = world;
      const held = new Set<Waiting>();
      function giveUp(one: Waiting, why: string): void {
        held.delete(one);
        // "the event is deleted" where the dead letter cannot be left: metric DeadLetterErrors (delivery-semantics §4.1).
        world.moved(one.message, deadLetter !== undefined && world.takes(deadLetter) ? { queue: deadLetter } : "discarded", why);
      }
      async function run(one: Waiting): Promise<void> {
        if (clock.now() - one.since > ageMs) return giveUp(one, "EventAgeExceeded");
        const { how, then: [then] } = await world.hand([{ ...one.message, attempt: undefined, enqueuedAt: one.since } satisfies NeutralMessage]);
        if (then === "done") return void held.delete(one);
        if (how === "throttled") return wait(one, Math.min(longestThrottleMs, throttledMs * throttleFactor ** one.throttles++));
        if (++one.failures > retries) return giveUp(one, "RetriesExhausted");
        wait(one, waitsMs[one.failures - 1] ?? waitsMs[1]);
      }
      const wait = (one: Waiting, ms: number): void => void clock.after(ms, () => void run(one));
      return {
        publish(message) {
          const one: Waiting = { message, since: clock.now(), failures: 0, throttles: 0 };
          held.add(one);
          void run(one);
        },
        perform: (effect) => Promise.reject(new IsobarError("unsupported", `Lambda's asynchronous queue cannot ${effect.do}: it waits as long as it does`)),
        held: () => [...held].map(({ message }) => message),
      };
    },
  };
}
