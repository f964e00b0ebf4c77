/** A unit as it is deployed: its code, its account, and its function as a whole. https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions */
import { IsobarError, type App, type Channel, type Target } from "@isobar/core";
import { needsOf, settingsOf, type Grant, type PlannedBinding, type Unit, type UnitNeeds } from "@isobar/core/plan";
import { secretVariable } from "../runtime/secret.ts";
import { secretId, secretParts } from "./existing.ts";
import { capacityOf, functionKey, functionResource, unitSettings, type FunctionSettings } from "./function.ts";
import { ingressOf } from "./http.ts";
import { accountKey, accountOf, grantedOf, secretsOf } from "./identity.ts";
import { addressOf, queueOf, topicOf } from "./push.ts";
import { blockOf, labelOf, literal, mostId, mostProjectNumber, nameOf, nameWithin, ref, type Resource, type Resources } from "./resources.ts";
import type { GcpSettings } from "./target.ts";

/** The bucket that all units' code is uploaded to. A bucket of the app's own never has an underscore in its name. */
export const codeKey = "google_storage_bucket.code";
/** Shorter than a function's own 63: IAM goes by the name of its Cloud Run service, which has fewer than 50 (google/cloud/run/v2/service.proto). */
export const mostFunctionName = 49;

/** What members of a unit say together; a fault for each setting of which they say different things. */
function agreed(target: Target, { name, functions }: Unit, faults: string[]): FunctionSettings {
  const said = functions.map((each) => [each, settingsOf(target, each) as FunctionSettings] as const);
  const together = unitSettings.flatMap((setting) => {
    const [first, ...others] = said.filter(([, settings]) => settings[setting] !== undefined);
    if (first === undefined) return [];
    const other = others.find(([, settings]) => settings[setting] !== first[1][setting]);
    if (other !== undefined) faults.push(`${setting}: ${String(first[1][setting])} for ${first[0]}, ${String(other[1][setting])} for ${other[0]} · unit "${name}" · its members are deployed together, with one of each · say the same, or give them groups of their own`);
    return [[setting, first[1][setting]] as const];
  });
  return Object.fromEntries(together);
}

/** A channel that is sent to: the topic's key, and what there is of it. */
const sentTo = (app: App, to: Channel): { readonly key: string; readonly resources: Resources } => {
  if (to.resource === "queue") return queueOf(app, to);
  const [key, topic] = topicOf(app, "topic", to.name);
  return { key, resources: { [key]: topic } };
};
/** What a function's `sends` need to be there. */
export const channelsOf = (app: App, sends: readonly Channel[] = []): Resources => Object.assign({}, ...sends.map((to) => sentTo(app, to).resources)) as Resources;

/** Variables that are the platform's to set: https://cloud.google.com/run/docs/configuring/services/overview-environment-variables#reserved. LOG_EXECUTION_ID is ours, or the service would add it. */
const reserved = /^(?:PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|FUNCTION_TARGET|FUNCTION_SIGNATURE_TYPE|LOG_EXECUTION_ID|X_GOOGLE_.*)$/;
const mostVariables = 1_000;
const mostEnvironmentBytes = 32_768;
/** More than the longest name of a topic here, "projects/P/topics/T". */
const addressBytes = 200;
function environmentFaults(unit: string, own: Readonly<Record<string, string>>, addresses: Readonly<Record<string, string>>): readonly string[] {
  const bytes = [...Object.entries(own), ...Object.keys(addresses).map((name) => [name, "x".repeat(addressBytes)] as const)].reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  const count = Object.keys(own).length + Object.keys(addresses).length;
  return [
    ...Object.keys(own).filter((name) => reserved.test(name)).map((name) => `environment ${name} · unit "${unit}" · the platform sets it itself · another name`),
    ...(bytes > mostEnvironmentBytes ? [`an environment of ${bytes} bytes · unit "${unit}" · a function has ${mostEnvironmentBytes} for names and values · fewer, or shorter ones`] : []),
    ...(count > mostVariables ? [`an environment of ${count} variables · unit "${unit}" · a function has ${mostVariables} · fewer`] : []),
  ];
}

function needed(app: App, unit: Unit, faults: string[]): UnitNeeds | undefined {
  try {
    return needsOf(app, unit);
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

export interface Composed {
  readonly resources: Resources;
  readonly faults: readonly string[];
}
/** In: a unit, and what is rendered of its members. */
export function composedOf(target: Target<GcpSettings>, unit: Unit, bindings: readonly PlannedBinding[]): Composed {
  const { app, settings: { runtime = "nodejs24", buildServiceAccount, existing: { secrets: named = {} } = {} } } = target;
  const secretOf = (name: string): string => (Object.hasOwn(named, name) ? named[name]! : nameOf(app, name));
  const [key, label, faults] = [functionKey(unit.name), labelOf(unit.name), [] as string[]];
  const settings = agreed(target, unit, faults);
  const needs = needed(app, unit, faults);
  const rendered = bindings.flatMap(({ rendered: { resources } }) => (resources[key] === undefined ? [] : [resources[key] as Resource]));
  for (const { function: name, variant } of bindings.filter((each) => each.rendered.resources[key] === undefined)) faults.push(`${name} · the variant ${JSON.stringify(variant)} · it decodes what others deployed, and nothing of it is rendered · another variant`);
  const [first] = rendered;
  if (first === undefined || needs === undefined) return { resources: {}, faults };

  const addresses: Record<string, string> = {};
  for (const to of needs.sends) addresses[addressOf(to.resource, to.name)] = ref(sentTo(app, to).key);
  for (const each of rendered) Object.assign(addresses, blockOf(blockOf(each, "service_config"), "environment_variables"));
  faults.push(...environmentFaults(unit.name, needs.environment, addresses));

  const sends = needs.sends.map((to): Grant => ({ actions: ["roles/pubsub.publisher"], on: sentTo(app, to).key, for: "sending" }));
  const members = { ...grantedOf(unit.name, [...bindings.flatMap(({ rendered: { grants } }) => grants), ...sends]), ...secretsOf(unit.name, needs.secrets, (name) => secretId(secretOf(name))) };
  // Routes of one unit are all rendered with the longest of theirs.
  const seconds = Number(blockOf(first, "service_config").timeout_seconds);
  const { ingressSettings = ingressOf(bindings[0]!), vpcConnector, vpcConnectorEgressSettings = "PRIVATE_RANGES_ONLY", directVpcSubnetwork: subnetwork, directVpcEgress = "VPC_EGRESS_PRIVATE_RANGES_ONLY" } = settings;
  const code = `google_storage_bucket_object.${label}`;
  const waits = [...new Set([...rendered.flatMap(({ depends_on: on = [] }) => on as readonly string[]), ...Object.keys(members)])];
  const { service_config: size } = functionResource(capacityOf({ fn: { options: { memoryMb: needs.memoryMb } as never }, settings }), seconds);
  return {
    faults,
    resources: {
      // What has another hash is another object, and the function is built anew.
      [code]: { name: `${unit.name}-\${filemd5("\${path.module}/${unit.name}.zip")}.zip`, bucket: ref(codeKey, "name"), source: `\${path.module}/${unit.name}.zip` },
      ...accountOf(app, unit.name),
      ...members,
      [key]: {
        name: nameWithin(mostFunctionName, app, unit.name.toLowerCase()),
        location: "${var.region}",
        labels: { isobar_unit: unit.name.toLowerCase() },
        build_config: {
          runtime,
          entry_point: unit.name,
          source: { storage_source: { bucket: ref(codeKey, "name"), object: ref(code, "name") } },
          ...(buildServiceAccount === undefined ? {} : { service_account: buildServiceAccount }),
        },
        service_config: {
          ...(size as Resource),
          ingress_settings: ingressSettings,
          all_traffic_on_latest_revision: true,
          service_account_email: ref(accountKey(unit.name), "email"),
          ...(vpcConnector === undefined ? {} : { vpc_connector: vpcConnector, vpc_connector_egress_settings: vpcConnectorEgressSettings }),
          ...(subnetwork === undefined ? {} : { direct_vpc_egress: directVpcEgress, direct_vpc_network_interface: { subnetwork } }),
          environment_variables: { ...addresses, ...Object.fromEntries(Object.entries(needs.environment).map(([name, value]) => [name, literal(value)])), LOG_EXECUTION_ID: "true" },
          ...(needs.secrets.length === 0 ? {} : { secret_environment_variables: needs.secrets.map((name) => ({ key: secretVariable(name), ...secretParts(secretOf(name)), version: "latest" })) }),
        },
        ...(first.event_trigger === undefined ? {} : { event_trigger: first.event_trigger }),
        // What it may do, it may from its first delivery on.
        ...(waits.length === 0 ? {} : { depends_on: waits }),
      },
    },
  };
}
/** All code's bucket; each unit's is an object in it. */
export const codeBucket = (app: App): Resource => ({ name: `\${data.google_project.this.number}-${nameWithin(mostId - mostProjectNumber - "-_code".length, app)}_code`, location: "${var.region}", uniform_bucket_level_access: true, public_access_prevention: "enforced" });
