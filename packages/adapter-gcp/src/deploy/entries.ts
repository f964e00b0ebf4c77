/** The entry of a unit: one registered HTTP function, bundled as CJS beside the framework, which has the registry. */
import type { FunctionOf, TriggerKind } from "@isobar/core";
import { importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type Binding } from "@isobar/core/plan";
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
import type { GcpByKind, GcpSettings } from "./target.ts";

const taken = ["gcp", "register"];
/** The name of the entry maker, by kind. A new kind does not compile until it has one here. */
const makers: { readonly [K in TriggerKind]: (binding: Binding<K, GcpByKind[K]>) => string } = {
  http: httpMaker,
  queue: queueMaker,
  topic: topicMaker,
  storage: storageMaker,
  schedule: scheduleMaker,
  changes: changesMaker,
  stream: streamMaker,
  bus: busMaker,
  logs: logsMaker,
  call: callMaker,
};

export const adapter: Adapter = {
  cloud: "gcp",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app, settings }, unit, locate, options = {}) {
    const { functions: chosen = {} } = settings as GcpSettings & { readonly functions?: Readonly<Record<string, object>> };
    const makerOf = makers[unit.kind] as (binding: Binding<TriggerKind>) => string;
    const named = unit.functions.map((name) => makerOf({ name, fn: app.functions[name] as FunctionOf<TriggerKind>, settings: chosen[name] ?? {} }));
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    const wiring = wiringText(routes ? undefined : only, unit.functions.map((name) => app.functions[name]!), "gcp", options);
    return {
      file: "index.cjs",
      format: "cjs",
      external: ["@google-cloud/functions-framework"],
      text: `import { http as register } from "@google-cloud/functions-framework";\nimport * as gcp from "@isobar/adapter-gcp/runtime";\n${importsOf(unit, locate, taken, options)}\n\nregister(${JSON.stringify(unit.name)}, gcp.${named.find((name) => name === "httpStream") ?? named[0]}(${what}${wiring}));\n`,
    };
  },
};
