/** The entry of a unit: ESM, one `handler`. */
import type { FunctionOf, TriggerKind } from "@isobar/core";
import { importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type Binding } from "@isobar/core/plan";
import { busMaker } from "../triggers/bus/plan.ts";
import { callMaker, type CallSettings } from "../triggers/call/plan.ts";
import { changesMaker } from "../triggers/changes/plan.ts";
import { httpMaker } from "../triggers/http/plan.ts";
import { logsMaker } from "../triggers/logs/plan.ts";
import { queueMaker } from "../triggers/queue/plan.ts";
import { scheduleMaker } from "../triggers/schedule/plan.ts";
import { storageMaker } from "../triggers/storage/plan.ts";
import { streamMaker } from "../triggers/stream/plan.ts";
import { topicMaker } from "../triggers/topic/plan.ts";
import type { LocalSettings } from "./target.ts";

/** The name of the entry maker, by kind. A new kind does not compile until it has one here. */
const makers: { readonly [K in TriggerKind]: (binding: Binding<K, never>) => string } = {
  bus: busMaker,
  call: (binding: Binding<"call", CallSettings>) => callMaker(binding),
  changes: changesMaker,
  http: httpMaker,
  logs: logsMaker,
  queue: queueMaker,
  schedule: scheduleMaker,
  storage: storageMaker,
  stream: streamMaker,
  topic: topicMaker,
};
const taken = ["handler", "local"];

export const adapter: Adapter = {
  cloud: "local",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app, settings }, unit, locate, options = {}) {
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    const { functions = {} } = settings as LocalSettings & { readonly functions?: Readonly<Record<string, object>> };
    const maker = (makers[unit.kind] as (binding: Binding<TriggerKind>) => string)({ name: only!, fn: app.functions[only!] as FunctionOf<TriggerKind>, settings: functions[only!] ?? {} });
    return {
      file: "index.mjs",
      format: "esm",
      external: [],
      text: `import * as local from "@isobar/adapter-local/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = local.${maker}(${what}${wiringText(routes ? undefined : only, unit.functions.map((name) => app.functions[name]!), "local", options)});\n`,
    };
  },
};
