/** The adapter: what it plans, what that is composed to, and the entry of a unit: ESM, one `handler`. */
import type { TriggerKind } from "@isobar/core";
import { bindingOf, importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type TriggerPlan } from "@isobar/core/plan";
import { busPlan } from "../triggers/bus/plan.ts";
import { callPlan } from "../triggers/call/plan.ts";
import { changesPlan } from "../triggers/changes/plan.ts";
import { httpPlan } from "../triggers/http/plan.ts";
import { logsPlan } from "../triggers/logs/plan.ts";
import { queuePlan } from "../triggers/queue/plan.ts";
import { schedulePlan } from "../triggers/schedule/plan.ts";
import { storagePlan } from "../triggers/storage/plan.ts";
import { streamPlan } from "../triggers/stream/plan.ts";
import { topicPlan } from "../triggers/topic/plan.ts";
import { compose, entryFile, losses } from "./manifest.ts";
import { faultsOf } from "./faults.ts";

const taken = ["handler", "local"];

export const adapter: Adapter = {
  cloud: "local",
  triggers: { bus: busPlan, call: callPlan, changes: changesPlan, http: httpPlan, logs: logsPlan, queue: queuePlan, schedule: schedulePlan, storage: storagePlan, stream: streamPlan, topic: topicPlan },
  faults: faultsOf,
  compose,
  losses,
  units: ({ app }) => unitsOf(app, "together"),
  entry(target, unit, locate, options = {}) {
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    const rendered = (adapter.triggers[unit.kind] as TriggerPlan<TriggerKind>).render(bindingOf(target, only!));
    return {
      file: entryFile,
      format: "esm",
      external: [],
      text: `import * as local from "@isobar/adapter-local/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = local.${rendered.maker}(${what}${wiringText(routes ? undefined : only, unit.functions.map((name) => target.app.functions[name]!), rendered, "local", options)});\n`,
    };
  },
};
