/** What Google refuses and the provider's schema does not say. Ranges: delivery-semantics §2.3, with the document that it has them from. */
import { createRequire } from "node:module";
import { below, isList, isObject, objectOf, oneOf, spell, type Json, type JsonObject } from "../json.ts";
import { literalsAt } from "../places.ts";
import { isPlain, parsed, plainText, type Configuration, type TfResource } from "./configuration.ts";
import { addressed } from "./traversal.ts";

interface Message {
  readonly fields?: Readonly<Record<string, { readonly type: string; readonly options?: Readonly<Record<string, unknown>> }>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, Message>>;
}
/** The API of functions, as its own client has it: enums, and what the service alone sets. */
let loaded: Readonly<Record<string, Message>> | undefined;
function functionsApi(): Readonly<Record<string, Message>> {
  const root = (): Message => createRequire(import.meta.url)("@google-cloud/functions/build/protos/protos.json") as Message;
  return (loaded ??= ["google", "cloud", "functions", "v2"].reduce((message, name) => message.nested![name]!, root()).nested!);
}
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** `service_config.ingress_settings` is `ServiceConfig.ingressSettings`; what the API names otherwise is the provider's own. */
function protoFaults(value: Json, message: Message | undefined, path: string): readonly string[] {
  if (isList(value)) return value.flatMap((each, i) => protoFaults(each, message, below(path, i)));
  if (!isObject(value) || message === undefined) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const field = message.fields?.[camel(key)];
    if (field === undefined) return [];
    const type = message.nested?.[field.type] ?? functionsApi()[field.type];
    const names = Object.keys(type?.values ?? {}).filter((name) => !name.endsWith("_UNSPECIFIED"));
    return [
      ...(field.options?.["(google.api.field_behavior)"] === "OUTPUT_ONLY" ? [`${below(path, key)}: is the service's to set (@google-cloud/functions)`] : []),
      ...(names.length > 0 && isPlain(each) && !names.includes(each) ? [`${below(path, key)}: ${spell(each)} is not ${oneOf(names)} (@google-cloud/functions)`] : []),
      ...protoFaults(each, type, below(path, key)),
    ];
  });
}

interface Rule {
  readonly is: (value: Json) => boolean;
  readonly what: string;
}
const range = (from: number, to: number, source: string): Rule => ({ is: (value) => typeof value !== "number" || (value >= from && value <= to), what: `${from} to ${to} (${source})` });
const duration = /^(\d+(?:\.\d{1,9})?)s$/;
const secondsOf = (value: Json | undefined): number | undefined => (typeof value === "string" && duration.test(value) ? Number.parseFloat(value) : undefined);
const lasting = (from: number, to: number, source: string): Rule => ({ is: (value) => !isPlain(value) || (secondsOf(value) ?? -1) >= from && secondsOf(value)! <= to, what: to === Number.MAX_SAFE_INTEGER ? `a duration (${source})` : `a duration of ${from}s to ${to}s (${source})` });
const among = (source: string, ...values: readonly string[]): Rule => ({ is: (value) => !isPlain(value) || values.includes(value), what: `${oneOf(values)} (${source})` });
const matching = (pattern: RegExp, what: string): Rule => ({ is: (value) => !isPlain(value) || pattern.test(value), what });
const proto = (file: string) => `googleapis ${file}.proto`;
const pubsub = proto("google/pubsub/v1/pubsub");
const scheduler = proto("google/cloud/scheduler/v1/job");
const notification = "hashicorp/terraform-provider-google resource_storage_notification.go";
const member = matching(/^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group|domain|principal|principalSet|deleted):.+)$/, "a kind of member and a name (docs.cloud.google.com/iam/docs/principal-identifiers)");
/** Basic roles allow thousands of things. https://docs.cloud.google.com/iam/docs/roles-overview#basic */
const role = matching(/^(?:roles\/(?!owner$|editor$|viewer$)[\w.]+|(?:projects|organizations)\/[^/]+\/roles\/[\w.]+)$/, "a role that names what it allows");
const grant = { member, role };

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  google_pubsub_topic: { message_retention_duration: lasting(600, 2_678_400, pubsub) },
  google_pubsub_subscription: {
    ack_deadline_seconds: range(10, 600, pubsub),
    message_retention_duration: lasting(600, 2_678_400, pubsub),
    "retry_policy.minimum_backoff": lasting(0, 600, pubsub),
    "retry_policy.maximum_backoff": lasting(0, 600, pubsub),
    "dead_letter_policy.max_delivery_attempts": range(5, 100, pubsub),
    // "" is never; a day at least.
    "expiration_policy.ttl": { is: (value) => value === "" || lasting(86_400, Number.MAX_SAFE_INTEGER, pubsub).is(value), what: `"" or a duration of a day or more (${pubsub})` },
    filter: { is: (value) => typeof value !== "string" || Buffer.byteLength(plainText(value)) <= 256, what: `256 bytes at most (${pubsub})` },
  },
  google_cloud_scheduler_job: {
    schedule: matching(/^\S+ \S+ \S+ \S+ \S+$/, "a cron expression of five fields"),
    attempt_deadline: lasting(15, 1_800, scheduler),
    "retry_config.retry_count": range(0, 5, scheduler),
    "retry_config.min_backoff_duration": lasting(0, Number.MAX_SAFE_INTEGER, scheduler),
    "retry_config.max_backoff_duration": lasting(0, Number.MAX_SAFE_INTEGER, scheduler),
  },
  google_cloudfunctions2_function: {
    "build_config.runtime": among("docs.cloud.google.com/functions/docs/runtime-support, and what Isobar runs on", "nodejs22", "nodejs24"),
    "service_config.max_instance_request_concurrency": range(1, 1_000, proto("google/cloud/functions/v2/functions")),
    "service_config.min_instance_count": range(0, Number.MAX_SAFE_INTEGER, proto("google/cloud/functions/v2/functions")),
    "service_config.max_instance_count": range(1, Number.MAX_SAFE_INTEGER, proto("google/cloud/functions/v2/functions")),
    "service_config.direct_vpc_egress": among("docs.cloud.google.com/functions/docs/running/direct-vpc", "VPC_EGRESS_ALL_TRAFFIC", "VPC_EGRESS_PRIVATE_RANGES_ONLY"),
    "service_config.available_memory": matching(/^\d+(?:k|Ki|M|Mi|G|Gi)?$/, "a quantity such as 512Mi (docs.cloud.google.com/functions/docs/configuring/memory)"),
  },
  google_cloud_tasks_queue: { "rate_limits.max_dispatches_per_second": range(0, 500, proto("google/cloud/tasks/v2/queue")), "rate_limits.max_concurrent_dispatches": range(1, 5_000, proto("google/cloud/tasks/v2/queue")) },
  google_storage_notification: { payload_format: among(notification, "JSON_API_V1", "NONE"), "event_types[]": among(notification, "OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE", "OBJECT_DELETE", "OBJECT_ARCHIVE") },
  google_service_account: { account_id: matching(/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/, "6 to 30 letters, digits and dashes (docs.cloud.google.com/iam/docs/service-accounts-create)") },
};
/** A block may be a list of one. */
const blocks = (value: Json) => (isList(value) && value.every(isObject) && value.length > 0 ? value.map((each, i) => [`[${i}]`, each] as const) : undefined);
const tableFaults = ({ type, path, body }: TfResource): readonly string[] =>
  Object.entries({ ...rules[type], ...(type.endsWith("_iam_member") ? grant : {}) }).flatMap(([where, rule]) => literalsAt(body, where, path, blocks).filter(([, value]) => value !== null && !rule.is(value)).map(([at, value]) => `${at}: ${spell(value)} is not ${rule.what}`));

const first = (value: Json | undefined): JsonObject => objectOf(isList(value) ? value[0] : value);
const broken = (path: string, ...all: readonly (readonly [boolean, string])[]): readonly string[] => all.flatMap(([is, sentence]) => (is ? [`${path}: ${sentence}`] : []));
/** Longest by what starts it: googleapis google/cloud/functions/v2/functions.proto, docs.cloud.google.com/functions/quotas. */
const [longestOfHttp, longestOfEvents] = [3_600, 540];
function functionFaults({ path, body }: TfResource): readonly string[] {
  const [service, trigger] = [first(body["service_config"]), first(body["event_trigger"])];
  const { timeout_seconds: timeout, max_instance_request_concurrency: concurrency, available_cpu: cpu } = service;
  const longest = "event_trigger" in body ? longestOfEvents : longestOfHttp;
  return [
    ...protoFaults(Object.fromEntries(Object.entries(body).filter(([key]) => key !== "labels")), functionsApi()["Function"], path),
    ...broken(
      path,
      [typeof timeout === "number" && (timeout < 1 || timeout > longest), `timeout_seconds ${String(timeout)} is not 1 to ${longest}`],
      // Below one, the service refuses more than one request at a time.
      [typeof concurrency === "number" && concurrency > 1 && isPlain(cpu) && Number(cpu) < 1, `${String(concurrency)} requests at a time need an available_cpu of 1 or more`],
      // Required by provider 7, optional by 6: one file is for both.
      ["event_trigger" in body && trigger["event_type"] === undefined, "event_trigger needs event_type"],
    ),
  ];
}
/** The function that a push endpoint belongs to. */
function pushedTo(endpoint: Json | undefined, { resources }: Configuration): TfResource | undefined {
  const expression = parsed(endpoint);
  const parts = expression?.is === "template" ? expression.parts : expression === undefined ? [] : [expression];
  return parts.flatMap((part) => (typeof part !== "string" && part.is === "traversal" ? [addressed(part, resources).resource] : [])).find((each) => each?.type === "google_cloudfunctions2_function");
}
/** googleapis google/pubsub/v1/pubsub.proto: the deadline is the push request's timeout; what is not answered by then comes again. */
function subscriptionFaults({ path, body }: TfResource, configuration: Configuration): readonly string[] {
  const { ack_deadline_seconds: deadline = 10, push_config: push, enable_exactly_once_delivery: once, retry_policy: retry } = body;
  const [function_, { minimum_backoff: least, maximum_backoff: most }] = [pushedTo(first(push)["push_endpoint"], configuration), first(retry)];
  const timeout = first(function_?.body["service_config"])["timeout_seconds"] ?? 60;
  return broken(
    path,
    [function_ !== undefined && typeof timeout === "number" && typeof deadline === "number" && deadline < timeout, `waits ${String(deadline)} s for an answer, ${function_?.address ?? ""} may take ${String(timeout)} s`],
    [push !== undefined && once === true, "exactly-once delivery is for subscriptions that are pulled"],
    [(secondsOf(least) ?? 0) > (secondsOf(most) ?? Number.POSITIVE_INFINITY), `the least backoff, ${String(least)}, is over the most, ${String(most)}`],
  );
}
/** Grants that replace all others are not what the file of one app may make. https://docs.cloud.google.com/iam/docs/granting-changing-revoking-access */
const authoritative = ({ type, path }: TfResource): readonly string[] => (/_iam_(?:policy|binding)$/.test(type) ? [`${path}: takes from everybody else what it grants, _iam_member does not`] : []);
const own: Readonly<Record<string, (resource: TfResource, configuration: Configuration) => readonly string[]>> = { google_cloudfunctions2_function: functionFaults, google_pubsub_subscription: subscriptionFaults };
export const ruleFaults = (resource: TfResource, configuration: Configuration): readonly string[] => [...tableFaults(resource), ...authoritative(resource), ...(own[resource.type]?.(resource, configuration) ?? [])];
