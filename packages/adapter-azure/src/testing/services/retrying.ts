/**
 * What the host does with an invocation of a trigger that has a retry policy, and what ends its trying. Rules: delivery-semantics §4, §12, 10, and azure-webjobs-sdk's FunctionExecutorExtensions: the loop
 * is in the host, around each invocation, and outlives its worker; only with the host its count is lost.
 */
import type { NeutralMessage, Unsure, World } from "@isobar/core/adapter";
import type { Fields } from "./functions.ts";

/** How it ended: done, given up behind the last retry, or with its host. */
export type Ended = "done" | "given up" | "host lost";

/** In: the registration's options. `crashesPerHost`: workers that a host sees end in a row before it is recycled (RpcFunctionInvocationDispatcher's ErrorEventsThreshold, three for one worker); `instanceMs`: how soon an instance is there. */
export function retrying({ retry }: Fields, { crashesPerHost = 3, instanceMs = 1_000 }: Unsure): (world: World, messages: readonly NeutralMessage[]) => Promise<Ended> {
  const { maxRetryCount = 0, delayInterval } = (retry ?? {}) as { readonly maxRetryCount?: number; readonly delayInterval?: { readonly seconds?: number; readonly minutes?: number; readonly hours?: number } };
  const { seconds = 0, minutes = 0, hours = 0 } = delayInterval ?? {};
  const delayMs = (seconds + 60 * minutes + 3_600 * hours) * 1000;
  return async ({ clock, hand }, messages) => {
    const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
    let crashes = 0;
    for (let retries = 0; ; ) {
      const { how, then } = await hand(messages);
      if (how === "throttled") {
        await wait(instanceMs);
        continue;
      }
      if (then.every((each) => each === "done")) return "done";
      crashes = how === "exited" || how === "timed-out" ? crashes + 1 : 0;
      if (crashes >= crashesPerHost) return "host lost";
      if (maxRetryCount >= 0 && retries >= maxRetryCount) return "given up";
      retries++;
      await wait(delayMs);
    }
  };
}
