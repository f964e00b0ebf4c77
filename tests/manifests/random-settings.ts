/** What a target may say of functions and of all of them, cloud by cloud, within what its types allow. */
import type { AwsSettings } from "@isobar/adapter-aws/deploy";
import type { AzureSettings } from "@isobar/adapter-azure/deploy";
import type { GcpSettings } from "@isobar/adapter-gcp/deploy";
import fc from "fast-check";
import { some } from "./random-app.ts";

/** One of several, each with keys that are always there. */
const variants = (plain: fc.Arbitrary<object>, ...others: readonly (readonly [always: object, more: fc.Arbitrary<object>])[]): fc.Arbitrary<object> =>
  fc.oneof({ weight: 2, arbitrary: plain }, ...others.map(([always, more]) => ({ weight: 1, arbitrary: more.map((each) => ({ ...each, ...always })) })));
const between = (min: number, max: number) => fc.integer({ min, max });
const stages = ["dev", "live2"] as const;

const unit = { architecture: fc.constantFrom("arm64", "x86_64"), logRetentionDays: fc.constantFrom(1, 30, 365), tracing: fc.boolean(), network: fc.constant({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] }) };
const lambda = { ...unit, reservedConcurrency: between(5, 20), provisionedConcurrency: between(1, 5) };
const sqs = { ...lambda, visibilityTimeoutSeconds: between(120, 900), maximumConcurrency: between(2, 5), maximumBatchingWindowSeconds: between(0, 20) };
const positions = { ...lambda, startingPosition: fc.constantFrom("TRIM_HORIZON", "LATEST"), maximumBatchingWindowSeconds: between(0, 20) };
const direct = { variant: "direct" } as const;
const key = fc.constantFrom({ name: "id", type: "S" }, { name: "number", type: "N" });
const kinesis = { ...positions, shardCount: between(1, 3), retentionHours: between(24, 200) };
export const awsByKind = {
  http: variants(fc.constant({}), [{ variant: "function-url" }, some(unit)], [{ variant: "rest-api" }, some(unit)], [{ variant: "alb", listenerArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2" }, fc.record({ priority: between(1, 50_000) })]),
  queue: some(sqs), topic: variants(some(sqs), [direct, some(lambda)]), storage: variants(some(sqs), [direct, some(lambda)]), schedule: variants(some(sqs), [direct, some(lambda)]), bus: variants(some(sqs), [direct, some(lambda)]),
  changes: some({ ...positions, partitionKey: key, sortKey: fc.constant({ name: "at", type: "S" }) }), stream: some(kinesis), logs: variants(some(kinesis), [direct, some(lambda)]),
  call: variants(some({ ...lambda }), [{ variant: "async" }, some(sqs)]),
} as const;
export const awsTarget: fc.Arbitrary<AwsSettings> = some({ stage: fc.constantFrom(...stages), runtime: fc.constantFrom("nodejs22.x", "nodejs24.x"), alarms: fc.constantFrom(false, { notify: ["arn:aws:sns:eu-central-1:123456789012:pager"] }), nested: fc.boolean(), logRetentionDays: fc.constant(7) }) as fc.Arbitrary<AwsSettings>;

const scale = { maximumInstanceCount: between(40, 200), alwaysReady: between(0, 2), subnetId: fc.constant("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/functions") };
const bus = { ...scale, lockDurationSeconds: between(30, 300), concurrentPerInstance: between(1, 32) };
const hubs = { ...scale, partitionCount: between(1, 32), retentionHours: between(1, 168) };
const grid = { ...scale, concurrentPerInstance: between(1, 32) };
export const azureByKind = {
  // Of a unit's functions all say the same.
  http: fc.constantFrom({}, {}, { alwaysReady: 1 }),
  queue: variants(some(bus), [{ variant: "storage-queue" }, some({ ...scale, batchSize: between(1, 32), maxPollingIntervalSeconds: between(1, 60) })]),
  topic: some(bus), storage: variants(some(bus), [direct, some(grid)]), schedule: variants(some(bus), [direct, some(scale)]), bus: variants(some(bus), [direct, some(grid)]),
  changes: some({ ...scale, database: fc.constantFrom("shop", "users"), partitionKey: fc.constant("/tenant") }), stream: some(hubs),
  logs: some({ ...hubs, resourceId: fc.constant("/subscriptions/s-1/resourceGroups/web/providers/Microsoft.Web/sites/front") }), call: variants(some({ ...scale, concurrentPerInstance: between(1, 32) }), [{ variant: "async" }, some(bus)]),
} as const;
export const azureTarget: fc.Arbitrary<AzureSettings> = some({ stage: fc.constantFrom(...stages), location: fc.constant("westeurope"), runtime: fc.constantFrom("22", "24"), logRetentionDays: between(4, 730), tracing: fc.boolean(), alarms: fc.constantFrom(false, { actionGroups: ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/pager"] }) }).map((settings) => ({ ...settings, existing: { vault: "shop-vault" } })) as fc.Arbitrary<AzureSettings>;

const run = { maxInstanceCount: between(3, 50), minInstanceCount: between(0, 2), availableCpu: fc.constant(2), ingressSettings: fc.constant("ALLOW_ALL"), vpcConnector: fc.constant("projects/shop-project/locations/europe-west3/connectors/main") };
const push = { ...run, maxInstanceRequestConcurrency: between(1, 50), ackDeadlineSeconds: between(480, 600) };
const callers = fc.constant(["serviceAccount:billing@shop-project.iam.gserviceaccount.com"]);
export const gcpByKind = {
  http: fc.constantFrom({}, {}, { minInstanceCount: 1 }),
  queue: some(push), topic: some(push), stream: some(push), storage: variants(some(push), [direct, some(run)]), schedule: variants(some(push), [direct, some(run)]), bus: variants(some(push), [direct, some(run)]),
  changes: variants(some({ ...push, database: fc.constant("other"), databaseLocation: fc.constant("eur3"), documents: fc.constant("users/{user}") }), [direct, some(run)]),
  logs: some({ ...push, filter: fc.constantFrom('logName:"access" AND severity>=ERROR', "${var.x}") }), call: variants(some({ ...run, callers }), [{ variant: "async" }, some({ ...push, callers })]),
} as const;
export const gcpTarget: fc.Arbitrary<GcpSettings> = some({ stage: fc.constantFrom(...stages), project: fc.constant("shop-project"), region: fc.constant("europe-west3"), runtime: fc.constantFrom("nodejs22", "nodejs24"), labels: fc.constant({ team: "shop" }), alarms: fc.constantFrom(false, { notificationChannels: ["projects/shop-project/notificationChannels/1"] }), logRetentionDays: fc.constant(90) }) as fc.Arbitrary<GcpSettings>;
