/** What calls a call function locally: its caller, who waits; or the embedded store, for calls that are sent ahead. */
import { exact, marginMs, timeoutOf, type Assessment, type TriggerPlan } from "@isobar/core/plan";
import { functionResource, timeoutVerdict, variantAmong } from "../../deploy/machine.ts";
import { assessStore, ownQueue, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface CallSettings extends StoreSettings<"local" | "async"> {}
const caller = exact({}, "only what runs on this machine can call; who of it is not told");
/** The delivery policy is for calls that are sent ahead. */
const answered = exact({}, "its caller waits for the answer, and has every failure for an answer");
const isAhead = (settings: CallSettings): boolean => settings.variant === "async";

export const callPlan: TriggerPlan<"call", CallSettings> = {
  variant: variantAmong("call", ["local", "async"]),
  assess: (binding): Assessment<"call"> =>
    isAhead(binding.settings)
      ? { ...assessStore(binding), caller }
      : { attempts: answered, backoff: answered, retryAfter: answered, maxAge: answered, deadLetter: answered, order: answered, batch: answered, timeout: timeoutVerdict(timeoutOf(binding.fn.options.timeout) + marginMs), saturation: answered, identity: answered, isolation: exact({}, "a process of its own"), caller },
  render(binding) {
    const { name, fn, settings } = binding;
    if (isAhead(settings)) return renderStore(binding, "callAsync", ownQueue("call", name));
    return { maker: "call", resources: functionResource(name, timeoutOf(fn.options.timeout) + marginMs, settings), grants: [] };
  },
};
