/** The entry of a unit: one registered HTTP function, bundled as CJS beside the framework, which has the registry. */
import type { TriggerKind } from "@isobar/core";
import { bindingOf, importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type TriggerPlan, type TriggerPlans } from "@isobar/core/plan";
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
import { faultsOf } from "./faults.ts";
import { losses } from "./losses.ts";
import { compose } from "./manifest.ts";
import { framework } from "./package.ts";

const taken = ["gcp", "register"];
/** A new kind does not compile until it has its plan here. */
const triggers: TriggerPlans = {
  http: httpPlan,
  queue: queuePlan,
  topic: topicPlan,
  storage: storagePlan,
  schedule: schedulePlan,
  changes: changesPlan,
  stream: streamPlan,
  bus: busPlan,
  logs: logsPlan,
  call: callPlan,
};

export const adapter: Adapter = {
  cloud: "gcp",
  triggers,
  faults: faultsOf,
  compose,
  losses,
  units: ({ app }) => unitsOf(app, "together"),
  entry(target, unit, locate, options = {}) {
    const rendered = unit.functions.map((name) => (triggers[unit.kind] as TriggerPlan<TriggerKind>).render(bindingOf(target, name)));
    // Routes share an entry: one that streams makes all of them.
    const { maker, ...wired } = rendered.find(({ maker: each }) => each === "httpStream") ?? rendered[0]!;
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    const wiring = wiringText(routes ? undefined : only, unit.functions.map((name) => target.app.functions[name]!), wired, "gcp", options);
    return {
      file: "index.cjs",
      format: "cjs",
      external: [framework],
      installed: [framework],
      text: `import { http as register } from ${JSON.stringify(framework)};\nimport * as gcp from "@isobar/adapter-gcp/runtime";\n${importsOf(unit, locate, taken, options)}\n\nregister(${JSON.stringify(unit.name)}, gcp.${maker}(${what}${wiring}));\n`,
    };
  },
};
