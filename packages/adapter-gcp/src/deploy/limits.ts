/** What Google refuses of a manifest, whoever wrote it: names, labels, sizes and numbers. Each sentence names the resource. */
import { mostProjectNumber, mostStage, type Resource, type Resources } from "./resources.ts";

interface NameRule {
  readonly attribute: string;
  readonly pattern: RegExp;
  readonly least: number;
  readonly most: number;
  readonly words: string;
}
const id = (most: number, least = 1): NameRule => ({ attribute: "name", pattern: /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/, least, most, words: "lower-case letters, digits and hyphens, a letter first and no hyphen last" });
/** https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
const pubsub: NameRule = { attribute: "name", pattern: /^(?!goog)[A-Za-z][\w.~+%-]*$/, least: 3, most: 255, words: 'letters, digits and -._~+%, a letter first, and not "goog"' };
const rules: Readonly<Record<string, NameRule>> = {
  // Of its Cloud Run service: see `mostFunctionName`.
  google_cloudfunctions2_function: id(49),
  // https://cloud.google.com/storage/docs/buckets#naming
  google_storage_bucket: { attribute: "name", pattern: /^(?!goog)(?!.*g[o0]{2}g[l1]e)[a-z0-9][a-z0-9._-]*[a-z0-9]$/, least: 3, most: 63, words: 'lower-case letters, digits and -._, without "goog" before the rest and without "google"' },
  // https://cloud.google.com/iam/docs/service-accounts-create
  google_service_account: { ...id(30, 6), attribute: "account_id" },
  google_pubsub_topic: pubsub,
  google_pubsub_subscription: pubsub,
  // https://google.aip.dev/122
  google_eventarc_trigger: id(63),
  google_eventarc_channel: id(63),
  // https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
  google_cloud_scheduler_job: { attribute: "name", pattern: /^[\w-]+$/, least: 1, most: 500, words: "letters, digits, hyphens and underscores" },
  // https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks
  google_logging_project_sink: { attribute: "name", pattern: /^[A-Za-z0-9][\w.-]*$/, least: 1, most: 100, words: "letters, digits and -._, a letter or digit first" },
};

/** A text as long as it can become, with letters and digits for what is not known yet; `undefined` where an expression does not tell how long that is. */
export function widest(text: string): string | undefined {
  const known = text
    .replaceAll("${var.stage}", "s".repeat(mostStage))
    .replaceAll("${data.google_project.this.number}", "1".repeat(mostProjectNumber))
    .replace(/\$\{substr\(sha1\("(?:[^"\\]|\\.)*"\), 0, (\d+)\)\}/g, (_, digits: string) => "a".repeat(Number(digits)));
  return /(?<!\$)\$\{/.test(known) ? undefined : known.replace(/([$%])\1\{/g, "$1{");
}

type Keyed = readonly [key: string, resource: Resource];
const typeOf = (key: string): string => key.slice(0, key.indexOf("."));

function nameFaults([key, resource]: Keyed): readonly string[] {
  const rule = rules[typeOf(key)];
  const given = rule === undefined ? undefined : resource[rule.attribute];
  const name = typeof given === "string" ? widest(given) : undefined;
  if (rule === undefined || name === undefined) return [];
  return [
    ...(name.length < rule.least || name.length > rule.most ? [`${key} · the ${rule.attribute} ${JSON.stringify(given)}, which comes to ${name.length} characters · ${rule.least} to ${rule.most} are what it may have · a shorter name`] : []),
    ...(rule.pattern.test(name) ? [] : [`${key} · the ${rule.attribute} ${JSON.stringify(given)} · ${rule.words} are what it may have · another name`]),
  ];
}
function collisions(resources: readonly Keyed[]): readonly string[] {
  const seen = new Map<string, string>();
  return resources.flatMap(([key, resource]) => {
    const { attribute = undefined } = rules[typeOf(key)] ?? {};
    const name = attribute === undefined ? undefined : resource[attribute];
    if (typeof name !== "string") return [];
    const taken = `${typeOf(key)} ${name}`;
    const first = seen.get(taken);
    seen.set(taken, first ?? key);
    return first === undefined ? [] : [`${key} · the ${attribute!} ${JSON.stringify(name)} · ${first} has it · another name for one of them`];
  });
}

/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
const mostLabels = 64;
const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
/** `where`: whose labels they are. */
export function labelFaults(where: string, labels: Resource): readonly string[] {
  const entries = Object.entries(labels).map(([name, value]) => [name, value, typeof value === "string" ? widest(value) : undefined] as const);
  return [
    ...(entries.length > mostLabels ? [`${where} · ${entries.length} labels · ${mostLabels} are the most · fewer`] : []),
    ...entries.filter(([name]) => !labelKey.test(name)).map(([name]) => `${where} · the label ${JSON.stringify(name)} · lower-case letters, digits, _ and -, a letter first, 63 at most · another label`),
    ...entries.filter(([, value, text]) => typeof value !== "string" || (text !== undefined && !labelValue.test(text))).map(([name, value]) => `${where} · the label ${name}, ${JSON.stringify(value)} · lower-case letters, digits, _ and -, 63 at most · another value`),
  ];
}

/** https://cloud.google.com/storage/quotas#notifications */
const mostNotifications = 10;
const everyEvent = ["OBJECT_ARCHIVE", "OBJECT_DELETE", "OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE"];
function notificationFaults(resources: readonly Keyed[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const [key, { bucket, event_types: types = everyEvent }] of resources) if (typeOf(key) === "google_storage_notification") for (const type of types as readonly string[]) counts.set(`${type} of ${String(bucket)}`, (counts.get(`${type} of ${String(bucket)}`) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > mostNotifications).map(([what, count]) => `${count} notifications of ${what} · a bucket has ${mostNotifications} for one event · fewer, each with filtered subscriptions`);
}
/** https://cloud.google.com/pubsub/docs/subscription-message-filter#limits */
const mostFilterBytes = 256;
function filterFaults([key, { filter }]: Keyed): readonly string[] {
  const text = typeOf(key) === "google_pubsub_subscription" && typeof filter === "string" ? widest(filter) : undefined;
  return text === undefined || Buffer.byteLength(text) <= mostFilterBytes ? [] : [`${key} · a filter that comes to ${Buffer.byteLength(text)} bytes · a filter has ${mostFilterBytes} · shorter names`];
}

/** Everything that is refused. */
export function limitFaults(resources: Resources): readonly string[] {
  const all = Object.entries(resources);
  return [...all.flatMap((each) => [...nameFaults(each), ...filterFaults(each), ...labelFaults(each[0], (each[1].labels ?? each[1].user_labels ?? {}) as Resource)]), ...collisions(all), ...notificationFaults(all)];
}
