/**
 * A topic, a push subscription and what it needs to reach its function: the path of every kind that comes over Pub/Sub, whichever contract it keeps.
 * Ranges: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions
 */
import type { App, AsynchronousKind, DeliveryPolicy, Queue } from "@isobar/core";
import { emulated, exact, toMs, unsupported, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { functionKey, functionResource, uriOf, type Capacity, type FunctionSettings } from "./function.ts";
import { displayNameOf, labelOf, nameOf, pubsubAgent, ref, type Resource, type Resources } from "./resources.ts";

/** What a target may say of a function behind a push subscription. */
export interface PushSettings extends FunctionSettings {
  /** Seconds that Pub/Sub waits for the answer to a push, 10 to 600. Default: ten more than the function's own timeout. */
  readonly ackDeadlineSeconds?: number;
}
export type PushBinding = Binding<AsynchronousKind, PushSettings>;

/** 31 days. */
export const longestRetentionSeconds = 2_678_400;
export const shortestAckSeconds = 10;
export const longestAckSeconds = 600;
/** Between the function's own timeout and the moment when Pub/Sub takes the push for failed, so that the answer to a timeout still arrives. */
const ackMarginSeconds = 10;
export const longestPushSeconds = longestAckSeconds - ackMarginSeconds;
export const longestBackoffMs = 600_000;
/** What a retry policy has where it says nothing; without a policy Pub/Sub pushes again at once. */
export const defaultBackoffMs = [10_000, 600_000] as const;

export const ackSecondsOf = ({ ackDeadlineSeconds }: PushSettings, functionSeconds: number): number => ackDeadlineSeconds ?? Math.max(shortestAckSeconds, Math.min(longestAckSeconds, functionSeconds + ackMarginSeconds));

/** `asked`: what a shorter timeout would be, or fewer attempts where all are made inside one push. */
export function timeoutVerdict(functionSeconds: number, ackSeconds: number, nearest: string): Verdict {
  if (functionSeconds > longestPushSeconds) return unsupported(`Pub/Sub waits ${longestAckSeconds} s for the answer to a push, and this function may take ${functionSeconds} s`, nearest);
  if (ackSeconds < shortestAckSeconds || ackSeconds > longestAckSeconds) return unsupported(`an acknowledgement deadline is ${shortestAckSeconds} to ${longestAckSeconds} s`, `ackDeadlineSeconds: ${functionSeconds + ackMarginSeconds}`);
  if (ackSeconds < functionSeconds) return unsupported(`the acknowledgement deadline set here, ${ackSeconds} s, ends before the function's ${functionSeconds} s: Pub/Sub would push the message a second time meanwhile`, `ackDeadlineSeconds: ${functionSeconds + ackMarginSeconds}`);
  return exact({ "google_cloudfunctions2_function service_config.timeout_seconds": functionSeconds, "google_pubsub_subscription ack_deadline_seconds": ackSeconds });
}
export function maxAgeVerdict({ maxAge: limit }: DeliveryPolicy): Verdict {
  if (limit === undefined) return exact({}, `Pub/Sub itself drops what is older than ${longestRetentionSeconds / 86_400} days`);
  if (toMs(limit) > longestRetentionSeconds * 1000) return unsupported("Pub/Sub keeps a message for 31 days", 'maxAge: "31d"');
  return emulated("the run time looks at publishTime before each attempt, and before a wait that would pass it", "what waits in the subscription is looked at when it is pushed, not before", { "google_pubsub_subscription message_retention_duration": `${longestRetentionSeconds}s` });
}
/** What every kind here has: a push is one message, whose id stays, to a function of its own. */
export const shared = {
  batch: exact({}, "a push carries one message: the size of a batch is a ceiling"),
  identity: emulated("the attribute isobar carries the id into the dead letter and back", "what Pub/Sub moved itself, and was published again without that attribute, has a new id"),
} as const;

/** A channel's topic, by its key. A queue that a function of this app consumes says so: nothing else needs to read it. */
export function topicOf(app: App, resource: string, name: string): readonly [key: string, topic: Resource] {
  const consumed = resource === "queue" && Object.values(app.functions).some(({ kind, source }) => kind === "queue" && (source as Queue).name === name);
  return [`google_pubsub_topic.${labelOf(name, resource)}`, { name: nameOf(app, name, resource), labels: { isobar_app: app.name, [`isobar_${resource}`]: name, ...(consumed ? { isobar_consumed: "true" } : {}) } }];
}
/** A topic of a function's own. */
export const ownTopicOf = (app: App, functionName: string, what: string): readonly [key: string, topic: Resource] => [`google_pubsub_topic.${labelOf(functionName, what)}`, { name: nameOf(app, functionName, what), labels: { isobar_app: app.name, isobar_own: what } }];

/** What a subscription takes: everything, but for what was sent again to another consumer alone. Filters cannot be changed (https://cloud.google.com/pubsub/docs/subscription-message-filter), so it is there from the first day. */
export const ownFilterOf = (subscription: string): string => `NOT attributes:isobar_to OR attributes.isobar_to="${subscription}"`;
export const filterOf = (subscription: string, more?: string): string => (more === undefined ? ownFilterOf(subscription) : `(${ownFilterOf(subscription)}) AND ${more}`);
/**
 * Of a queue, which may be another consumer's dead letter: what Pub/Sub moves there keeps its attributes, `isobar_to` among them, and would else be filtered out, which acknowledges it. It has this attribute then:
 * https://cloud.google.com/pubsub/docs/handling-failures#track-delivery-attempts
 */
export const queueFilterOf = (subscription: string): string => `${ownFilterOf(subscription)} OR attributes:CloudPubSubDeadLetterSourceSubscription`;
const never = { ttl: "" } as const;

interface Sink {
  readonly key: string;
  readonly resources: Resources;
}
/** A queue that is written to: the topic's key, and what there is of it. Where no function of the app reads it, what it gets waits in a subscription that is pulled from. */
export function queueOf(app: App, to: Queue): Sink {
  const [key, topic] = topicOf(app, "queue", to.name);
  const subscription = nameOf(app, to.name, "queue");
  if ((topic.labels as Readonly<Record<string, string>>).isobar_consumed !== undefined) return { key, resources: { [key]: topic } };
  const kept = { name: subscription, topic: ref(key), ack_deadline_seconds: 60, message_retention_duration: `${longestRetentionSeconds}s`, expiration_policy: never, enable_message_ordering: to.order === "by-key", filter: queueFilterOf(subscription) };
  return { key, resources: { [key]: topic, [`google_pubsub_subscription.${labelOf(to.name, "queue")}`]: kept } };
}
/** Where a function's dead letters end. A topic that nobody subscribes to drops what it gets. */
function sinkOf({ name, app, fn }: PushBinding): Sink {
  const { deadLetter: to } = fn.options.delivery;
  if (to !== "discard") return queueOf(app, to);
  const [key, topic] = ownTopicOf(app, name, "discarded");
  return { key, resources: { [key]: topic } };
}
/** The variable in which the outbox looks for a channel's topic (runtime/outbox.ts). */
export const addressOf = (resource: string, name: string): string => `ISOBAR_${resource}_${name.replaceAll("-", "_")}`.toUpperCase();

export interface Push {
  readonly maker: string;
  readonly keeping?: "inside";
  /** The key of the topic that it subscribes to, and of all that fills it. */
  readonly topic: string;
  readonly resources: Resources;
  readonly grants?: readonly Grant[];
  readonly capacity: Capacity;
  readonly functionSeconds: number;
  readonly ackSeconds: number;
  readonly minimumBackoff: string;
  readonly maximumBackoff: string;
  /** Pushes after which Pub/Sub itself moves a message; absent where it never does. */
  readonly mostPushes?: number;
  readonly ordered: boolean;
  /** The subscription's whole filter, by its name. Default: what was not sent again to another consumer. */
  readonly filter?: ((subscription: string) => string) | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}
/** Everything of a path from its topic to its function. */
export function renderPush(binding: PushBinding, { maker, keeping, topic, resources, grants = [], capacity, functionSeconds, ackSeconds, minimumBackoff, maximumBackoff, mostPushes, ordered, filter = ownFilterOf, environment = {} }: Push): Rendered {
  const { name, app, fn } = binding;
  const { deadLetter: to } = fn.options.delivery;
  const sink = to === "discard" && mostPushes === undefined ? undefined : sinkOf(binding);
  const [own, lambda, pusher, subscription] = [labelOf(name), functionKey(name), labelOf(name, "pusher"), nameOf(app, name)];
  const [source, account] = [`google_pubsub_subscription.${own}`, `google_service_account.${pusher}`];
  const uri = uriOf(name);
  return {
    maker,
    ...(keeping === undefined ? {} : { keeping }),
    resources: {
      ...sink?.resources,
      ...resources,
      [lambda]: functionResource(capacity, functionSeconds, { ...(to === "discard" ? {} : { [addressOf("queue", to.name)]: ref(sink!.key) }), ...environment }),
      // 6 to 30 characters: https://cloud.google.com/iam/docs/service-accounts-create
      [account]: { account_id: `push-\${substr(sha1("${subscription}"), 0, 20)}`, display_name: displayNameOf(app, name, "push") },
      // https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions: who may call, and who may sign for the account that does.
      [`google_cloud_run_v2_service_iam_member.${pusher}`]: { name: ref(lambda, "name"), location: ref(lambda, "location"), role: "roles/run.invoker", member: `serviceAccount:${ref(account, "email")}` },
      [`google_service_account_iam_member.${pusher}`]: { service_account_id: ref(account, "name"), role: "roles/iam.serviceAccountTokenCreator", member: pubsubAgent },
      [source]: {
        name: subscription,
        topic: ref(topic),
        push_config: { push_endpoint: uri, oidc_token: { service_account_email: ref(account, "email"), audience: uri } },
        ack_deadline_seconds: ackSeconds,
        message_retention_duration: `${longestRetentionSeconds}s`,
        retry_policy: { minimum_backoff: minimumBackoff, maximum_backoff: maximumBackoff },
        ...(mostPushes === undefined ? {} : { dead_letter_policy: { dead_letter_topic: ref(sink!.key), max_delivery_attempts: mostPushes } }),
        enable_message_ordering: ordered,
        expiration_policy: never,
        filter: filter(subscription),
        // A push that is refused because a grant is not there yet has spent an attempt.
        depends_on: [`google_cloud_run_v2_service_iam_member.${pusher}`, `google_service_account_iam_member.${pusher}`],
      },
      // Both, or nothing is moved: https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
      ...(mostPushes === undefined
        ? {}
        : {
            [`google_pubsub_topic_iam_member.${sink!.key.slice(sink!.key.indexOf(".") + 1)}_agent`]: { topic: ref(sink!.key), role: "roles/pubsub.publisher", member: pubsubAgent },
            [`google_pubsub_subscription_iam_member.${own}_agent`]: { subscription: ref(source), role: "roles/pubsub.subscriber", member: pubsubAgent },
          }),
    },
    grants: [...(to === "discard" ? [] : [{ actions: ["roles/pubsub.publisher"], on: sink!.key, for: "dead letters" }]), ...grants],
  };
}
