/** The entry of a unit: registrations of the v4 programming model, bundled as CJS. */
import { IsobarError } from "@isobar/core";
import { bindingOf, importsOf, localName, unitsOf, wiringText, type Adapter, type EntryOptions, type Rendered, type TriggerPlan, type TriggerPlans } from "@isobar/core/plan";
import { busPlan } from "../triggers/bus/plan.ts";
import { callPlan } from "../triggers/call/plan.ts";
import { changesPlan } from "../triggers/changes/plan.ts";
import { httpPlan, isOpen } from "../triggers/http/plan.ts";
import { logsPlan } from "../triggers/logs/plan.ts";
import { queuePlan } from "../triggers/queue/plan.ts";
import { schedulePlan } from "../triggers/schedule/plan.ts";
import { storagePlan } from "../triggers/storage/plan.ts";
import { streamPlan } from "../triggers/stream/plan.ts";
import { topicPlan } from "../triggers/topic/plan.ts";
import { called } from "./existing.ts";
import { faultsOf } from "./faults.ts";
import { losses } from "./losses.ts";
import { compose } from "./manifest.ts";
import type { Registration } from "./registration.ts";
import type { AzureSettings } from "./target.ts";

const triggers: TriggerPlans = { bus: busPlan, call: callPlan, changes: changesPlan, http: httpPlan, logs: logsPlan, queue: queuePlan, schedule: schedulePlan, storage: storagePlan, stream: streamPlan, topic: topicPlan };

const taken = ["app", "azure"];
const spelled = (options: Readonly<Record<string, unknown>>): string => Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}, `).join("");
const registered = ({ name, app, options }: Registration, handler: string): string => `app.${app}(${JSON.stringify(name)}, { ${spelled(options)}handler: ${handler} });`;

/** A function's registration, and its timer's relay where it has one. */
function linesOf(name: string, fn: Parameters<typeof wiringText>[1][number], rendered: Rendered, options: EntryOptions): readonly string[] {
  const { registration, relay } = rendered.resources as { readonly registration: Registration; readonly relay?: Registration };
  const local = localName(name, taken);
  const own = registered(registration, `azure.${rendered.maker}(${local}${wiringText(undefined, [fn], rendered, "azure", options)})`);
  if (relay === undefined) return [own];
  // The relay sends whatever the function itself does, and is registered under a name that is not the function's.
  const outbox = options.outbox === undefined ? "outbox: azure.outbox" : "outbox";
  return [own, registered(relay, `azure.${relay.maker}(${local}, { name: ${JSON.stringify(name)}, ${outbox} })`)];
}

export const adapter: Adapter = {
  cloud: "azure",
  triggers,
  faults: faultsOf,
  compose,
  losses,
  units: ({ app }) => unitsOf(app, "together"),
  entry(target, unit, locate, options = {}) {
    const lines = unit.functions.flatMap((name) => {
      const binding = bindingOf(target, name);
      const { kind } = binding.fn;
      // A plan refuses it too; what is let through here would be open to whoever has the key.
      if (kind === "http" && isOpen(binding as Parameters<typeof isOpen>[0])) throw new IsobarError("unsupported", `${name}: access by token — Azure — nothing would check it — use "private"`);
      const rendered = (triggers[kind] as TriggerPlan<typeof kind>).render(binding);
      const { existing } = target.settings as AzureSettings;
      return linesOf(name, binding.fn, existing === undefined ? rendered : called(rendered, existing), options);
    });
    // Streaming is one switch for a whole app: https://learn.microsoft.com/azure/azure-functions/functions-reference-node#http-streams
    const setup = lines.some((line) => line.includes("handler: azure.httpStream(")) ? ["app.setup({ enableHttpStream: true });"] : [];
    return {
      file: "index.cjs",
      format: "cjs",
      external: ["@azure/functions-core"],
      text: `import { app } from "@azure/functions";\nimport * as azure from "@isobar/adapter-azure/runtime";\n${importsOf(unit, locate, taken, options)}\n\n${[...setup, ...lines].join("\n")}\n`,
    };
  },
};
