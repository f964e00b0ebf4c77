/** The entry of a unit: one registered HTTP function, bundled as CJS beside the framework, which has the registry. */
import { importsOf, localName, objectText, unitsOf, wiringText, type Adapter } from "@isobar/core/plan";
import { httpMaker } from "../triggers/http/plan.ts";
import { queueMaker } from "../triggers/queue/plan.ts";

const taken = ["gcp", "register"];
const makers = { http: httpMaker, queue: queueMaker } as const;

export const adapter: Adapter = {
  cloud: "gcp",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app }, unit, locate, options = {}) {
    const [only] = unit.functions;
    const routes = unit.kind === "http";
    const functions = unit.functions.map((name) => app.functions[name]!);
    const what = routes ? objectText(unit, taken) : localName(only!, taken);
    return {
      file: "index.cjs",
      format: "cjs",
      external: ["@google-cloud/functions-framework"],
      text: `import { http as register } from "@google-cloud/functions-framework";\nimport * as gcp from "@isobar/adapter-gcp/runtime";\n${importsOf(unit, locate, taken, options)}\n\nregister(${JSON.stringify(unit.name)}, gcp.${makers[unit.kind](functions)}(${what}${wiringText(routes ? undefined : only, functions, "gcp", options)}));\n`,
    };
  },
};
