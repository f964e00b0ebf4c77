/** The entry of a unit: ESM, one `handler`. */
import { importsOf, localName, objectText, unitsOf, wiringText, type Adapter } from "@isobar/core/plan";
import { httpMaker } from "../triggers/http/plan.ts";
import { queueMaker } from "../triggers/queue/plan.ts";

const makers = { http: httpMaker, queue: queueMaker } as const;
const taken = ["handler", "local"];

export const adapter: Adapter = {
  cloud: "local",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app }, unit, locate, options = {}) {
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    return {
      file: "index.mjs",
      format: "esm",
      external: [],
      text: `import * as local from "@isobar/adapter-local/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = local.${makers[unit.kind]()}(${what}${wiringText(routes ? undefined : only, unit.functions.map((name) => app.functions[name]!), "local", options)});\n`,
    };
  },
};
