/** Clouds as artefacts meet them: the real runtime, every wire, and the environment that the composed manifest gives a unit, with this machine's addresses in it. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startUnit as startAws, wires as awsWires } from "@isobar/adapter-aws/testing";
import { startUnit as startAzure, wires as azureWires } from "@isobar/adapter-azure/testing";
import { startUnit as startGcp, wires as gcpWires } from "@isobar/adapter-gcp/testing";
import type { RunningUnit, UnitToRun, Wire } from "@isobar/core/adapter";
import { secretValue } from "./services.ts";

type Environment = Readonly<Record<string, string>>;
export interface Cloud {
  readonly name: string;
  readonly start: (unit: UnitToRun) => Promise<RunningUnit>;
  readonly wires: readonly Wire[];
  /** In: the folder of the manifest, a unit, the address of the services. A variable that the manifest does not have is not there. Throws where the manifest has no such unit. */
  readonly environment: (folder: string, unit: string, host: string) => Environment;
  /** Puts beside a unit what its platform installs or has. */
  readonly provide: (folder: string) => void;
}
const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown;
/** ISOBAR_QUEUE_ORDERS_FAILED → "orders-failed". */
const channelOf = (variable: string): string => variable.replace(/^ISOBAR_(?:QUEUE|TOPIC)_/, "").toLowerCase().replaceAll("_", "-");
const there = <T>(value: T | undefined, unit: string): T => {
  if (value === undefined) throw new Error(`the manifest has no unit "${unit}"`);
  return value;
};
const mapped = (variables: readonly (readonly [name: string, value: unknown])[], of: (name: string, value: unknown) => string | undefined): Environment =>
  Object.fromEntries(variables.flatMap(([name, value]) => { const text = of(name, value); return text === undefined ? [] : [[name, text] as const]; }));

function ofAws(folder: string, unit: string, host: string): Environment {
  const { Resources } = read(folder, "template.json") as { readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: { readonly Code?: unknown; readonly Environment?: { readonly Variables: object } } }>> };
  const { Properties } = there(Object.values(Resources).find(({ Type, Properties: { Code } }) => Type === "AWS::Lambda::Function" && Code === `./${unit}`), unit);
  const set = mapped(Object.entries(Properties.Environment?.Variables ?? {}), (name, value) => {
    if (name.startsWith("ISOBAR_QUEUE_")) return `http://${host}/123456789012/${channelOf(name)}`;
    if (name.startsWith("ISOBAR_TOPIC_")) return `arn:aws:sns:eu-central-1:123456789012:${channelOf(name)}`;
    return typeof value === "string" ? value : undefined;
  });
  // What Lambda sets itself, and where its services are.
  return { ...set, AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "example", AWS_ENDPOINT_URL: `http://${host}` };
}
function ofAzure(folder: string, unit: string, host: string): Environment {
  const { resources } = read(folder, "azuredeploy.json") as { readonly resources: readonly { readonly type: string; readonly comments?: string; readonly properties: { readonly siteConfig: { readonly appSettings: readonly { readonly name: string; readonly value: string }[] } } }[] };
  const { properties } = there(resources.find(({ type, comments = "" }) => type === "Microsoft.Web/sites" && comments.startsWith(`site ${unit} ·`)), unit);
  const set = mapped(properties.siteConfig.appSettings.map(({ name, value }) => [name, value] as const), (name, value) => {
    if (name === "ISOBAR_SERVICE_BUS") return `http://${host}`;
    if (String(value).startsWith("@Microsoft.KeyVault(")) return secretValue;
    return String(value).startsWith("[") ? undefined : String(value);
  });
  return { ...set, IDENTITY_ENDPOINT: `http://${host}/msi/token`, IDENTITY_HEADER: "header" };
}
function ofGoogle(folder: string, unit: string, host: string): Environment {
  const { resource } = read(folder, "main.tf.json") as { readonly resource: { readonly google_cloudfunctions2_function: Readonly<Record<string, { readonly name: string; readonly service_config: { readonly environment_variables?: object; readonly secret_environment_variables?: readonly { readonly key: string }[] } }>> } };
  const { service_config: { environment_variables = {}, secret_environment_variables = [] } } = there(Object.values(resource.google_cloudfunctions2_function).find(({ name }) => name.endsWith(`\${var.stage}-${unit}`)), unit);
  const set = mapped(Object.entries(environment_variables), (name, value) => (/^ISOBAR_(?:QUEUE|TOPIC)_/.test(name) ? `projects/p/topics/${channelOf(name)}` : String(value)));
  return { ...set, ...Object.fromEntries(secret_environment_variables.map(({ key }) => [key, secretValue])), PUBSUB_EMULATOR_HOST: host };
}
/** Cloud Build installs it beside the function. */
function provideFramework(folder: string): void {
  mkdirSync(join(folder, "node_modules", "@google-cloud"), { recursive: true });
  symlinkSync(fileURLToPath(new URL("../../node_modules/@google-cloud/functions-framework", import.meta.url)), join(folder, "node_modules", "@google-cloud", "functions-framework"));
}
export const clouds: readonly Cloud[] = [
  { name: "aws", start: startAws, wires: awsWires, environment: ofAws, provide: () => {} },
  { name: "azure", start: startAzure, wires: azureWires, environment: ofAzure, provide: () => {} },
  { name: "gcp", start: startGcp, wires: gcpWires, environment: ofGoogle, provide: provideFramework },
];
