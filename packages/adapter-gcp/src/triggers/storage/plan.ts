/** What calls a storage function on Google Cloud: notifications of the bucket over Pub/Sub; `direct`: Eventarc, which retries by its own rules for 24 hours. */
import type { App, StorageChange, StorageFunction } from "@isobar/core";
import { emulated, exact, unsupported, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { assessEventarc, renderEventarc } from "../../deploy/eventarc.ts";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { filterOf, topicOf, type PushSettings } from "../../deploy/push.ts";
import { bucketResource, labelOf, literal, nameOf, ref, storageAgent, type Resources } from "../../deploy/resources.ts";
import { assessNothing, decodesAlone, renderNothing } from "../../deploy/variants.ts";

export interface StorageSettings extends PushSettings {
  readonly variant?: "gcs-pubsub" | "direct";
}
type StorageBinding = Binding<"storage", StorageSettings>;
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "gcs-pubsub": "storage", direct: "storageDirect", background: "storageBackground" } as const;
const variantOf = ({ variant = "gcs-pubsub" }: StorageSettings): keyof typeof makers => variant;

/** By change: the notification's word (https://cloud.google.com/storage/docs/pubsub-notifications#events), and Eventarc's. `other` is none that is known. */
const words = { created: ["OBJECT_FINALIZE", "finalized"], deleted: ["OBJECT_DELETE", "deleted"], archived: ["OBJECT_ARCHIVE", "archived"], updated: ["OBJECT_METADATA_UPDATE", "metadataUpdated"] } as const;
const known = (change: StorageChange): change is keyof typeof words => Object.hasOwn(words, change);
const wanted = ({ options: { on = ["created"] } }: StorageFunction): readonly StorageChange[] => on;
/** Notifications of what these functions want; none: of everything. */
function eventTypes(functions: readonly StorageFunction[]): readonly string[] {
  const changes = new Set(functions.flatMap(wanted));
  if (changes.has("other")) return [];
  return [...changes].filter(known).map((change) => words[change][0]).sort();
}
/** A filter is 256 bytes at most (https://cloud.google.com/pubsub/docs/subscription-message-filter#limits), of which a stage's name takes some. */
const mostFilterBytes = 240;
/** Which notifications a subscription takes; what does not fit is left to the run time. */
function conditionOf({ name, app, fn }: StorageBinding): { readonly filter: string | undefined; readonly whole: boolean } {
  const types = eventTypes([fn]);
  const { prefix = "" } = fn.options;
  const events = types.length === 0 || types.length === Object.keys(words).length ? [] : [types.length === 1 ? `attributes.eventType="${types[0]!}"` : `(${types.map((type) => `attributes.eventType="${type}"`).join(" OR ")})`];
  const objects = prefix === "" || /["\\]/.test(prefix) ? [] : [`hasPrefix(attributes.objectId,"${literal(prefix)}")`];
  const fits = (parts: readonly string[]) => Buffer.byteLength(filterOf(nameOf(app, name), parts.join(" AND "))) <= mostFilterBytes;
  const parts = [[...events, ...objects], events, objects, []].find((each) => each.length > 0 && fits(each)) ?? [];
  return { filter: parts.length === 0 ? undefined : parts.join(" AND "), whole: parts.length === events.length + objects.length && (prefix === "" || objects.length > 0) };
}

const neverTold = (fn: StorageFunction): Verdict | undefined =>
  wanted(fn).every((change) => change === "restored") ? unsupported("Cloud Storage has no event of restored objects: it tells of them as created", 'on: ["created"]') : undefined;
const filtered = "what else arrives is acknowledged without running the function";
function filterVerdict(binding: StorageBinding): Verdict {
  const { filter, whole } = conditionOf(binding);
  const by = filter === undefined ? {} : { "google_pubsub_subscription filter": filter };
  return neverTold(binding.fn) ?? (whole && (binding.fn.options.suffix ?? "") === "" ? exact(by, "a filter cannot be changed: another one is another subscription, and what waits in this one is lost") : emulated("the run time looks at what the subscription's filter cannot", filtered, by));
}
function directFilter({ fn }: StorageBinding): Verdict {
  const [change, ...more] = wanted(fn);
  if (change === undefined || !known(change) || more.length > 0) return neverTold(fn) ?? unsupported("a function's event trigger hears of one type of event", '`on` with one of "created", "deleted", "updated", "archived", or the variant "gcs-pubsub"');
  const by = { "google_cloudfunctions2_function event_trigger.event_type": `google.cloud.storage.object.v1.${words[change][1]}` };
  const { prefix = "", suffix = "" } = fn.options;
  return prefix === "" && suffix === "" ? exact(by, change === "deleted" ? "an overwritten object is deleted too" : undefined) : emulated("the run time looks at the object's name", filtered, by);
}

/** The bucket's name, and the bucket. */
function bucketOf({ app, fn }: StorageBinding): { readonly name: string; readonly resources: Resources } {
  const key = `google_storage_bucket.${labelOf(fn.source.name, "bucket")}`;
  return { name: ref(key, "name"), resources: { [key]: bucketResource(app, fn.source.name) } };
}
const consumersOf = (app: App, bucket: string): readonly StorageFunction[] => Object.values(app.functions).filter((fn): fn is StorageFunction => fn.kind === "storage" && fn.source.name === bucket);
/** One notification to one topic for all consumers of a bucket, for ten are the most for one event: https://cloud.google.com/storage/quotas#notifications */
function renderNotified(binding: StorageBinding) {
  const { app, fn } = binding;
  const [key, topic] = topicOf(app, "bucket", fn.source.name);
  const { name: bucket, resources } = bucketOf(binding);
  const label = labelOf(fn.source.name, "bucket");
  const types = eventTypes(consumersOf(app, fn.source.name));
  const granted = `google_pubsub_topic_iam_member.${label}`;
  const notified = {
    [key]: topic,
    ...resources,
    [granted]: { topic: ref(key), role: "roles/pubsub.publisher", member: storageAgent },
    // The grant comes first, or the notification is refused: https://cloud.google.com/storage/docs/reporting-changes#prereqs
    [`google_storage_notification.${label}`]: { bucket, topic: ref(key), payload_format: "JSON_API_V1", ...(types.length === 0 ? {} : { event_types: types }), depends_on: [granted] },
  };
  return renderPubsub(binding, makers["gcs-pubsub"], key, { resources: notified, filter: (subscription) => filterOf(subscription, conditionOf(binding).filter) });
}
function renderDirect(binding: StorageBinding) {
  const [change = "created"] = wanted(binding.fn);
  const { name: bucket, resources } = bucketOf(binding);
  const grants = { "google_project_iam_member.storage_agent_publisher": { project: "${data.google_project.this.project_id}", role: "roles/pubsub.publisher", member: storageAgent } };
  return renderEventarc(binding, makers.direct, `google.cloud.storage.object.v1.${known(change) ? words[change][1] : "finalized"}`, [{ attribute: "bucket", value: bucket }], { resources, grants });
}

export const storagePlan: TriggerPlan<"storage", StorageSettings> = {
  variant: variantOf,
  assess(binding) {
    const variant = variantOf(binding.settings);
    if (decodesAlone(variant)) return assessNothing("storage", variant, "gcs-pubsub");
    return variant === "direct" ? { ...assessEventarc(binding, { instead: "gcs-pubsub", order: exact(), once: true }), filter: directFilter(binding) } : { ...assessPubsub(binding), filter: filterVerdict(binding) };
  },
  render(binding) {
    const variant = variantOf(binding.settings);
    if (decodesAlone(variant)) return renderNothing(makers[variant]);
    return variant === "direct" ? renderDirect(binding) : renderNotified(binding);
  },
};
