import { describe, expect, test } from "vitest";
import { changes, defineApp, defineBucket, defineLog, defineQueue, defineTable, empty, http, logs, queue, schedule, storage } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { gcp, type GcpSettings } from "./target.ts";

const delivery = { maxAttempts: 5, deadLetter: defineQueue("orders-failed") } as const;
const once = { maxAttempts: 1, deadLetter: "discard" } as const;
const charge = queue(defineQueue("orders"), { delivery, secrets: ["stripe-key", "mail-key"] }, () => {});
const small = defineApp("shop", { charge });
function composed(app: Parameters<typeof gcp>[0], settings: GcpSettings = {}) {
  const target = gcp(app, settings as never);
  return adapter.compose!(target, plan(target, adapter));
}
const named = { project: "shop-project", region: "europe-west3", stage: "live" } as const;

describe("the steps", () => {
  test("of a target that says where it lies", () => {
    expect(composed(small, named).steps.map(({ command }) => command)).toEqual([
      "gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com cloudfunctions.googleapis.com cloudresourcemanager.googleapis.com iam.googleapis.com monitoring.googleapis.com pubsub.googleapis.com run.googleapis.com secretmanager.googleapis.com storage.googleapis.com --project=shop-project",
      "gcloud beta services identity create --service=pubsub.googleapis.com --project=shop-project",
      "gcloud secrets create shop-live-mail-key --replication-policy=automatic --data-file=- --project=shop-project",
      "gcloud secrets create shop-live-stripe-key --replication-policy=automatic --data-file=- --project=shop-project",
      "terraform init",
      "terraform plan -var project=shop-project -var region=europe-west3 -var stage=live -out=isobar.tfplan",
      "terraform apply isobar.tfplan",
      "terraform output -json",
      'gcloud logging buckets describe _Default --location=global --project=shop-project --format="value(retentionDays)"',
    ]);
  });
  test("of one that leaves it to whoever deploys", () => {
    const [enable, , , , , planned] = composed(small).steps;
    expect([enable!.command.endsWith(' --project="$GOOGLE_CLOUD_PROJECT"'), planned!.command]).toEqual([true, 'terraform plan -var project="$GOOGLE_CLOUD_PROJECT" -var region="$GOOGLE_CLOUD_REGION" -var stage=dev -out=isobar.tfplan']);
  });
  test("make the accounts by which Google's own services act, where something is granted to them", () => {
    const agents = (app: Parameters<typeof gcp>[0], settings: GcpSettings = {}) => composed(app, settings).steps.flatMap(({ command }) => /identity create --service=(\w+)/.exec(command)?.[1] ?? []);
    expect(agents(defineApp("web", { hello: http.get("/", { access: "public" }, () => empty()) }))).toEqual([]);
    expect(agents(defineApp("shop", { tick: schedule("0 6 * * *", { delivery: once }, () => {}) }), { functions: { tick: { variant: "direct" } } } as never)).toEqual(["cloudscheduler"]);
    expect(agents(defineApp("shop", { index: changes(defineTable("users"), { delivery: once }, () => {}) }))).toEqual(["pubsub", "eventarc"]);
    expect(agents(defineApp("shop", { thumb: storage(defineBucket("uploads"), { delivery: once }, () => {}) }), { functions: { thumb: { variant: "direct" } } } as never)).toEqual(["eventarc"]);
    expect(composed(defineApp("shop", { thumb: storage(defineBucket("uploads"), { delivery: once }, () => {}) }), { functions: { thumb: { variant: "direct" } } } as never).steps[0]!.command).toContain(" eventarc.googleapis.com ");
  });
  test("do not store a secret that is there already under a name of its own", () => expect(composed(small, { existing: { secrets: { "stripe-key": "prod-stripe" } } }).steps.filter(({ command }) => command.startsWith("gcloud secrets")).length).toBe(1));
  test("say how long log lines are kept, which no resource of the app can", () => {
    expect(composed(small, { ...named, logRetentionDays: 90 }).steps.at(-1)).toEqual({ what: "keep log lines for 90 days: that is said of the project's log bucket, for all that is in the project", command: "gcloud logging buckets update _Default --location=global --retention-days=90 --project=shop-project" });
    expect(composed(small).steps.at(-1)!.what).toContain("for all that is in the project");
  });
});

describe("whoever deploys must be allowed", () => {
  test("what the resources need, and no more", () => {
    expect(composed(small).deployer).toEqual([
      "roles/serviceusage.serviceUsageAdmin: turning services on",
      "roles/cloudfunctions.developer: functions",
      "roles/run.admin: who may call functions",
      "roles/iam.serviceAccountAdmin: the accounts of functions, of pushes and of triggers",
      "roles/pubsub.admin: topics, subscriptions, and who may do what with them",
      "roles/storage.admin: the bucket of the code, and buckets of the app",
      "roles/secretmanager.admin: who may read secrets, and storing them",
      "roles/monitoring.alertPolicyEditor: alerts on dead letters",
      "roles/iam.serviceAccountUser: functions, pushes and triggers act as the accounts of this app",
      "roles/browser: the project's number",
      "the project's account of Compute Engine builds the functions, and needs roles/logging.logWriter, roles/artifactregistry.writer and roles/storage.objectAdmin for it",
    ]);
  });
  test("more, where there is more", () => {
    const app = defineApp("shop", { index: changes(defineTable("users"), { delivery: once }, () => {}), tick: schedule("0 6 * * *", { delivery: once }, () => {}), watch: logs(defineLog("access"), { delivery: once }, () => {}) });
    const lines = composed(app, { buildServiceAccount: "projects/p/serviceAccounts/b@p.iam.gserviceaccount.com", logRetentionDays: 7 }).deployer;
    expect(lines.filter((line) => /^(?:roles\/(?:cloudscheduler|eventarc|resourcemanager|logging)|projects\/p)/.test(line))).toEqual([
      "roles/cloudscheduler.admin: jobs",
      "roles/eventarc.admin: triggers",
      "roles/resourcemanager.projectIamAdmin: roles on the project, which Eventarc asks for",
      "roles/logging.configWriter: sinks of logs",
      "roles/logging.configWriter on the project's log bucket: how long log lines are kept",
      "projects/p/serviceAccounts/b@p.iam.gserviceaccount.com builds the functions, and needs roles/logging.logWriter, roles/artifactregistry.writer and roles/storage.objectAdmin for it",
    ]);
  });
  test("elsewhere too, where something that is there already lies there", () => expect(composed(small, { existing: { queues: { orders: "projects/other/topics/orders", "orders-failed": "ours" } } }).deployer).toContain("to grant roles on projects/other/topics/orders, and to subscribe to it where it is a topic"));
  test("and a project has so many accounts", () => {
    const many = (count: number) => composed(defineApp("shop", Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, queue(defineQueue(`q${i}`), { delivery }, () => {})])))).deployer.at(-1);
    expect([many(50)!.includes("service accounts"), many(51)]).toEqual([false, "102 service accounts: a project has 100 before it asks for more"]);
  });
});
