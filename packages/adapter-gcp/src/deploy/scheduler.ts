/**
 * A job of Cloud Scheduler: one that publishes, and the variant that calls the function itself and retries as the job says.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
 */
import type { ScheduleFunction } from "@isobar/core";
import { approximated, emulated, exact, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { capacityOf, functionKey, functionResource, isolationOf, nativeSeconds, saturationOf, uriOf, type FunctionSettings } from "./function.ts";
import { displayNameOf, labelOf, nameOf, ref, schedulerAgent, secondsText, type Resource } from "./resources.ts";

type SchedulerBinding = Binding<"schedule", FunctionSettings>;
const mostRetries = 5;
const shortestDeadlineSeconds = 15;
const longestDeadlineSeconds = 1_800;
const deadlineMarginSeconds = 10;
const longestSeconds = longestDeadlineSeconds - deadlineMarginSeconds;
const defaultBackoffMs = [5_000, 3_600_000] as const;
/** A wait doubles so often before it grows in steps: more than five retries come to. */
const doublings = 5;

export const zoneOf = ({ options: { zone = "UTC" } }: ScheduleFunction): string => zone;
export const zoneVerdict = (fn: ScheduleFunction): Verdict => exact({ "google_cloud_scheduler_job time_zone": zoneOf(fn) }, zoneOf(fn) === "UTC" ? undefined : "what Cloud Scheduler does in an hour that daylight saving repeats or leaves out is not documented");
/** What every job has. */
export const jobResource = ({ name, app, fn }: SchedulerBinding): Resource => ({ name: nameOf(app, name), region: "${var.region}", schedule: fn.source.cron, time_zone: zoneOf(fn) });

function numbersOf({ fn, settings }: SchedulerBinding) {
  const { delivery, timeout } = fn.options;
  const { backoff } = delivery;
  const functionSeconds = nativeSeconds(timeoutOf(timeout));
  const [minMs, maxMs] = backoff === undefined ? defaultBackoffMs : typeof backoff === "string" ? [toMs(backoff), toMs(backoff)] : [toMs(backoff.min), toMs(backoff.max)];
  const retries = Math.min(mostRetries, delivery.maxAttempts - 1);
  return { delivery, functionSeconds, minMs, retries, minimum: secondsText(minMs), maximum: secondsText(maxMs), deadlineSeconds: Math.max(shortestDeadlineSeconds, functionSeconds + deadlineMarginSeconds), capacity: capacityOf({ fn, settings }) };
}

const instead = 'the variant "scheduler-pubsub"';
export function assessScheduler(binding: SchedulerBinding): Assessment<"schedule"> {
  const { delivery, functionSeconds, minMs, retries, minimum, maximum, deadlineSeconds, capacity } = numbersOf(binding);
  const { maxAttempts, backoff, retryAfter, maxAge, deadLetter } = delivery;
  const waits = { "google_cloud_scheduler_job retry_config.min_backoff_duration": minimum, "google_cloud_scheduler_job retry_config.max_backoff_duration": maximum, "google_cloud_scheduler_job retry_config.max_doublings": doublings };
  return {
    attempts: maxAttempts > mostRetries + 1 ? unsupported("a job is retried five times", `maxAttempts: ${mostRetries + 1}, or ${instead}`) : exact({ "google_cloud_scheduler_job retry_config.retry_count": retries }, retries === 0 ? undefined : "retries end when the next tick is due"),
    backoff: exact(waits, backoff === undefined ? "the wait is Cloud Scheduler's own" : undefined),
    retryAfter: retryAfter === undefined ? exact() : approximated("a job waits by its own curve", `a backoff of that length, or ${instead}`, waits),
    maxAge: maxAge === undefined ? exact({}, "a tick lives as long as its retries") : emulated("the run time looks at the time the tick was due before each attempt", "a wait that would pass it is made all the same"),
    deadLetter: deadLetter === "discard" ? exact({}, "a tick that is given up is gone") : unsupported("a job has no dead letter, and does not tell which attempt is the last", `${instead}, or deadLetter: "discard"`),
    order: exact(),
    batch: exact({}, "a tick comes alone"),
    timeout: functionSeconds > longestSeconds ? unsupported(`a job waits ${longestDeadlineSeconds} s for its answer`, `timeout: "${spelledMs((longestSeconds - 1) * 1000)}"`) : exact({ "google_cloudfunctions2_function service_config.timeout_seconds": functionSeconds, "google_cloud_scheduler_job attempt_deadline": `${deadlineSeconds}s` }),
    saturation: saturationOf(capacity, "a tick", minMs),
    identity: exact({}, "the job's name and the time the tick was due, at every try"),
    isolation: isolationOf(binding.settings),
    zone: zoneVerdict(binding.fn),
  };
}

export function renderScheduler(binding: SchedulerBinding, maker: string): Rendered {
  const { name, app } = binding;
  const { functionSeconds, retries, minimum, maximum, deadlineSeconds, capacity } = numbersOf(binding);
  const [label, lambda, uri] = [labelOf(name, "caller"), functionKey(name), uriOf(name)];
  const account = `google_service_account.${label}`;
  return {
    maker,
    resources: {
      [lambda]: functionResource(capacity, functionSeconds),
      [account]: { account_id: `tick-\${substr(sha1("${nameOf(app, name)}"), 0, 20)}`, display_name: displayNameOf(app, name, "ticks") },
      [`google_cloud_run_v2_service_iam_member.${label}`]: { name: ref(lambda, "name"), location: ref(lambda, "location"), role: "roles/run.invoker", member: `serviceAccount:${ref(account, "email")}` },
      [`google_service_account_iam_member.${label}`]: { service_account_id: ref(account, "name"), role: "roles/iam.serviceAccountTokenCreator", member: schedulerAgent },
      [`google_cloud_scheduler_job.${labelOf(name)}`]: {
        ...jobResource(binding),
        attempt_deadline: `${deadlineSeconds}s`,
        retry_config: { retry_count: retries, min_backoff_duration: minimum, max_backoff_duration: maximum, max_doublings: doublings },
        http_target: { uri, http_method: "POST", oidc_token: { service_account_email: ref(account, "email"), audience: uri } },
      },
    },
    grants: [],
  };
}
