/** Terraform resources, as a .tf.json file has them, each by its type and label: "google_pubsub_topic.orders_queue". https://developer.hashicorp.com/terraform/language/syntax/json */
import { createHash } from "node:crypto";
import type { App } from "@isobar/core";

export type Resource = Readonly<Record<string, unknown>>;
export type Resources = Readonly<Record<string, Resource>>;

/** A label: queue "orders-failed" is "orders_failed_queue", what is a function's own "charge" or "charge_pusher". */
export const labelOf = (name: string, what?: string): string => `${name.replaceAll("-", "_")}${what === undefined ? "" : `_${what}`}`;
/** What it is called in its project: the stage is part of every name, so that two copies of an app live in one project. Pub/Sub takes 255 characters. */
export const nameOf = ({ name: app }: App, ...parts: readonly string[]): string => [app, "${var.stage}", ...parts].join("-");
/** A stage is so long at most, which is what its expression takes in a name: names are as long as they look, or shorter. */
export const mostStage = "${var.stage}".length;
/** What most of Google's own ids may be: https://google.aip.dev/122 */
export const mostId = 63;
const mostOfApp = 12;
/** The same in so many characters: where it is longer, parts of it and a hash of the whole. */
export function nameWithin(most: number, app: App, ...parts: readonly string[]): string {
  const whole = nameOf(app, ...parts);
  if (whole.length <= most) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  const head = nameOf({ ...app, name: app.name.slice(0, mostOfApp).replace(/-$/, "") });
  const tail = parts.join("-").slice(0, most - head.length - hash.length - 2).replace(/-+$/, "");
  return [head, tail, hash].filter((part) => part !== "").join("-");
}
/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts#ServiceAccount: 100 bytes. */
const mostDisplayed = 100;
/** What an account is shown as. */
export const displayNameOf = (app: App, name: string, what: string): string => `${nameWithin(mostDisplayed - what.length - 2, app, name)}, ${what}`;
/** A text that is no template, whatever it holds: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
export const literal = (text: string): string => text.replace(/[$%]\{/g, (opening) => `${opening[0]!}${opening}`);
/** An expression: another resource's attribute, by its key. */
export const ref = (key: string, attribute = "id"): string => `\${${key}.${attribute}}`;
/** The key that an expression refers to; `undefined` for anything else. */
export const referred = (value: unknown): string | undefined => (typeof value === "string" ? /^\$\{(\w+\.[\w-]+)[.[].*\}$/.exec(value)?.[1] : undefined);
export const ofType = (resources: Readonly<Record<string, object>>, type: string): readonly (readonly [key: string, resource: Resource])[] => Object.entries(resources as Resources).filter(([key]) => key.startsWith(`${type}.`));
/** A block of a resource, or nothing of it. */
export const blockOf = (resource: Resource | undefined, block: string): Resource => (resource?.[block] ?? {}) as Resource;

/** A project's number has so many digits at most, as far as is known. */
export const mostProjectNumber = 13;
/** Names are shared by the whole world: https://cloud.google.com/storage/docs/buckets#naming */
export const bucketResource = (app: App, name: string): Resource => ({
  name: `\${data.google_project.this.number}-${nameWithin(mostId - mostProjectNumber - 1, app, name)}`,
  location: "${var.region}",
  uniform_bucket_level_access: true,
  public_access_prevention: "enforced",
});

/** A length of time as Google's JSON has it, to the nanosecond: "0.5s". https://protobuf.dev/reference/protobuf/google.protobuf/#duration */
export const secondsText = (ms: number): string => `${(ms / 1000).toFixed(9).replace(/\.?0+$/, "")}s`;
/** Milliseconds of one; NaN for anything else. */
export const msOf = (text: unknown): number => (typeof text === "string" && /^\d+(?:\.\d+)?s$/.test(text) ? Number(text.slice(0, -1)) * 1000 : Number.NaN);

/** Google's own accounts that act between services, once for a project: https://cloud.google.com/iam/docs/service-agents */
export const pubsubAgent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com";
export const storageAgent = "serviceAccount:${data.google_storage_project_service_account.this.email_address}";
export const schedulerAgent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-cloudscheduler.iam.gserviceaccount.com";
