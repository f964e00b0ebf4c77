/** The entry of a unit: ESM, one `handler`. */
import type { HttpFunction } from "@isobar/core";
import { importsOf, localName, objectText, unitsOf, wiringText, type Adapter, type Binding } from "@isobar/core/plan";
import { httpMaker, type HttpSettings } from "../triggers/http/plan.ts";
import { queueMaker } from "../triggers/queue/plan.ts";
import type { AwsSettings } from "./target.ts";

const taken = ["handler", "lambda"];

export const adapter: Adapter = {
  cloud: "aws",
  units: ({ app }) => unitsOf(app, "each"),
  entry({ app, settings }, unit, locate, options = {}) {
    const { functions = {} } = settings as AwsSettings & { readonly functions?: Readonly<Record<string, object>> };
    const makers = {
      http: () => httpMaker(unit.functions.map((name): Binding<"http", HttpSettings> => ({ name, fn: app.functions[name] as HttpFunction, settings: (functions as Readonly<Record<string, HttpSettings>>)[name] ?? {} }))),
      queue: queueMaker,
    };
    const [only] = unit.functions;
    const one = unit.functions.length === 1;
    const what = one ? localName(only!, taken) : objectText(unit, taken);
    return {
      file: "index.mjs",
      format: "esm",
      external: [],
      text: `import * as lambda from "@isobar/adapter-aws/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = lambda.${makers[unit.kind]()}(${what}${wiringText(one ? only : undefined, unit.functions.map((name) => app.functions[name]!), "lambda", options)});\n`,
    };
  },
};
