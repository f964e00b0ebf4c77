/** What stands before the resources of a manifest, from what the target says of all of them. */
import type { Target } from "@isobar/core";
import { labelFaults } from "./limits.ts";
import { mostStage, type Resource, type Resources } from "./resources.ts";
import type { GcpSettings } from "./target.ts";

/** As a name has it between others. */
const stagePattern = "^[a-z](-?[a-z0-9])*$";
/** https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin, with the domain that some older ones begin with. */
const project = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const region = /^[a-z]+(?:-[a-z]+)+\d+$/;
/** https://cloud.google.com/logging/docs/buckets#custom-retention */
const mostRetentionDays = 3_650;

export function settingsFaults({ settings }: Target<GcpSettings>): readonly string[] {
  const { project: id, region: where, stage = "dev", logRetentionDays: days = 30, labels = {}, runtime = "nodejs24" } = settings;
  const rules: readonly (readonly [broken: boolean, sentence: string])[] = [
    [!new RegExp(stagePattern).test(stage) || stage.length > mostStage, `stage ${JSON.stringify(stage)} · part of every name · lower-case letters, digits and single hyphens, a letter first, ${mostStage} at most · another stage`],
    [id !== undefined && !project.test(id), `project ${JSON.stringify(id)} · the id of a project · 6 to 30 lower-case letters, digits and hyphens · its id, not its name or number`],
    [where !== undefined && !region.test(where), `region ${JSON.stringify(where)} · a region of Google Cloud · as "europe-west3" · another region`],
    [!(Number.isInteger(days) && days >= 1 && days <= mostRetentionDays), `logRetentionDays ${String(days)} · log lines · a log bucket keeps them for 1 to ${mostRetentionDays} days · another number`],
    [Object.keys(labels).some((name) => name.startsWith("isobar_")), "labels · those that begin with isobar_ are ours · another label"],
    // From JavaScript, where no type says so.
    [runtime !== "nodejs22" && runtime !== "nodejs24", `runtime ${JSON.stringify(runtime)} · functions · Isobar runs on nodejs22 and nodejs24 · one of them`],
  ];
  return [...rules.flatMap(([is, sentence]) => (is ? [sentence] : [])), ...labelFaults("labels", labels)];
}

/** Everything but resources and outputs. `resources`: what looks up data. */
export function headOf({ app, settings }: Target<GcpSettings>, resources: Resources): Resource {
  const { project: id, region: where, stage = "dev", labels = {}, backend } = settings;
  const words = JSON.stringify(resources);
  const storage = words.includes("data.google_storage_project_service_account.this");
  // https://docs.cloud.google.com/functions/docs/running/direct-vpc: the provider has words for it since 7.21.
  const version = words.includes('"direct_vpc_network_interface"') ? ">= 7.21, < 8" : ">= 6.50, < 8";
  return {
    "//": `${app.name} on Google Cloud. isobar build writes this file anew: what is to stay is said in the target, as overrides and resources.`,
    terraform: { required_version: ">= 1.5", required_providers: { google: { source: "hashicorp/google", version } }, ...(backend === undefined ? {} : { backend }) },
    provider: { google: { project: "${var.project}", region: "${var.region}", default_labels: { isobar_app: app.name, isobar_stage: "${var.stage}", ...labels } } },
    variable: {
      project: { type: "string", description: "the project's id", ...(id === undefined ? {} : { default: id }) },
      region: { type: "string", description: "where everything lies", ...(where === undefined ? {} : { default: where }) },
      stage: {
        type: "string",
        description: "part of every name, so that two copies of the app live in one project",
        default: stage,
        validation: [{ condition: `\${can(regex("${stagePattern}", var.stage)) && length(var.stage) <= ${mostStage}}`, error_message: `A stage is lower-case letters, digits and single hyphens, a letter first, ${mostStage} at most.` }],
      },
    },
    data: { google_project: { this: {} }, ...(storage ? { google_storage_project_service_account: { this: {} } } : {}) },
  };
}
