/** Manifests in tests: an app of every kind, composed, and read as JSON. */
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
import { plan, refuse, type Manifest } from "@isobar/core/plan";
import { adapter } from "../deploy/entries.ts";
import type { Resource } from "../deploy/resources.ts";
import type { Template } from "../deploy/stacks.ts";
import { aws, type AwsSettings } from "../deploy/target.ts";
import { failed } from "./planned.ts";

/** Nothing that only the default variants keep. */
const policy = { delivery: { maxAttempts: 3, deadLetter: failed }, timeout: "9s" } as const;
export const everyKind = defineApp("shop", {
  charge: queue(defineQueue("orders"), policy, () => {}),
  hear: topic(defineTopic("news"), policy, () => {}),
  resize: storage(defineBucket("uploads"), policy, () => {}),
  tick: schedule("0 6 * * *", policy, () => {}),
  follow: changes(defineTable("users"), policy, () => {}),
  count: stream(defineStream("clicks"), policy, () => {}),
  listen: bus(defineBus("events"), policy, () => {}),
  read: logs(defineLog("access"), policy, () => {}),
  ask: call(policy, () => null),
  page: http.get("/a", { access: "public" }, () => empty()),
});
const direct = { variant: "direct", accept: ["deadLetter"] } as const;
/** Every kind by its other path. */
export const invokedDirectly: AwsSettings = { functions: { hear: direct, resize: direct, tick: direct, listen: direct, read: direct, ask: { variant: "async" } } } as AwsSettings;

/** Throws what the plan refuses, and what `compose` does. */
export function composed(app: App, settings: AwsSettings = {}): Manifest {
  const target = aws(app, settings as never);
  const planned = plan(target, adapter);
  refuse([planned]);
  return adapter.compose!(target, planned, { origin: (name) => `functions/${name}.ts:5` });
}
export const templatesIn = ({ files }: Manifest): Readonly<Record<string, Template>> => Object.fromEntries(Object.entries(files).map(([file, text]) => [file, JSON.parse(text) as Template]));
/** Of an app that one stack holds. */
export const templateOf = (app: App, settings: AwsSettings = {}): Template => templatesIn(composed(app, settings))["template.json"]!;
/** One resource of it; throws where there is none. */
export function resourceIn({ Resources }: Template, id: string): Resource {
  const found = Resources[id];
  if (found === undefined) throw new Error(`there is no ${id} among ${Object.keys(Resources).join(", ")}`);
  return found;
}
export const propertiesIn = (template: Template, id: string): Resource["Properties"] => resourceIn(template, id).Properties;
/** What `compose` says it refuses: its sentences. */
export function refusals(app: App, settings: AwsSettings = {}): readonly string[] {
  try {
    composed(app, settings);
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.trim()).filter((line) => line !== "AWS refuses:");
  }
  return [];
}
