/** What deploying one main.tf.json over another would lose: Terraform makes anew what cannot be changed in place. */
import { IsobarError } from "@isobar/core";
import { lossesOf, type Loss, type LossRules, type ManifestFiles, type ManifestResource } from "@isobar/core/plan";
import { manifestFile } from "./manifest.ts";
import { blockOf, msOf, type Resource, type Resources } from "./resources.ts";

const rules: LossRules = {
  // A topic itself holds nothing: what is published waits in its subscriptions.
  holds: { google_pubsub_subscription: "messages", google_storage_bucket: "objects: Terraform refuses while it has any" },
  // "ForceNew" in hashicorp/terraform-provider-google, google/services/{pubsub/resource_pubsub_subscription,storage/resource_storage_bucket}.go
  immutable: { google_pubsub_subscription: ["name", "topic", "filter", "enable_message_ordering"], google_storage_bucket: ["name", "location"] },
  letters: { google_pubsub_subscription: ["dead_letter_policy.dead_letter_topic"] },
  retention: { google_pubsub_subscription: ["message_retention_duration"] },
  lasting: (value) => (Number.isNaN(msOf(value)) ? undefined : msOf(value)),
  removed: (held) => `is destroyed, with its ${held}`,
  replaced: (held) => `is destroyed and made anew, without its ${held}`,
};

interface Written {
  readonly variable?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly resource: Readonly<Record<string, Resources>>;
}
/** Values as they would be: variables by their defaults, and another resource's id by its name, since what has a new name has a new id. */
function resolved(value: unknown, { variable = {}, resource }: Written): unknown {
  if (typeof value === "string")
    return value.replace(/\$\{(\w+)\.([\w-]+)(?:\.(?:id|name))?\}/g, (expression, type: string, label: string) => {
      const known = type === "var" ? variable[label]?.default : resource[type]?.[label]?.name;
      return typeof known === "string" ? (type === "var" ? known : String(resolved(known, { variable, resource: {} }))) : expression;
    });
  if (Array.isArray(value)) return value.map((each: unknown) => resolved(each, { variable, resource }));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, { variable, resource })])) : value;
}
function resourcesIn({ [manifestFile]: text }: ManifestFiles): ReadonlyMap<string, ManifestResource> {
  if (text === undefined) return new Map();
  try {
    const written = JSON.parse(text) as Written;
    return new Map(
      Object.entries(written.resource).flatMap(([type, labelled]) =>
        Object.entries(labelled).map(([label, { "//": _, ...resource }]) => [`${type}.${label}`, { type, properties: resolved(resource, written) as Resource, kept: blockOf(resource, "lifecycle").prevent_destroy === true }] as const),
      ),
    );
  } catch (cause) {
    throw new IsobarError("invalid-definition", `${manifestFile} is no manifest of Google Cloud`, { cause });
  }
}
export const losses = (before: ManifestFiles, after: ManifestFiles): readonly Loss[] => lossesOf(resourcesIn(before), resourcesIn(after), rules);
