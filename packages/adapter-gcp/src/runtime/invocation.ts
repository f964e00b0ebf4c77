import type { Request as ExpressRequest } from "@google-cloud/functions-framework";
import type { Platform } from "@isobar/core/adapter";

/** Cloud Logging reads a line's level from `severity`: https://cloud.google.com/logging/docs/structured-logging */
const severity = { debug: "DEBUG", info: "INFO", warn: "WARNING", error: "ERROR" } as const;
let count = 0;

/**
 * One request, as the framework tells it: `function-execution-id` names the run (functions-framework-nodejs execution_context), and
 * K_SERVICE the service (https://cloud.google.com/run/docs/container-contract#services-env-vars).
 */
export const platformOf = (request: ExpressRequest): Platform => ({
  cloud: "gcp",
  invocationId: request.header?.("function-execution-id") ?? request.header?.("x-cloud-trace-context") ?? `local-${++count}`,
  functionName: process.env.K_SERVICE ?? "function",
  context: request,
  log: (level, line) => console[level](`{"severity":"${severity[level]}",${line.slice(1)}`),
});
