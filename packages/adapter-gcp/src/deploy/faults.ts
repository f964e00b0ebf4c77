/** Rules between resources that no schema states: what a rendered path must not break, whoever changed it. */
import type { Rendered } from "@isobar/core/plan";
import { longestRequest, sizeFault } from "./function.ts";
import { longestAckSeconds, longestBackoffMs, longestRetentionSeconds, ownFilterOf, shortestAckSeconds } from "./push.ts";
import { blockOf, msOf, ofType, pubsubAgent, ref, referred, type Resource, type Resources } from "./resources.ts";

const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
type Rule = readonly [broken: boolean, sentence: string];
const broken = (rules: readonly Rule[]): readonly string[] => rules.flatMap(([is, sentence]) => (is ? [sentence] : []));

/** The function that a URL is of. */
const functionOf = (resources: Resources, uri: unknown): readonly [key: string, resource: Resource | undefined] => [referred(uri) ?? "", resources[referred(uri) ?? ""]];
const granted = (resources: Resources, type: string, on: object, role: string, member: string): boolean =>
  ofType(resources, type).some(([, grant]) => grant.role === role && grant.member === member && Object.entries(on).every(([attribute, value]) => grant[attribute] === value));
const labelsOf = (topic: Resource | undefined) => blockOf(topic, "labels");
/** Whether what is published to a topic is kept by anyone, or said to be dropped. */
const isRead = (resources: Resources, key: string): boolean => labelsOf(resources[key]).isobar_consumed === "true" || labelsOf(resources[key]).isobar_own === "discarded" || ofType(resources, "google_pubsub_subscription").some(([, { topic }]) => topic === ref(key));

/** https://cloud.google.com/pubsub/docs/handling-failures: what a dead-letter policy needs, and without which messages are lost without a word. */
function deadLetterFaults(key: string, subscription: Resource, resources: Resources): readonly string[] {
  const { dead_letter_topic: topic, max_delivery_attempts: most } = blockOf(subscription, "dead_letter_policy");
  const sink = referred(topic) ?? "";
  return broken([
    [!(number(most) >= 5 && number(most) <= 100), `a dead-letter policy counts 5 to 100, not ${String(most)}`],
    [!isRead(resources, sink), "nobody subscribes to the dead letter's topic: what is moved there is lost"],
    [!granted(resources, "google_pubsub_topic_iam_member", { topic }, "roles/pubsub.publisher", pubsubAgent), "Pub/Sub may not publish to the dead letter's topic: nothing would be moved"],
    [!granted(resources, "google_pubsub_subscription_iam_member", { subscription: ref(key) }, "roles/pubsub.subscriber", pubsubAgent), "Pub/Sub may not take a message from the subscription that it moves it from: nothing would be moved"],
  ]);
}
const isAck = (seconds: number): boolean => seconds >= shortestAckSeconds && seconds <= longestAckSeconds;
function pushFaults([key, subscription]: readonly [string, Resource], { maker, keeping }: Rendered, resources: Resources): readonly string[] {
  const { push_config: push, retry_policy: retry, dead_letter_policy: letters, filter, name, ack_deadline_seconds: ack } = subscription;
  const { push_endpoint: endpoint, oidc_token: token } = push as Resource;
  const [lambdaKey, lambda] = functionOf(resources, endpoint);
  const { timeout_seconds: timeout } = blockOf(lambda, "service_config");
  const { service_account_email: email, audience } = (token ?? {}) as Resource;
  const { minimum_backoff: minimum, maximum_backoff: maximum } = (retry ?? {}) as Resource;
  return [
    ...broken([
      [!isAck(number(ack)), `an acknowledgement deadline is ${shortestAckSeconds} to ${longestAckSeconds} s, not ${String(ack)}`],
      [!(number(ack) >= number(timeout)), `Pub/Sub waits ${String(ack)} s for the answer to a push, the function may take ${String(timeout)} s: it would be pushed a second time meanwhile`],
      [retry === undefined, "the subscription has no retry policy: a failed message would be pushed again at once"],
      [retry !== undefined && !(msOf(minimum) <= msOf(maximum) && msOf(maximum) <= longestBackoffMs), `a retry policy waits from 0 to 600 s, not from ${String(minimum)} to ${String(maximum)}`],
      [keeping === "inside" && letters !== undefined, "attempts are made inside a push, and the dead-letter policy counts pushes: it would move what was tried in full or not at all"],
      [keeping !== "inside" && letters === undefined, "the subscription has no dead-letter policy: no attempt would be told, and a failing message would be pushed for as long as it is kept"],
      [!(msOf(subscription.message_retention_duration) >= 600_000 && msOf(subscription.message_retention_duration) <= longestRetentionSeconds * 1000), `a subscription keeps messages for 10 minutes to 31 days, not ${String(subscription.message_retention_duration)}`],
      [blockOf(subscription, "expiration_policy").ttl !== "", "the subscription expires when nothing is pushed for a while"],
      [typeof filter !== "string" || !filter.includes(ownFilterOf(String(name))), "the filter does not leave out what was sent again to another consumer, and a filter cannot be changed later"],
      [maker === "stream" && subscription.enable_message_ordering !== true, "a stream is ordered, and the subscription is not"],
      [audience !== endpoint, "the audience of the push's token is not the function's URL: every push would be refused"],
      [!granted(resources, "google_cloud_run_v2_service_iam_member", { name: ref(lambdaKey, "name") }, "roles/run.invoker", `serviceAccount:${String(email)}`), "the account that pushes may not call the function: every push would be refused"],
    ]),
    ...(letters === undefined ? [] : deadLetterFaults(key, subscription, resources)),
  ];
}
/** Of "512Mi" and "2Gi"; `undefined` for other spellings. */
function memoryMbOf(memory: unknown): number | undefined {
  const [, count, unit] = /^(\d+)(Mi|Gi)$/.exec(String(memory)) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "Gi" ? 1_024 : 1);
}
/** https://cloud.google.com/run/docs/about-concurrency */
function functionFaults({ service_config: config, event_trigger: trigger }: Resource): readonly string[] {
  const { max_instance_request_concurrency: concurrency, available_cpu: cpu, available_memory: memory, max_instance_count: instances, timeout_seconds: timeout } = (config ?? {}) as Resource;
  const size = cpu === undefined || memoryMbOf(memory) === undefined ? undefined : sizeFault(Number(cpu), memoryMbOf(memory)!);
  return broken([
    [number(concurrency) > 1 && !(Number(cpu) >= 1), `${String(concurrency)} requests at a time need a vCPU or more, not ${String(cpu)}`],
    [!(number(instances) >= 1), "the function does not say how many instances it may have"],
    [!(number(timeout) >= 1), "the function does not say how long it may take"],
    [number(timeout) > longestRequest, `Cloud Run ends a request after ${longestRequest} s, and this may take ${String(timeout)} s`],
    [size !== undefined, size?.why ?? ""],
    [trigger !== undefined && typeof (trigger as Resource).retry_policy !== "string", "the event trigger does not say whether it tries again, and does not"],
    [trigger !== undefined && number(timeout) > 540, `a function with an event trigger ends after 540 s, not ${String(timeout)}`],
  ]);
}
/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#RetryConfig */
function jobFaults(job: Resource, resources: Resources): readonly string[] {
  const { retry_count: retries } = blockOf(job, "retry_config");
  const { uri } = blockOf(job, "http_target");
  const [, lambda] = functionOf(resources, uri);
  const { timeout_seconds: timeout } = blockOf(lambda, "service_config");
  return broken([
    [!(number(retries) >= 0 && number(retries) <= 5), `a job is retried up to five times, not ${String(retries)}`],
    [uri !== undefined && !(msOf(job.attempt_deadline) >= number(timeout) * 1000), `the job waits ${String(job.attempt_deadline)} for its answer, the function may take ${String(timeout)} s`],
  ]);
}
/** https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
const nameFaults = ([key, { name }]: readonly [string, Resource]): readonly string[] => broken([[typeof name === "string" && /^goog/i.test(name), `${key}: Pub/Sub keeps names that begin with "goog" for itself`]]);

export function faultsOf(rendered: Rendered): readonly string[] {
  const resources = rendered.resources as Resources;
  const subscriptions = ofType(resources, "google_pubsub_subscription");
  return [
    ...subscriptions.filter(([, { push_config: push }]) => push !== undefined).flatMap((each) => pushFaults(each, rendered, resources)),
    ...ofType(resources, "google_cloudfunctions2_function").flatMap(([, each]) => functionFaults(each)),
    ...ofType(resources, "google_cloud_scheduler_job").flatMap(([, each]) => jobFaults(each, resources)),
    ...[...subscriptions, ...ofType(resources, "google_pubsub_topic")].flatMap(nameFaults),
  ];
}
