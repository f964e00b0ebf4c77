/** The entry of a unit: registrations of the v4 programming model, bundled as CJS. */
import type { HttpFunction, QueueFunction } from "@isobar/core";
import { importsOf, localName, unitsOf, wiringText, type Adapter } from "@isobar/core/plan";
import { httpOptions } from "../triggers/http/plan.ts";
import { queueOptions } from "../triggers/queue/plan.ts";

const taken = ["app", "azure"];
const spelled = (options: Readonly<Record<string, unknown>>): string => Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");

export const adapter: Adapter = {
  cloud: "azure",
  units: ({ app }) => unitsOf(app, "together"),
  entry({ app }, unit, locate, options = {}) {
    const fns = unit.functions.map((name) => ({ name, fn: app.functions[name]! }));
    const streams = fns.some(({ fn }) => fn.kind === "http" && fn.options.streaming);
    const registrations = fns.map(({ name, fn }) => {
      const handler = (maker: string) => `handler: azure.${maker}(${localName(name, taken)}${wiringText(undefined, [fn], "azure", options)})`;
      return fn.kind === "http"
        ? `app.http(${JSON.stringify(name)}, { ${spelled(httpOptions({ name, fn: fn as HttpFunction, settings: {} }))}, ${handler(streams ? "httpStream" : "http")} });`
        : `app.serviceBusQueue(${JSON.stringify(name)}, { ${spelled(queueOptions({ name, fn: fn as QueueFunction, settings: {} }))}, ${handler("queue")} });`;
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
