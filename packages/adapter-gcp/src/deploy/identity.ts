/** Who a unit is, and what it may do: one account each, with one role on one resource for each thing that its bindings, sends and secrets need. */
import type { App } from "@isobar/core";
import type { Grant } from "@isobar/core/plan";
import { displayNameOf, labelOf, nameOf, ref, type Resources } from "./resources.ts";

/**
 * Roles on a whole project, which the services leave no other place for, and who gets them; nobody else gets any role on more than one resource.
 * Nothing is granted for log lines and traces: Cloud Run itself writes them (https://cloud.google.com/run/docs/logging).
 */
export const projectWide = {
  /** Eventarc looks for the right to receive events on the project alone: https://cloud.google.com/eventarc/docs/roles-permissions */
  "roles/eventarc.eventReceiver": "the account that posts a function's events",
  /** Eventarc makes the topic to which Cloud Storage publishes, which has no name before: https://cloud.google.com/eventarc/standard/docs/cloudrun/route-trigger-cloud-storage */
  "roles/pubsub.publisher": "Cloud Storage's own account, where a function hears of a bucket directly",
} as const satisfies Readonly<Record<string, string>>;

export const accountKey = (unit: string): string => `google_service_account.${labelOf(unit, "runner")}`;
/** The account that a unit's function runs as. */
export const accountOf = (app: App, unit: string): Resources => ({ [accountKey(unit)]: { account_id: `run-\${substr(sha1("${nameOf(app, unit)}"), 0, 20)}`, display_name: displayNameOf(app, unit, "run") } });

/** Labels have no double underscores of their own: what is joined by one tells its parts apart. */
const between = (unit: string, label: string): string => `${labelOf(unit)}__${label}`;
const labelIn = (key: string): string => key.slice(key.indexOf(".") + 1);
const memberOf = (unit: string): string => `serviceAccount:${ref(accountKey(unit), "email")}`;

/** What `grants` say, each on the topic that it names. */
export const grantedOf = (unit: string, grants: readonly Grant[]): Resources =>
  Object.fromEntries(grants.flatMap(({ actions, on }) => actions.map((role) => [`google_pubsub_topic_iam_member.${between(unit, labelIn(on))}`, { topic: ref(on), role, member: memberOf(unit) }] as const)));
/** Reading a secret's value, and nothing else of it; `idOf`: the secret, by its name in the app. https://cloud.google.com/secret-manager/docs/access-control */
export const secretsOf = (unit: string, secrets: readonly string[], idOf: (name: string) => string): Resources =>
  Object.fromEntries(secrets.map((name) => [`google_secret_manager_secret_iam_member.${between(unit, labelOf(name))}`, { secret_id: idOf(name), role: "roles/secretmanager.secretAccessor", member: memberOf(unit) }]));
