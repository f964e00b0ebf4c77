/** What is there already and is referred to: the resource goes, and so do expressions that named it. */
import { labelOf, type Resource } from "./resources.ts";
import type { Existing } from "./target.ts";

/** What a channel of each kind is here, and what of it others refer to. */
const kinds = {
  queues: { type: "google_pubsub_topic", what: "queue" },
  topics: { type: "google_pubsub_topic", what: "topic" },
  streams: { type: "google_pubsub_topic", what: "stream" },
  buses: { type: "google_pubsub_topic", what: "bus" },
  buckets: { type: "google_storage_bucket", what: "bucket" },
} as const;
type Kind = keyof typeof kinds;

/** A name may have an expression in it; what is nothing else is whatever that gives. */
const isWhole = (given: string): boolean => given.includes("/") || /^\$\{[^}]*\}$/.test(given);
/** A topic's whole name, as the run time wants it in its environment. */
const topicId = (given: string): string => (isWhole(given) ? given : `projects/\${var.project}/topics/${given}`);
const channelId = (given: string): string => (isWhole(given) ? given : `projects/\${var.project}/locations/\${var.region}/channels/${given}`);
export const secretId = (given: string): string => (isWhole(given) ? given : `projects/\${var.project}/secrets/${given}`);
/** "projects/P/secrets/S", or a name in the target's project. */
export function secretParts(given: string): { readonly project_id: string; readonly secret: string } {
  const [, project, secret] = /^projects\/([^/]+)\/secrets\/([^/]+)$/.exec(given) ?? [];
  return { project_id: project ?? "${var.project}", secret: secret ?? given };
}

/** `gone`: keys of resources that are there already; `given`: what expressions become that named them. */
export interface Replacing {
  readonly gone: ReadonlySet<string>;
  readonly given: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}
/** In: what is there already, and whether a resource is among those of the app. */
export function replacing(existing: Existing, has: (key: string) => boolean): Replacing {
  const gone = new Set<string>();
  const given = new Map<string, string>();
  const faults: string[] = [];
  for (const [kind, { type, what }] of Object.entries(kinds) as readonly [Kind, (typeof kinds)[Kind]][])
    for (const [name, value] of Object.entries(existing[kind] ?? {})) {
      const channel = `google_eventarc_channel.${labelOf(name, what)}`;
      const key = kind === "buses" && has(channel) ? channel : `${type}.${labelOf(name, what)}`;
      if (!has(key)) faults.push(`existing.${kind}: no function of the app has to do with a ${what} ${JSON.stringify(name)}`);
      gone.add(key);
      if (kind === "buckets") given.set(`\${${key}.name}`, value);
      else given.set(`\${${key}.id}`, key === channel ? channelId(value) : topicId(value));
    }
  return { gone, given, faults };
}

/** A value without expressions that name what is gone. */
function without(value: unknown, given: Replacing["given"]): unknown {
  if (typeof value === "string") return value.replace(/\$\{[\w.-]+\}/g, (expression) => given.get(expression) ?? expression);
  if (Array.isArray(value)) return value.map((each: unknown) => without(each, given));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, without(each, given)])) : value;
}
export const withoutGone = (resource: Resource, { given }: Replacing): Resource => (given.size === 0 ? resource : (without(resource, given) as Resource));
