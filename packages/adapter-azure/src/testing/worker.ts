/**
 * The program of the worker process: `node worker.ts <folder> <entry>`, started by `startWorker` with an IPC channel.
 * Installs our `@azure/functions-core`, loads the entry, says what was registered, then answers invocations until told to end.
 * A crash of the app is a crash of this process, as it is of the real worker.
 */

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { drive, failureOf } from "./drive.ts";
import { installCore, registeredFunctions } from "./functions-core.ts";
import type { FromWorker, MarkedFromWorker, ToWorker } from "./messages.ts";
import { markOf } from "./output.ts";
import type { Failure, InvocationRequest } from "./rpc.ts";

/** What the real worker (3.9.1) says it can do, before the library adds its own. */
const CAPABILITIES = {
  RawHttpBodyBytes: "true",
  RpcHttpTriggerMetadataRemoved: "true",
  RpcHttpBodyOnly: "true",
  IgnoreEmptyValuedRpcHttpHeaders: "true",
  UseNullableValueDictionaryForHttp: "true",
  WorkerStatus: "true",
  TypedDataCollection: "true",
  HandlesWorkerTerminateMessage: "true",
};

const [folder, entry] = process.argv.slice(2);
if (folder === undefined || entry === undefined || process.send === undefined) throw new Error("worker: needs <folder> <entry> and an IPC channel");

/** Taken before the app can replace them. */
const writeOut = process.stdout.write.bind(process.stdout);
const writeErr = process.stderr.write.bind(process.stderr);
const core = installCore((line) => writeOut(`${line}\n`));
let told = 0;
/** The library's own answers to proxied requests that are not over, by invocation id. Empty unless the app streams. */
const answers = new Map<string, ServerResponse>();

process.on("uncaughtException", (error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : failureOf(error).message;
  writeErr(`Worker uncaught exception: ${text}\n`);
  process.exit(1);
});
process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToWorker) => {
  void (message.kind === "invoke" ? answer(message.functionName, message.request) : terminate());
});
await load(folder, entry);

async function load(folder: string, entry: string): Promise<void> {
  try {
    await importEntry(folder, entry);
    await core.runHooks("appStart", { hookData: core.appOnlyHookData, appHookData: core.appHookData, functionAppDirectory: folder });
    const capabilities = { ...((await core.model()?.getCapabilities({ ...CAPABILITIES })) ?? CAPABILITIES) };
    if ("HttpUri" in capabilities) subscribe("http.server.request.start", noteAnswer);
    core.lock();
    tell({ kind: "ready", functions: registeredFunctions(core), capabilities });
  } catch (error) {
    tell({ kind: "unloadable", failure: failureOf(error) });
  }
}

/** Since Node 20 a throw here stops the app from being indexed, in these words. */
async function importEntry(folder: string, entry: string): Promise<void> {
  try {
    await import(pathToFileURL(join(folder, entry)).href);
  } catch (error) {
    writeErr(`${error instanceof Error ? error.stack : String(error)}\n`);
    const { type, message } = failureOf(error);
    throw Object.assign(new Error(`Worker was unable to load entry point "${entry}": ${message}`, { cause: error }), { name: type });
  }
}

async function answer(functionName: string, request: InvocationRequest): Promise<void> {
  const { invocationId } = request;
  try {
    const response = await drive(core, functionName, request);
    const unanswered = endAnswer(invocationId);
    tell(unanswered === undefined ? { kind: "done", invocationId, response } : { kind: "failed", invocationId, failure: unanswered });
  } catch (error) {
    endAnswer(invocationId);
    tell({ kind: "failed", invocationId, failure: failureOf(error) });
  }
}

async function terminate(): Promise<void> {
  await core.runHooks("appTerminate", { hookData: core.appOnlyHookData, appHookData: core.appHookData });
  process.exit(0);
}

function noteAnswer(message: unknown): void {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const invocationId = request.headers["x-ms-invocation-id"];
  if (typeof invocationId === "string") answers.set(invocationId, response);
}

/**
 * Ends the proxied answer of an invocation that is over. The library itself never ends one after a throw, nor after a
 * handler that returned nothing; the host then waits 240 s without activity (the ActivityTimeout in its
 * DefaultHttpProxyService) and says what is returned here. What was written so far still gets out.
 */
function endAnswer(invocationId: string): Failure | undefined {
  const response = answers.get(invocationId);
  answers.delete(invocationId);
  if (response === undefined || response.writableEnded) return undefined;
  if (response.headersSent && response.socket !== null) response.socket.destroySoon();
  else response.destroy();
  return { type: "InvalidOperationException", message: "Failed to proxy request with ForwarderError: RequestTimedOut" };
}

function tell(message: FromWorker): void {
  told += 1;
  writeOut(markOf(told));
  writeErr(markOf(told));
  process.send?.({ ...message, mark: told } satisfies MarkedFromWorker);
}
