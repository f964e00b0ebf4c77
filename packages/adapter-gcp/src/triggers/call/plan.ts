/** What calls a function by name on Google Cloud: its caller over HTTP; `async`: a Pub/Sub push subscription, for calls that are sent ahead. */
import { exact, timeoutOf, type Assessment, type Binding, type Rendered, type TriggerPlan } from "@isobar/core/plan";
import { capacityOf, functionKey, functionResource, isolationOf, longestRequest, nativeSeconds, requestTimeout, sizeGap } from "../../deploy/function.ts";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { ownTopicOf, type PushSettings } from "../../deploy/push.ts";
import { labelOf, ref, type Resources } from "../../deploy/resources.ts";

export interface CallSettings extends PushSettings {
  readonly variant?: "http" | "async";
  /** Who may call it, as IAM spells members: "serviceAccount:billing@my-project.iam.gserviceaccount.com". */
  readonly callers?: readonly string[];
}
type CallBinding = Binding<"call", CallSettings>;
const variantOf = ({ variant = "http" }: CallSettings) => variant;

/** A caller that waits hears of a failure and is the one to try again. */
const callersOwn = () => exact({}, "the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead");
function assessAnswered({ fn, settings }: CallBinding): Assessment<"call"> {
  const own = callersOwn();
  return {
    attempts: own, backoff: own, retryAfter: own, maxAge: own, deadLetter: own, order: own,
    batch: exact({}, "a request carries one call"),
    timeout: requestTimeout(nativeSeconds(timeoutOf(fn.options.timeout))),
    saturation: sizeGap(capacityOf({ fn, settings })) ?? exact({}, "a caller that finds no instance free is answered 429"),
    identity: own,
    isolation: isolationOf(settings),
    caller: exact({ "google_cloud_run_v2_service_iam_member role": "roles/run.invoker" }, "Cloud Run lets in whose ID token names an account with that role; native(ctx) has the token"),
  };
}
/** Who may do it: `role` on the resource, for each caller of the target's. */
const callersOf = ({ name, settings: { callers = [] } }: CallBinding, type: string, on: Readonly<Record<string, string>>, role: string): Resources =>
  Object.fromEntries(callers.map((member, i) => [`${type}.${labelOf(name, `caller_${i + 1}`)}`, { ...on, role, member }]));

function renderAnswered(binding: CallBinding): Rendered {
  const { name, fn } = binding;
  const key = functionKey(name);
  return {
    maker: "call",
    resources: { [key]: functionResource(capacityOf(binding), Math.min(longestRequest, nativeSeconds(timeoutOf(fn.options.timeout)))), ...callersOf(binding, "google_cloud_run_v2_service_iam_member", { name: ref(key, "name"), location: ref(key, "location") }, "roles/run.invoker") },
    grants: [],
  };
}

export const callPlan: TriggerPlan<"call", CallSettings> = {
  variant: variantOf,
  assess: (binding) =>
    variantOf(binding.settings) === "http"
      ? assessAnswered(binding)
      : { ...assessPubsub(binding), caller: exact({ "google_pubsub_topic_iam_member role": "roles/pubsub.publisher" }, "Pub/Sub takes calls from accounts with that role, and does not tell the function which it was") },
  render(binding) {
    if (variantOf(binding.settings) === "http") return renderAnswered(binding);
    const [key, topic] = ownTopicOf(binding.app, binding.name, "calls");
    return renderPubsub(binding, "callAsync", key, { resources: { [key]: topic, ...callersOf(binding, "google_pubsub_topic_iam_member", { topic: ref(key) }, "roles/pubsub.publisher") } });
  },
};
