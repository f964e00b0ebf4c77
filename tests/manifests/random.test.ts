/** Random apps on every cloud: whatever plan does not refuse is composed, breaks no rule of its cloud's checker, is the same twice, allows no more than it needs, and holds nothing that it must not. */
import { adapter as awsAdapter, aws } from "@isobar/adapter-aws/deploy";
import { adapter as azureAdapter, azure } from "@isobar/adapter-azure/deploy";
import { adapter as gcpAdapter, gcp } from "@isobar/adapter-gcp/deploy";
import { defineApp, IsobarError, type App, type Target, type TriggerKind } from "@isobar/core";
import { plan, refusedOf, type Adapter, type Manifest } from "@isobar/core/plan";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { hostFaults } from "./check/host.ts";
import { isList, objectOf, type Json, type JsonObject } from "./check/json.ts";
import { terraformFaults } from "./check/terraform.ts";
import { missing } from "./check/vendor.ts";
import { widerOnAws, widerOnAzure, widerOnGoogleCloud } from "./privilege.ts";
import { apps, hostile, secretNames } from "./random-app.ts";
import { awsByKind, awsTarget, azureByKind, azureTarget, gcpByKind, gcpTarget } from "./random-settings.ts";

const why = missing();
if (why !== undefined) console.log(`random apps on Azure and Google Cloud are not checked: ${why}`);
/** One seed for everybody, so that a failure is everybody's; another by the environment. */
const seed = Number(process.env["ISOBAR_SEED"] ?? 20_300_101);
const numRuns = Number(process.env["ISOBAR_RUNS"] ?? 60);

interface Cloud {
  readonly name: string;
  readonly adapter: Adapter;
  readonly target: (app: App, settings: object) => Target;
  readonly byKind: { readonly [K in TriggerKind]: fc.Arbitrary<object> };
  readonly whole: fc.Arbitrary<object>;
  readonly faultsOf: (path: string, manifest: unknown) => readonly string[];
  readonly wider: (manifest: unknown) => readonly string[];
  /** A hostile text that would be worked out, and not said as it is. */
  readonly live: RegExp;
  /** What its checker has to be there for. */
  readonly needs: string | undefined;
}
const listOf = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);
/** Resources of deployments inside of a template, whose expressions are its own, stand beside the others and wait for what their deployment waits for. */
function unfolded(resource: JsonObject): readonly JsonObject[] {
  const inner = listOf(objectOf(objectOf(resource["properties"])["template"])["resources"]).map(objectOf).flatMap(unfolded);
  return [resource, ...inner.map((each) => ({ ...each, dependsOn: [...listOf(each["dependsOn"]), ...listOf(resource["dependsOn"])] }))];
}
/** The vendor's files have no type of a deployment. */
const templateFaults = (manifest: JsonObject): readonly string[] =>
  armFaults({ ...manifest, resources: listOf(manifest["resources"]).map(objectOf).flatMap(unfolded) }).filter((fault) => !fault.endsWith('there is no resource type "Microsoft.Resources/deployments"'));
const clouds: readonly Cloud[] = [
  { name: "aws", adapter: awsAdapter, target: (app, settings) => aws(app, settings as never), byKind: awsByKind, whole: awsTarget, faultsOf: (_, manifest) => cloudFormationFaults(manifest), wider: widerOnAws, live: /"Fn::Sub": (?:\[\s*)?"[^"]*(?<!\$)\$\{Region\}/, needs: undefined },
  { name: "azure", adapter: azureAdapter, target: (app, settings) => azure(app, settings as never), byKind: azureByKind, whole: azureTarget, faultsOf: (path, manifest) => (path.endsWith("host.json") ? hostFaults(manifest) : templateFaults(objectOf(manifest))), wider: widerOnAzure, live: /"\[concat\('a', 'b'\)\]/, needs: why },
  { name: "gcp", adapter: gcpAdapter, target: (app, settings) => gcp(app, settings as never), byKind: gcpByKind, whole: gcpTarget, faultsOf: (_, manifest) => terraformFaults(manifest), wider: widerOnGoogleCloud, live: /(?<!\$)\$\{(?:var\.x|Region)\}|(?<!%)%\{ if true/, needs: why },
];

/** A target that accepts every approximation. */
function waived(target: Target, adapter: Adapter): Target {
  const functions = (target.settings as { readonly functions: Readonly<Record<string, object>> }).functions;
  const { gaps } = plan(target, adapter);
  const accept = (name: string) => gaps.filter((gap) => gap.function === name && gap.verdict === "approximated").map(({ capability }) => capability);
  return { ...target, settings: { ...(target.settings as object), functions: Object.fromEntries(Object.entries(functions).map(([name, settings]) => [name, { ...settings, accept: accept(name) }])) } };
}
interface Settings {
  readonly functions: Readonly<Record<string, object>>;
}
const without = <T>(of: Readonly<Record<string, T>>, names: ReadonlySet<string>): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(of).filter(([name]) => !names.has(name)));
/**
 * Functions that plan refuses are taken out of the app, until it refuses none. Out: what is composed of the rest, or why there is nothing. `refuse` hears of every refusal. Throws what is no refusal.
 */
function composedOf(cloud: Cloud, app: App, settings: Settings, refuse: (why: string) => void): { readonly app: App; readonly manifest: Manifest } | undefined {
  try {
    const accepting = waived(cloud.target(app, settings), cloud.adapter);
    const planned = plan(accepting, cloud.adapter);
    const refused = [...refusedOf(planned).map((gap) => ({ function: gap.function, text: `${gap.capability}: ${gap.why}` })), ...planned.faults];
    if (refused.length === 0) return { app, manifest: cloud.adapter.compose!(accepting, planned, { origin: (name) => `functions/${name}.ts:1` }) };
    for (const { text } of refused) refuse(text);
    const names = new Set(refused.map((each) => each.function));
    const rest = without(app.functions, names);
    return Object.keys(rest).length === 0 ? undefined : composedOf(cloud, defineApp(app.name, rest), { ...settings, functions: without(settings.functions, names) }, refuse);
  } catch (error) {
    if (error instanceof IsobarError && (error.code === "unsupported" || error.code === "invalid-definition")) return void refuse(error.message);
    throw error;
  }
}
/** What is beside each unit's bundle is written with it. */
const textsOf = ({ files, units }: Manifest): readonly (readonly [path: string, text: string])[] => [...Object.entries(files), ...Object.entries(units).flatMap(([unit, all]) => Object.entries(all).map(([path, text]) => [`${unit}/${path}`, text] as const))];
const isPath = (path: string): boolean => /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/.test(path) && !hostile.some((text) => text !== "" && path.includes(text));

/** Where a build's own environment has a secret, as a developer's may. */
const value = "sk_live_nobody_may_read_this";
const variables = secretNames.flatMap((name) => [`ISOBAR_SECRET_${name.toUpperCase().replaceAll("-", "_")}`, name.toUpperCase().replaceAll("-", "_")]);
beforeAll(() => { for (const variable of variables) process.env[variable] = value; });
afterAll(() => { for (const variable of variables) delete process.env[variable]; });

describe.each(clouds)("any app on $name", (cloud) => {
  test.skipIf(cloud.needs !== undefined)("is refused, or composed without a fault", () => {
    const composed = new Map<TriggerKind, number>();
    const refusals = new Map<string, number>();
    let empty = 0;
    const holds = fc.property(apps(cloud.byKind), cloud.whole, ({ app: asked, functions }, whole) => {
      const compose = (refuse: (why: string) => void) => composedOf(cloud, asked, { ...whole, functions }, refuse);
      const made = compose((refusal) => void refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1));
      if (made === undefined) {
        empty++;
        return;
      }
      const { app, manifest } = made;
      const texts = textsOf(manifest);
      const manifests = texts.filter(([path]) => path.endsWith(".json") && !/package(?:-lock)?\.json$/.test(path)).map(([path, text]) => [path, JSON.parse(text) as unknown] as const);
      expect(manifests.length).toBeGreaterThan(0);
      expect(manifests.flatMap(([path, each]) => cloud.faultsOf(path, each).map((fault) => `${path}: ${fault}`))).toEqual([]);
      expect(manifests.flatMap(([, each]) => cloud.wider(each))).toEqual([]);
      expect(JSON.stringify(compose(() => {})?.manifest)).toBe(JSON.stringify(manifest));
      expect(texts.map(([path]) => path).filter((path) => !isPath(path))).toEqual([]);
      expect(manifests.filter(([path]) => cloud.live.test(texts.find(([each]) => each === path)![1])).map(([path]) => path)).toEqual([]);
      expect(texts.filter(([, text]) => text.includes(value)).map(([path]) => path)).toEqual([]);
      for (const { kind } of Object.values(app.functions)) composed.set(kind, (composed.get(kind) ?? 0) + 1);
    });
    fc.assert(holds, { seed, numRuns });
    console.log(`${cloud.name}: ${numRuns - empty} apps of ${numRuns} composed, with ${[...composed.values()].reduce((sum, each) => sum + each, 0)} functions; refused ${[...refusals.values()].reduce((sum, each) => sum + each, 0)} times`);
    if (process.env["ISOBAR_TELL"] !== undefined) console.log([...composed], [...refusals].sort(([, a], [, b]) => b - a).slice(0, 25));
    expect(empty).toBeLessThan(numRuns / 2);
    expect([...composed.keys()].sort()).toEqual(["bus", "call", "changes", "http", "logs", "queue", "schedule", "storage", "stream", "topic"]);
  });
});

describe("what allows too much is seen", () => {
  const statement = { Sid: "Sends", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "arn:aws:sqs:eu-central-1:1:q" };
  const on = (statements: object) => ({ Resources: { Role: { Properties: { Policies: [{ PolicyDocument: { Statement: [{ ...statement, ...statements }] } }] } } } });
  test.each([
    [{}, []],
    [{ Action: "sqs:*" }, ['the action "sqs:*"']],
    [{ Resource: "*" }, ['"sqs:SendMessage" on everything']],
    [{ Resource: ["arn:aws:sqs:eu-central-1:1:q", "*"] }, ['"sqs:SendMessage" on everything']],
    [{ Action: ["xray:PutTraceSegments"], Resource: "*" }, []],
    [{ Principal: "*" }, ['"Sends" is for everybody']],
    [{ Principal: { AWS: "*" } }, ['"Sends" is for everybody']],
    [{ NotResource: "x" }, ['"Sends" allows all but something']],
  ])("on AWS: %j", (change, wider) => expect(widerOnAws(on(change))).toEqual(wider));

  const sender = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39";
  const role = (guid: string, more: object = { scope: "[variables('queue')]" }) => ({ resources: [{ type: "Microsoft.Authorization/roleAssignments", name: "r", ...more, properties: { roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${guid}')]` } }] });
  test.each([
    [role(sender), []],
    [role("b24988ac-6180-42a0-ab88-20f7382dd24c"), ["the role b24988ac-6180-42a0-ab88-20f7382dd24c"]],
    [role(sender, {}), ['"r" is for the whole resource group']],
    [{ resources: [{ type: "Microsoft.Authorization/roleDefinitions" }] }, ["a role of its own"]],
  ])("on Azure: %j", (template, wider) => expect(widerOnAzure(template)).toEqual(wider));

  const member = (type: string, given: object) => ({ resource: { [type]: { x: { role: "roles/pubsub.publisher", member: "serviceAccount:a", ...given } } } });
  test.each([
    [member("google_pubsub_topic_iam_member", {}), []],
    [member("google_pubsub_topic_iam_member", { role: "roles/pubsub.admin" }), ['google_pubsub_topic_iam_member.x: "roles/pubsub.admin"']],
    [member("google_pubsub_topic_iam_member", { member: "allUsers" }), ["google_pubsub_topic_iam_member.x: is for everybody"]],
    [member("google_project_iam_member", {}), ['google_project_iam_member.x: "roles/pubsub.publisher" on the whole project']],
    [member("google_project_iam_member", { role: "roles/eventarc.eventReceiver" }), []],
    [member("google_pubsub_topic_iam_binding", {}), ["google_pubsub_topic_iam_binding.x: takes what others were given"]],
    [member("google_cloud_run_service_iam_member", { role: "roles/run.invoker", member: "allUsers" }), []],
  ])("on Google Cloud: %j", (manifest, wider) => expect(widerOnGoogleCloud(manifest)).toEqual(wider));
});
