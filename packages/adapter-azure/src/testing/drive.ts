/** One invocation through the library's real invocation model, in the order of the worker's InvocationHandler (read in 3.9.1). */

import type { Core, CoreMetadata } from "./functions-core.ts";
import type { Failure, InvocationRequest, InvocationResponse } from "./rpc.ts";

/**
 * Returns what the worker would answer; throws what the library, a hook or the handler threw. A handler that throws
 * null or undefined has NOT failed: the worker asks whether there is an error by looking at the thrown value.
 */
export async function drive(core: Core, functionName: string, request: InvocationRequest): Promise<InvocationResponse> {
  const registered = core.functions.get(functionName);
  const model = core.model();
  if (registered === undefined || model === undefined) throw new Error(`Function code for '${functionName}' is not loaded and cannot be invoked.`);

  const { invocationId } = request;
  const running: { invocationId: string; request: InvocationRequest; metadata: CoreMetadata; state: string | undefined; log: Core["log"] } = {
    invocationId,
    request,
    metadata: registered.metadata,
    state: undefined,
    log: core.log,
  };
  const invocation = await model.getInvocationModel(running);
  const { context, inputs } = await invocation.getArguments();
  const shared = { hookData: {}, appHookData: core.appHookData, invocationContext: context };
  const during = async <T>(state: string, run: () => Promise<T>): Promise<T> => {
    running.state = state;
    try {
      return await run();
    } finally {
      running.state = undefined;
    }
  };

  const before = { ...shared, functionCallback: registered.callback, inputs };
  await during("preInvocationHooks", () => core.runHooks("preInvocation", before));

  const after: { inputs: unknown[]; result: unknown; error: unknown } = { ...shared, inputs: before.inputs, result: null, error: null };
  await during("invocation", async () => {
    try {
      after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
    }
  });
  await during("postInvocationHooks", () => core.runHooks("postInvocation", after));
  if (after.error !== null && after.error !== undefined) throw after.error;

  const response = await invocation.getResponse(context, after.result);
  return { outputData: [], ...response, invocationId, result: { status: "success" } };
}

/** Any thrown value as the worker reports it: strings as they are, nothing as "Unknown error", other values as JSON. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Error) return { type: thrown.name === "Error" ? thrown.constructor.name : thrown.name, message: thrown.message };
  if (thrown === null || thrown === undefined) return { type: String(thrown), message: "Unknown error" };
  return { type: typeof thrown, message: typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown) };
}
