/** The entry of a unit: ESM, one `handler`. */
import { IsobarError, type TriggerKind } from "@isobar/core";
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
import type { AwsByKind, AwsSettings } from "./target.ts";

/** The name of the entry maker, by kind, for the unit's one function; HTTP functions can share a unit. A new kind does not compile until it has one here. */
const makers: { readonly [K in TriggerKind]: (binding: Binding<K, AwsByKind[K]>, all: readonly Binding<K, AwsByKind[K]>[]) => string } = {
  bus: busMaker,
  call: callMaker,
  changes: changesMaker,
  http: (_, all) => httpMaker(all),
  logs: logsMaker,
  queue: queueMaker,
  schedule: scheduleMaker,
  storage: storageMaker,
  stream: streamMaker,
  topic: topicMaker,
};
const taken = ["handler", "lambda"];

export const adapter: Adapter = {
  cloud: "aws",
  units: ({ app }) => unitsOf(app, "each"),
  entry({ app, settings }, unit, locate, options = {}) {
    const { functions = {} } = settings as AwsSettings & { readonly functions?: Readonly<Record<string, object>> };
    const bindings = unit.functions.map((name) => ({ name, fn: app.functions[name]!, settings: (functions as Readonly<Record<string, object>>)[name] ?? {} }));
    const maker = (makers[unit.kind] as (binding: (typeof bindings)[number], all: typeof bindings) => string | undefined)(bindings[0]!, bindings);
    // Only what was not checked by the compiler gets here.
    if (maker === undefined) throw new IsobarError("unsupported", `${unit.name}: variant ${JSON.stringify((bindings[0]!.settings as { readonly variant?: unknown }).variant)} — AWS has no such ${unit.kind} wire`);
    const [only] = unit.functions;
    const one = unit.functions.length === 1;
    const what = one ? localName(only!, taken) : objectText(unit, taken);
    return {
      file: "index.mjs",
      format: "esm",
      external: [],
      text: `import * as lambda from "@isobar/adapter-aws/runtime";\n${importsOf(unit, locate, taken, options)}\n\nexport const handler = lambda.${maker}(${what}${wiringText(one ? only : undefined, unit.functions.map((name) => app.functions[name]!), "lambda", options)});\n`,
    };
  },
};
