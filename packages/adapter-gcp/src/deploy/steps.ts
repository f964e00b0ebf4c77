/** What it takes to deploy: the steps, and what whoever makes them must be allowed to do. */
import type { Target } from "@isobar/core";
import type { DeployStep } from "@isobar/core/plan";
import { nameOf, pubsubAgent, schedulerAgent, type Resources } from "./resources.ts";
import type { GcpSettings } from "./target.ts";

interface Need {
  /** The service to be turned on. */
  readonly service: string;
  /** https://cloud.google.com/iam/docs/roles-permissions */
  readonly role: string;
  readonly why: string;
}
/** By how a resource's type begins; the first that fits. */
const needs: readonly (readonly [type: string, need: Need])[] = [
  ["google_cloudfunctions2_", { service: "cloudfunctions", role: "roles/cloudfunctions.developer", why: "functions" }],
  ["google_cloud_run_v2_", { service: "run", role: "roles/run.admin", why: "who may call functions" }],
  ["google_service_account", { service: "iam", role: "roles/iam.serviceAccountAdmin", why: "the accounts of functions, of pushes and of triggers" }],
  ["google_pubsub_", { service: "pubsub", role: "roles/pubsub.admin", why: "topics, subscriptions, and who may do what with them" }],
  ["google_storage_", { service: "storage", role: "roles/storage.admin", why: "the bucket of the code, and buckets of the app" }],
  ["google_cloud_scheduler_", { service: "cloudscheduler", role: "roles/cloudscheduler.admin", why: "jobs" }],
  ["google_eventarc_", { service: "eventarc", role: "roles/eventarc.admin", why: "triggers" }],
  ["google_project_iam_", { service: "cloudresourcemanager", role: "roles/resourcemanager.projectIamAdmin", why: "roles on the project, which Eventarc asks for" }],
  ["google_secret_manager_", { service: "secretmanager", role: "roles/secretmanager.admin", why: "who may read secrets, and storing them" }],
  ["google_monitoring_", { service: "monitoring", role: "roles/monitoring.alertPolicyEditor", why: "alerts on dead letters" }],
  ["google_logging_", { service: "logging", role: "roles/logging.configWriter", why: "sinks of logs" }],
];
const typesIn = (resources: Resources): ReadonlySet<string> => new Set(Object.keys(resources).map((key) => key.slice(0, key.indexOf("."))));
const needsOf = (types: ReadonlySet<string>): readonly Need[] => needs.filter(([start]) => [...types].some((type) => type.startsWith(start))).map(([, need]) => need);
const hasTrigger = (resources: Resources): boolean => Object.entries(resources).some(([key, { event_trigger: trigger }]) => key.startsWith("google_eventarc_") || trigger !== undefined);

/** What Terraform itself looks up, what builds a function's image, and where it is kept. */
const always = ["artifactregistry", "cloudbuild", "cloudresourcemanager", "run"];
/** Where the target leaves it open whoever deploys says, in the variables that gcloud's own tools know. */
const projectOf = ({ project }: GcpSettings): string => project ?? '"$GOOGLE_CLOUD_PROJECT"';
const regionOf = ({ region }: GcpSettings): string => region ?? '"$GOOGLE_CLOUD_REGION"';

/** In the manifest's folder, where the build has put each unit's zip. `secrets`: those that have to be stored, by their names in the app. */
export function stepsOf({ app, settings }: Target<GcpSettings>, resources: Resources, secrets: readonly string[]): readonly DeployStep[] {
  const [project, region, text] = [projectOf(settings), regionOf(settings), JSON.stringify(resources)];
  const services = [...new Set([...always, ...needsOf(typesIn(resources)).map(({ service }) => service), ...(hasTrigger(resources) ? ["eventarc"] : [])])].sort();
  const agents = [...(text.includes(pubsubAgent) ? ["pubsub"] : []), ...(text.includes(schedulerAgent) ? ["cloudscheduler"] : []), ...(hasTrigger(resources) ? ["eventarc"] : [])];
  const { stage = "dev", logRetentionDays: days } = settings;
  return [
    { what: "turn on the services that the app uses", command: `gcloud services enable ${services.map((service) => `${service}.googleapis.com`).join(" ")} --project=${project}` },
    // They are made when they are first needed, which is too late for a grant to them: https://cloud.google.com/iam/docs/create-service-agents
    ...agents.map((service): DeployStep => ({ what: `have the account made by which ${service} itself acts`, command: `gcloud beta services identity create --service=${service}.googleapis.com --project=${project}` })),
    ...secrets.map((name): DeployStep => ({ what: `once: the secret ${name}, whose value is typed and then ended with Ctrl-D`, command: `gcloud secrets create ${nameOf(app, name).replace("${var.stage}", stage)} --replication-policy=automatic --data-file=- --project=${project}` })),
    { what: "fetch Terraform's provider", command: "terraform init" },
    { what: "see what would change", command: `terraform plan -var project=${project} -var region=${region} -var stage=${stage} -out=isobar.tfplan` },
    { what: "deploy just that", command: "terraform apply isobar.tfplan" },
    { what: "tell where it is called, and where its dead letters lie", command: "terraform output -json" },
    days === undefined
      ? { what: "see for how long log lines are kept: that is said of the project's log bucket, for all that is in the project, and by no resource of this app", command: `gcloud logging buckets describe _Default --location=global --project=${project} --format="value(retentionDays)"` }
      : { what: `keep log lines for ${days} days: that is said of the project's log bucket, for all that is in the project`, command: `gcloud logging buckets update _Default --location=global --retention-days=${days} --project=${project}` },
  ];
}

/** Accounts that a project may have before it asks for more: https://cloud.google.com/iam/quotas */
const accountQuota = 100;
/** Whole names of what is there already and may lie in another project. */
const elsewhere = ({ existing = {} }: GcpSettings): readonly string[] => Object.values(existing).flatMap((named) => Object.values(named as Readonly<Record<string, string>>)).filter((name) => name.startsWith("projects/"));
/** Roles on the project, each with what needs it. */
export function deployerOf(settings: GcpSettings, resources: Resources): readonly string[] {
  const { buildServiceAccount: builder, logRetentionDays: days } = settings;
  const accounts = Object.keys(resources).filter((key) => key.startsWith("google_service_account.")).length;
  return [
    "roles/serviceusage.serviceUsageAdmin: turning services on",
    ...needsOf(typesIn(resources)).map(({ role, why }) => `${role}: ${why}`),
    "roles/iam.serviceAccountUser: functions, pushes and triggers act as the accounts of this app",
    "roles/browser: the project's number",
    ...elsewhere(settings).map((name) => `to grant roles on ${name}, and to subscribe to it where it is a topic`),
    ...(days === undefined ? [] : ["roles/logging.configWriter on the project's log bucket: how long log lines are kept"]),
    `${builder ?? "the project's account of Compute Engine"} builds the functions, and needs roles/logging.logWriter, roles/artifactregistry.writer and roles/storage.objectAdmin for it`,
    ...(accounts > accountQuota ? [`${accounts} service accounts: a project has ${accountQuota} before it asks for more`] : []),
  ];
}
