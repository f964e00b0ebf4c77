/**
 * A unit on the real `@azure/functions`, in a process of its own, with our own `@azure/functions-core` in the worker's place
 * and this module in the .NET host's: it sends invocations, keeps the time limit and the body limit, and replaces the process.
 */

import { randomUUID } from "node:crypto";
import type { RunningUnit, Seen, UnitToRun } from "@isobar/core/adapter";
import { forward, forwardedInvocation } from "./forward.ts";
import type { Forwarded } from "./forward.ts";
import { bodyOf, httpOf, nativeInvocation, withBindingName } from "./native.ts";
import { triggerOf } from "./rpc.ts";
import type { Failure, InvocationResponse, NativeInvocation, RegisteredFunction } from "./rpc.ts";
import { startWorker, within } from "./worker-process.ts";
import type { WorkerProcess } from "./worker-process.ts";

/**
 * Bytes. Kestrel's MaxRequestBodySize as the host sets it (azure-functions-host WebJobs.Script.WebHost/Program.cs,
 * ScriptConstants.DefaultMaxRequestBodySize; docs: FUNCTIONS_REQUEST_BODY_SIZE_LIMIT). The client gets 413.
 */
export const MAX_REQUEST_BODY_BYTES = 104_857_600;

export interface RunningAzureUnit extends RunningUnit {
  /** What the app registered, as the host reads it. Rejects when the app could not be loaded. */
  metadata(): Promise<readonly RegisteredFunction[]>;
}

/** `returned` of an invocation over RPC: every trigger but a streamed http one. */
export type AzureReturned = InvocationResponse;

/** `returned` of a streamed http invocation. `failed`: the handler or the body failed after the status line had gone out. */
export interface AzureStreamed {
  readonly status: number;
  readonly headers: Forwarded["headers"];
  readonly chunks: readonly Uint8Array[];
  /** The other outputs, which still go over RPC. */
  readonly outputData: InvocationResponse["outputData"];
  readonly failed?: Failure;
}

/**
 * Starts the unit and waits until its entry is loaded or has failed to. Rejects when no process can be started, and
 * when `httpStream` is given and the app says otherwise: whether it streams is for the app's own `setup` to decide.
 *
 * `invoke` takes `NativeInvocation` and rejects only for a caller's mistake: a malformed native, an unknown function, a
 * stopped unit. `threw` is a failed invocation (HTTP: 500 with an empty body; queues: abandoned) or an entry that did not load.
 */
export async function startUnit(unit: UnitToRun, options: { readonly httpStream?: boolean } = {}): Promise<RunningAzureUnit> {
  let written = "";
  let current: Promise<WorkerProcess> | undefined;
  let stopping: Promise<void> | undefined;
  const alive = new Set<Promise<WorkerProcess>>();
  const write = (text: string) => {
    written += text;
  };

  const running = (): Promise<WorkerProcess> => {
    if (stopping !== undefined) throw new Error(`unit "${unit.unit}" is stopped`);
    if (current !== undefined) return current;
    const retired = () => {
      if (current === starting) current = undefined;
    };
    const starting = startWorker(unit, { write, retired });
    const forget = () => {
      retired();
      alive.delete(starting);
    };
    starting.then((worker) => worker.ended).then(forget, forget);
    alive.add(starting);
    current = starting;
    return starting;
  };

  const invoke = async (functionName: string, given: unknown): Promise<Seen> => {
    const native = nativeInvocation(given);
    const http = httpOf(native);
    if (http !== undefined && (bodyOf(http)?.byteLength ?? 0) > MAX_REQUEST_BODY_BYTES) {
      return { refused: { code: "413", message: `Request body too large. The max request body size is ${MAX_REQUEST_BODY_BYTES} bytes.` } };
    }
    const worker = await running();
    const loaded = await worker.loaded;
    if (loaded.kind === "ended") return asEnded(loaded);
    if (loaded.kind === "unloadable") return { threw: loaded.failure };

    const registered = loaded.functions.find(({ name }) => name === functionName);
    if (registered === undefined) throw new Error(`unit "${unit.unit}" registered no function "${functionName}", only: ${loaded.functions.map(({ name }) => name).join(", ")}`);
    const call: Call = { worker, registered, native: withBindingName(native, registered), proxy: loaded.capabilities["HttpUri"], write };
    const seen = call.proxy !== undefined && triggerOf(registered)?.type.toLowerCase() === "httptrigger" ? callStreamed(call) : callPlain(call);
    if (await within(seen, unit.timeoutMs)) return seen;
    worker.kill();
    await worker.ended;
    return { timedOut: true };
  };

  const stop = async (): Promise<void> => {
    const ends = [...alive].map(async (starting) => (await starting).stop());
    await Promise.allSettled(ends);
  };

  const loaded = await (await running()).loaded;
  const streams = loaded.kind === "ready" ? "HttpUri" in loaded.capabilities : undefined;
  if (options.httpStream !== undefined && streams !== undefined && streams !== options.httpStream) {
    stopping = stop();
    await stopping;
    throw new Error(`unit "${unit.unit}" is to run with httpStream ${options.httpStream}, but its entry set it up with ${streams}`);
  }
  return {
    invoke,
    logs: () => written,
    stop: () => (stopping ??= stop()),
    metadata: async () => {
      const how = await (await running()).loaded;
      if (how.kind === "ready") return how.functions;
      throw new Error(how.kind === "unloadable" ? how.failure.message : `unit "${unit.unit}" exited with ${how.exited ?? how.signal} while loading`);
    },
  };
}

interface Call {
  readonly worker: WorkerProcess;
  readonly registered: RegisteredFunction;
  readonly native: NativeInvocation;
  readonly proxy: string | undefined;
  readonly write: (text: string) => void;
}

async function callPlain({ worker, registered, native }: Call): Promise<Seen> {
  const answer = await worker.invoke(registered.name, { ...native, invocationId: randomUUID(), functionId: registered.functionId });
  if (answer.kind === "ended") return asEnded(answer);
  return answer.kind === "failed" ? { threw: answer.failure } : { returned: answer.response satisfies AzureReturned };
}

/** The request and the invocation go out together, as the host sends them; both have to be over. */
async function callStreamed({ worker, registered, native, proxy, write }: Call): Promise<Seen> {
  const http = httpOf(native);
  if (http === undefined || proxy === undefined) throw new TypeError(`"${registered.name}" has an http trigger: its native invocation needs an http input`);
  const invocationId = randomUUID();
  const { closed, cut } = forward(proxy, http, invocationId, write);
  try {
    const answer = await worker.invoke(registered.name, { ...forwardedInvocation(native, http), invocationId, functionId: registered.functionId });
    if (answer.kind === "ended") return asEnded(answer);
    const came = await closed;
    if (answer.kind === "failed" && came === undefined) return { threw: answer.failure };
    const lost: Failure = { type: "InvalidOperationException", message: "Failed to proxy request with ForwarderError: Request" };
    if (came === undefined) return { threw: lost };
    const { status, headers, chunks, complete } = came;
    const failed = answer.kind === "failed" ? answer.failure : complete ? undefined : lost;
    const outputData = answer.kind === "failed" ? [] : answer.response.outputData;
    return { returned: { status, headers, chunks, outputData, ...(failed && { failed }) } satisfies AzureStreamed };
  } finally {
    cut();
  }
}

function asEnded({ exited, signal }: { readonly exited: number | null; readonly signal?: string }): Seen {
  return { exited, ...(signal !== undefined && { signal }) };
}
