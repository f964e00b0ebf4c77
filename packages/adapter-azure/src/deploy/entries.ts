/** The entry of a unit: registrations of the v4 programming model, bundled as CJS. */
import type { FunctionOf, TriggerKind } from "@isobar/core";
import { importsOf, localName, unitsOf, wiringText, type Adapter, type Binding } from "@isobar/core/plan";
import { busMaker } from "../triggers/bus/plan.ts";
import { callMaker } from "../triggers/call/plan.ts";
import { changesMaker } from "../triggers/changes/plan.ts";
import { httpMaker } from "../triggers/http/plan.ts";
import { logsMaker } from "../triggers/logs/plan.ts";
import { queueMaker } from "../triggers/queue/plan.ts";
import { scheduleMaker } from "../triggers/schedule/plan.ts";
import { storageMaker } from "../triggers/storage/plan.ts";
import { streamMaker } from "../triggers/stream/plan.ts";
import { topicMaker } from "../triggers/topic/plan.ts";
import type { Registration } from "./registration.ts";
import type { AzureByKind, AzureSettings } from "./target.ts";

/** A registration for each kind. A new kind does not compile until it has one here. */
const makers: { readonly [K in TriggerKind]: (binding: Binding<K, AzureByKind[K]>) => Registration } = {
  bus: busMaker,
  call: callMaker,
  changes: changesMaker,
  http: httpMaker,
  logs: logsMaker,
  queue: queueMaker,
  schedule: scheduleMaker,
  storage: storageMaker,
  stream: streamMaker,
  topic: topicMaker,
};
const taken = ["app", "azure"];
const spelled = (options: Readonly<Record<string, unknown>>): string => Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}, `).join("");

export const adapter: Adapter = {
  cloud: "azure",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app, settings }, unit, locate, options = {}) {
    const { functions = {} } = settings as AzureSettings & { readonly functions?: Readonly<Record<string, object>> };
    const fns = unit.functions.map((name) => ({ name, fn: app.functions[name]! }));
    const streams = fns.some(({ fn }) => fn.kind === "http" && fn.options.streaming);
    const registrations = fns.map(({ name, fn }) => {
      const { app: method, maker, options: own } = (makers[fn.kind] as (binding: Binding<TriggerKind>) => Registration)({ name, fn: fn as FunctionOf<TriggerKind>, settings: functions[name] ?? {} });
      const handler = `azure.${streams && maker === "http" ? "httpStream" : maker}(${localName(name, taken)}${wiringText(undefined, [fn], "azure", options)})`;
      return `app.${method}(${JSON.stringify(name)}, { ${spelled(own)}handler: ${handler} });`;
    });
    // Streaming is one switch for a whole app: https://learn.microsoft.com/azure/azure-functions/functions-reference-node#http-streams
    const setup = streams ? ["app.setup({ enableHttpStream: true });"] : [];
    return {
      file: "index.cjs",
      format: "cjs",
      external: ["@azure/functions-core"],
      text: `import { app } from "@azure/functions";\nimport * as azure from "@isobar/adapter-azure/runtime";\n${importsOf(unit, locate, taken, options)}\n\n${[...setup, ...registrations].join("\n")}\n`,
    };
  },
};
