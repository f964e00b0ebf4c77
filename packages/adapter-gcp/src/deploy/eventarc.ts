/**
 * The variants that Eventarc posts to directly: fewer parts, and retries by rules of its own. It tries once, or again for 24 hours without a count that anyone is told, from 10 s doubling to 600 s.
 * https://cloud.google.com/eventarc/docs/retry-events · https://cloud.google.com/functions/docs/bestpractices/retries
 */
import type { App } from "@isobar/core";
import { approximated, exact, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { capacityOf, functionKey, functionResource, isolationOf, nativeSeconds, saturationOf, sizeGap, type FunctionSettings } from "./function.ts";
import { displayNameOf, labelOf, nameOf, ref, type Resource, type Resources } from "./resources.ts";

export type EventarcSettings = FunctionSettings;
export type EventarcBinding = Binding<"storage" | "changes" | "bus", EventarcSettings>;

/** Of a function that has an event trigger: https://cloud.google.com/functions/docs/configuring/timeout */
const longestSeconds = 540;
const windowMs = 86_400_000;
/** Tries that 24 hours hold: six waits from 10 s to 320 s, then 142 of 600 s. */
const triesInWindow = 149;
const native = "10 s, doubling to 600 s";

/** Whether the trigger tries again; a trigger of its own beside the function always does. */
const again = ({ fn }: EventarcBinding): boolean => fn.options.delivery.maxAttempts > 1;
const retrySetting = (binding: EventarcBinding) => ({ "google_cloudfunctions2_function event_trigger.retry_policy": again(binding) ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY" });

function attempts(binding: EventarcBinding, instead: string, once: boolean): Verdict {
  const { maxAttempts, maxAge } = binding.fn.options.delivery;
  if (maxAttempts === 1) return once ? exact(retrySetting(binding), "what is not tried again is dropped") : unsupported("a trigger of a channel tries again for 24 hours", `the variant "${instead}"`);
  if (maxAttempts < triesInWindow) return unsupported("Eventarc tries once, or for 24 hours without a count", `${once ? "maxAttempts: 1, or " : ""}the variant "${instead}"`);
  if (maxAge === undefined || toMs(maxAge) !== windowMs) return unsupported("Eventarc drops an event after 24 hours, however often it was tried", `maxAge: "24h", or the variant "${instead}"`);
  return exact(once ? retrySetting(binding) : {}, `24 hours hold some ${triesInWindow} tries: the count is never used up`);
}
function maxAge(binding: EventarcBinding, instead: string, once: boolean): Verdict {
  const { maxAge: limit } = binding.fn.options.delivery;
  if (limit === undefined) return exact({}, "Eventarc drops what is older than 24 hours");
  if (toMs(limit) === windowMs && again(binding)) return exact(once ? retrySetting(binding) : {}, "24 hours are Eventarc's own");
  return unsupported("Eventarc does not tell when an event was enqueued, and keeps it for 24 hours", `the variant "${instead}"`);
}

/** `instead`: the variant by way of Pub/Sub, which keeps what this one does not; `once`: whether the trigger can be told to try once. */
export function assessEventarc(binding: EventarcBinding, { instead, order, once }: { readonly instead: string; readonly order: Verdict; readonly once: boolean }): Assessment<"bus"> {
  const { delivery, timeout } = binding.fn.options;
  const functionSeconds = nativeSeconds(timeoutOf(timeout));
  const capacity = capacityOf(binding);
  const own = () => approximated(`Eventarc waits by a curve of its own: ${native}`, `the variant "${instead}"`);
  return {
    attempts: attempts(binding, instead, once),
    backoff: delivery.backoff === undefined ? exact({}, again(binding) ? `the wait is Eventarc's own: ${native}` : undefined) : again(binding) ? own() : exact({}, "there is one attempt, and nothing to wait for"),
    retryAfter: delivery.retryAfter === undefined || !again(binding) ? exact() : own(),
    maxAge: maxAge(binding, instead, once),
    deadLetter: delivery.deadLetter === "discard" ? exact({}, "what is given up is dropped") : unsupported("Eventarc's subscription has no dead letter of ours, and does not tell which attempt is the last", `the variant "${instead}", or deadLetter: "discard"`),
    order,
    batch: exact({}, "one event is posted at a time: the size of a batch is a ceiling"),
    timeout: functionSeconds > longestSeconds ? unsupported(`a function with an event trigger ends after ${longestSeconds} s`, `timeout: "${spelledMs((longestSeconds - 1) * 1000)}"`) : exact({ "google_cloudfunctions2_function service_config.timeout_seconds": functionSeconds }),
    saturation: again(binding) ? (sizeGap(capacity) ?? exact({}, "tries are not counted")) : saturationOf(capacity, "an event", Number.POSITIVE_INFINITY),
    identity: exact({}, "the event's own id, at every try"),
    isolation: isolationOf(binding.settings),
  };
}

/** The account that posts events, and what it may do: `receives` comes before any trigger of it. https://cloud.google.com/eventarc/docs/roles-permissions */
export function eventAccount(app: App, functionName: string): { readonly email: string; readonly receives: string; readonly resources: Resources } {
  const [label, lambda, name] = [labelOf(functionName, "events"), functionKey(functionName), nameOf(app, functionName)];
  const account = `google_service_account.${label}`;
  const member = `serviceAccount:${ref(account, "email")}`;
  const receives = `google_project_iam_member.${label}`;
  return {
    email: ref(account, "email"),
    receives,
    resources: {
      [account]: { account_id: `events-\${substr(sha1("${name}"), 0, 20)}`, display_name: displayNameOf(app, functionName, "events") },
      [`google_cloud_run_v2_service_iam_member.${label}`]: { name: ref(lambda, "name"), location: ref(lambda, "location"), role: "roles/run.invoker", member },
      [receives]: { project: "${data.google_project.this.project_id}", role: "roles/eventarc.eventReceiver", member },
    },
  };
}
/** `filters`: what the function hears of, beside the type; `grants`: what else has to be granted before there can be a trigger; `region`: where the source of its events lies. */
export function renderEventarc(binding: EventarcBinding, maker: string, type: string, filters: readonly Resource[], { resources = {}, grants = {}, region = "${var.region}" }: { readonly resources?: Resources; readonly grants?: Resources; readonly region?: string } = {}): Rendered {
  const { name, app } = binding;
  const { email, receives, resources: account } = eventAccount(app, name);
  const lambda = functionResource(capacityOf(binding), nativeSeconds(timeoutOf(binding.fn.options.timeout)));
  return {
    maker,
    resources: {
      ...resources,
      ...grants,
      [functionKey(name)]: {
        ...lambda,
        event_trigger: { event_type: type, trigger_region: region, retry_policy: again(binding) ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY", service_account_email: email, event_filters: filters },
        depends_on: [...Object.keys(grants), receives],
      },
      ...account,
    },
    grants: [],
  };
}
