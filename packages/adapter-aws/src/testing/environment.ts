import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { extname } from "node:path";
import type { Seen, UnitToRun } from "@isobar/core/adapter";
import { INIT_LIMIT_MS, type Failure } from "./limits.ts";
import { openRuntimeApi } from "./runtime-api.ts";
import { runtimeArguments, type RuntimeClient } from "./runtime-client.ts";

/** One Lambda execution environment: one process, from its start to its end, never more than one invocation at a time. */
export interface Environment {
  /** False once an invocation was told of the end of the process, or we ended it. */
  usable(): boolean;
  /**
   * In: the event's JSON. Out: how it ended. Rejects when the harness itself failed.
   * Work left over from one invocation that ends the process ends the next one too: Lambda freezes the process between them,
   * so that such work goes on, and fails, only when the next event has arrived.
   */
  invoke(event: string): Promise<Seen>;
  /** Ends the process with SIGTERM, after half a second with SIGKILL, and closes its server. Idempotent. */
  stop(): Promise<void>;
}

interface InFlight {
  readonly id: string;
  readonly event: string;
  handed: boolean;
  end(seen: Seen): void;
  fail(error: unknown): void;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long output may still arrive after the process has ended (a grandchild can hold the pipes open for ever), and SIGTERM be ignored. */
const DRAIN_MS = 250;
const TERM_MS = 500;

const REGION = "us-east-1";
const functionArn = (unit: UnitToRun): string => `arn:aws:lambda:${REGION}:123456789012:function:${unit.unit}`;

/**
 * The variables of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime, then the unit's own.
 * Nothing else of this process's environment reaches the function, and the credentials open nothing.
 */
function environmentVariables(unit: UnitToRun, runtimeApi: string): Record<string, string> {
  const { PATH = "", SystemRoot } = process.env;
  return {
    _HANDLER: `${unit.entry.slice(0, unit.entry.length - extname(unit.entry).length)}.handler`,
    AWS_ACCESS_KEY_ID: "none",
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_NAME: unit.unit,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${unit.unit}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: REGION,
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_SESSION_TOKEN: "none",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: unit.folder,
    LANG: "en_US.UTF-8",
    PATH,
    TZ: ":UTC",
    // Windows opens no socket without it.
    ...(SystemRoot !== undefined && { SystemRoot }),
    ...unit.env,
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
const traceHeader = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`;

function howItEnded({ code, signal }: Exit, initFailure: Failure | undefined): Seen {
  if (initFailure !== undefined) return { threw: initFailure };
  return signal === null ? { exited: code } : { exited: code, signal };
}

/**
 * Starts the process. Its init phase runs until it asks for its first invocation and has 10 s for it; the unit's timeout counts from then on.
 * Two simplifications: Lambda runs a failed init once more within the same invocation, and after a crash counts the new init into the
 * function's timeout (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors).
 * The second would make an outcome under a timeout of some hundred milliseconds depend on the speed of this machine.
 */
export async function startEnvironment(unit: UnitToRun, client: RuntimeClient, write: (output: string) => void): Promise<Environment> {
  let current: InFlight | undefined;
  let initFailure: Failure | undefined;
  /** What an exit of our doing means, decided before the signal is sent. */
  let verdict: Seen | undefined;
  let warm = false;
  /** How the process ended while no invocation was there to be told. */
  let untold: Seen | undefined;
  let spent = false;
  let timer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;

  const take = (): InFlight | undefined => {
    clearTimeout(timer);
    const taken = current;
    current = undefined;
    return taken;
  };
  const limit = (afterMs: number, seen: Seen): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      verdict = seen;
      child.kill("SIGKILL");
    }, afterMs);
  };
  const hand = (): void => {
    if (current === undefined || current.handed) return;
    const { id, event } = current;
    if (!api.hand({ id, event, deadlineMs: Date.now() + unit.timeoutMs, functionArn: functionArn(unit), trace: traceHeader() })) return;
    current.handed = true;
    limit(unit.timeoutMs, { timedOut: true });
  };

  const api = await openRuntimeApi({
    ready() {
      warm = true;
      hand();
    },
    // Past its deadline an answer comes too late: the process is being killed, and its exit will tell.
    ended: (id, seen) => (verdict === undefined && current?.id === id ? take()?.end(seen) : undefined),
    initFailed: (failure) => (initFailure = failure),
    fault(error) {
      take()?.fail(error);
      child.kill("SIGKILL");
    },
  });
  const child = spawn(process.execPath, runtimeArguments(client), { cwd: unit.folder, env: environmentVariables(unit, api.address), stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", write);

  const gone = new Promise<Exit | { readonly error: Error }>((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => {
      const drained = setTimeout(() => resolve({ code, signal }), DRAIN_MS);
      child.once("close", () => {
        clearTimeout(drained);
        resolve({ code, signal });
      });
    });
  }).then(async (exit) => {
    const taken = take();
    const seen = "error" in exit ? undefined : (verdict ?? howItEnded(exit, initFailure));
    if (seen === undefined) taken?.fail(new Error(`The Lambda runtime of ${unit.unit} could not be started`, { cause: exit }));
    else if (taken === undefined) untold = seen;
    else taken.end(seen);
    spent = taken !== undefined || seen === undefined;
    await api.close();
  });

  return {
    usable: () => !spent && !child.killed,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (untold !== undefined) {
          spent = true;
          return resolve(untold);
        }
        const id = randomUUID();
        current = { id, event, handed: false, end: resolve, fail: reject };
        // The caller of a function whose init never ends hears of the timeout in these words.
        const initTimeout = { type: "Sandbox.Timedout", message: `RequestId: ${id} Error: Task timed out after ${(INIT_LIMIT_MS / 1000).toFixed(2)} seconds` };
        limit(warm ? unit.timeoutMs : INIT_LIMIT_MS, warm ? { timedOut: true } : { threw: initTimeout });
        hand();
      }),
    stop: () =>
      (stopping ??= (async () => {
        child.kill("SIGTERM");
        const killer = setTimeout(() => child.kill("SIGKILL"), TERM_MS);
        await gone;
        clearTimeout(killer);
      })()),
  };
}
