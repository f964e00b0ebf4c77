/** What AWS answers for at deploy time: units, the plan of every kind, and the entry of a unit: ESM, one `handler`. */
import type { TriggerKind } from "@isobar/core";
import { bindingOf, importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type Binding, type TriggerPlan, type TriggerPlans } from "@isobar/core/plan";
import { busPlan } from "../triggers/bus/plan.ts";
import { callPlan } from "../triggers/call/plan.ts";
import { changesPlan } from "../triggers/changes/plan.ts";
import { httpMaker, httpPlan } from "../triggers/http/plan.ts";
import { logsPlan } from "../triggers/logs/plan.ts";
import { queuePlan } from "../triggers/queue/plan.ts";
import { schedulePlan } from "../triggers/schedule/plan.ts";
import { storagePlan } from "../triggers/storage/plan.ts";
import { streamPlan } from "../triggers/stream/plan.ts";
import { topicPlan } from "../triggers/topic/plan.ts";
import { faultsOf } from "./faults.ts";
import { losses } from "./losses.ts";
import { compose } from "./manifest.ts";

/** A new kind does not compile until it has one here. */
const triggers: TriggerPlans = {
  bus: busPlan,
  call: callPlan,
  changes: changesPlan,
  http: httpPlan,
  logs: logsPlan,
  queue: queuePlan,
  schedule: schedulePlan,
  storage: storagePlan,
  stream: streamPlan,
  topic: topicPlan,
};
const taken = ["handler", "lambda"];

export const adapter: Adapter = {
  cloud: "aws",
  triggers,
  faults: faultsOf,
  compose,
  losses,
  units: ({ app }) => unitsOf(app, "each"),
  entry(target, unit, locate, options = {}) {
    const bindings = unit.functions.map((name) => bindingOf(target, name));
    const rendered = (triggers[unit.kind] as TriggerPlan<TriggerKind>).render(bindings[0]!);
    // HTTP functions can share a unit; their front end is one.
    const maker = unit.kind === "http" ? httpMaker(bindings as readonly Binding<"http", never>[]) : rendered.maker;
    const [only] = unit.functions;
    const one = unit.functions.length === 1;
    const what = one ? localName(only!, taken) : objectText(unit, taken);
    return {
      file: "index.mjs",
      format: "esm",
      external: [],
      text: `import * as lambda from "@isobar/adapter-aws/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = lambda.${maker}(${what}${wiringText(one ? only : undefined, bindings.map(({ fn }) => fn), rendered, "lambda", options)});\n`,
    };
  },
};
