import type { RunningUnit, UnitToRun } from "@isobar/core/adapter";
import { startEnvironment, type Environment } from "./environment.ts";
import { EVENT_TOO_LARGE, MAX_EVENT_BYTES } from "./limits.ts";
import { runtimeArguments, runtimeClient, type RuntimeClient } from "./runtime-client.ts";

export { runtimeClient, type RuntimeClient } from "./runtime-client.ts";
export type { Streamed } from "./streamed.ts";

/**
 * Runs one unit on Lambda's own runtime interface client (aws-lambda-ric 4.0.2), a child process of this one's Node, against a server of
 * ours that keeps the service's limits. The entry exports `handler`; the event of `invoke` is any JSON value.
 *
 * Like one execution environment of Lambda it takes one invocation at a time, the others wait; the process starts with the first one and is
 * replaced at the next after a crash, a timeout or a failed init. Unlike Lambda it never freezes: work left running goes on between
 * invocations, and if it ends the process, the next invocation sees that.
 *
 * What `invoke` sees: `returned` is the parsed JSON, or `{ streamed: Streamed }` of a streaming handler; `threw` a reported error, a failed
 * init, or an answer over the limit (`Function.ResponseSizeTooLarge`); `exited` a process that ended without an answer, with code 0 when a
 * promise never settles and nothing is pending; `timedOut` after `unit.timeoutMs` (SIGKILL); `refused` an event over the limit, never handed over.
 *
 * `options.client`: native or js; by default native where its addon was built. `startUnit` rejects when aws-lambda-ric, or the native client
 * asked for, is missing. `invoke` rejects for a function that is not of this unit, an event that is no JSON, and after `stop`.
 */
export async function startUnit(unit: UnitToRun, options: { readonly client?: RuntimeClient } = {}): Promise<RunningUnit> {
  const client = options.client ?? runtimeClient();
  runtimeArguments(client);

  let output = "";
  let environment: Environment | undefined;
  let stopped = false;
  let last: Promise<unknown> = Promise.resolve();

  async function running(): Promise<Environment> {
    if (environment?.usable() && !stopped) return environment;
    await environment?.stop();
    if (!stopped) environment = await startEnvironment(unit, client, (text) => (output += text));
    if (environment !== undefined && !stopped) return environment;
    await environment?.stop();
    throw new Error(`The unit ${unit.unit} was stopped`);
  }

  return {
    async invoke(functionName, native) {
      if (!unit.functions.includes(functionName)) throw new Error(`The unit ${unit.unit} has no function ${functionName}; it has: ${unit.functions.join(", ")}`);
      const event = JSON.stringify(native) as string | undefined;
      if (event === undefined) throw new TypeError(`An event must be a JSON value, not ${typeof native}`);
      if (Buffer.byteLength(event) > MAX_EVENT_BYTES) return { refused: EVENT_TOO_LARGE };
      const seen = last.then(async () => (await running()).invoke(event));
      // Only the turn is kept here; a failure reaches the caller through `seen`.
      last = seen.catch(() => {});
      return seen;
    },
    logs: () => output,
    async stop() {
      stopped = true;
      await environment?.stop();
      await last;
    },
  };
}
