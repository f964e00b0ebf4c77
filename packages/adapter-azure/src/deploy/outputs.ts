/** What a deployment tells: names that are made in it, and the environment of `isobar dead-letters`. */
import type { App } from "@isobar/core";
import type { PlannedBinding, Unit } from "@isobar/core/plan";
import { lettersOf } from "./channels.ts";
import { called, type Existing } from "./existing.ts";
import { sourceVariable } from "./function-app.ts";
import type { Registration } from "./registration.ts";
import { siteName } from "./site.ts";
import { addressOf } from "./storage-queue.ts";

/** The queue that only this function reads, as its registration names it. */
function sourceOf({ app, options: { queueName } }: Registration): string | undefined {
  if (app !== "serviceBusQueue" && app !== "storageQueue") return undefined;
  return app === "storageQueue" ? addressOf(String(queueName)) : String(queueName);
}
/** As the run time of a unit finds them (runtime/outbox.ts). */
function lettersEnvironment(app: App, bindings: readonly PlannedBinding[], existing: Existing): Readonly<Record<string, string>> {
  const found = bindings.filter(({ function: name }) => lettersOf(app, name) !== undefined).flatMap(({ function: name, rendered: { resources } }) => {
    const { registration, site } = (Object.keys(existing).length === 0 ? resources : called(resources, existing)) as { readonly registration: Registration; readonly site: { readonly properties: { readonly siteConfig: { readonly appSettings: readonly { readonly name: string; readonly value: string }[] } } } };
    const source = sourceOf(registration);
    const told = site.properties.siteConfig.appSettings.filter((each) => /^ISOBAR_(?:SERVICE_BUS$|QUEUE_[A-Z0-9])/.test(each.name)).map((each) => [each.name, each.value] as const);
    return [...told, ...(source === undefined ? [] : [[sourceVariable(name), source] as const])];
  });
  return Object.fromEntries(found);
}
/** `sites`: each unit's app; `urls`: where routes are; `deadLetters`: an environment. */
export function outputsOf(app: App, units: readonly Unit[], bindings: readonly PlannedBinding[], existing: Existing = {}): Readonly<Record<string, object>> {
  const answering = new Set(bindings.flatMap(({ unit, rendered: { resources } }) => ((resources as { readonly registration: Registration }).registration.app === "http" ? [unit] : [])));
  const routes = units.filter(({ name }) => answering.has(name)).map(({ name }) => [name, `[concat('https://', ${siteName(name)}, '.azurewebsites.net')]`] as const);
  const letters = lettersEnvironment(app, bindings, existing);
  return {
    sites: Object.fromEntries(units.map(({ name }) => [name, `[${siteName(name)}]`])),
    ...(routes.length === 0 ? {} : { urls: Object.fromEntries(routes) }),
    ...(Object.keys(letters).length === 0 ? {} : { deadLetters: letters }),
  };
}
