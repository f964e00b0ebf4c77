import { setImmediate as turn } from "node:timers/promises";
import type { RunningUnit, Seen, UnitToRun } from "@isobar/core/adapter";
import { bodyOf, exchange, type HttpAnswer, type HttpCall } from "./exchange.ts";
import { startInstance, type Instance } from "./instance.ts";

export type { HttpAnswer, HttpCall } from "./exchange.ts";

/**
 * 32 MiB: the largest request body Cloud Run takes over HTTP/1, and the largest response body that is not chunked
 * (facts/delivery-semantics.md §1.1; cloud.google.com/run/quotas). The framework's own parser would take 1024 MB.
 * Chunked responses have no limit here: Cloud Run's page names none, Cloud Run functions' page says 10 MB.
 */
const limitBytes = 33_554_432;

/** Cloud Run's own answers, said without the function's; `code` is the HTTP status its client gets. */
const requestTooLarge: Seen = { refused: { code: "413", message: "Request Entity Too Large" } };
const responseTooLarge: Seen = { refused: { code: "500", message: "Response size was too large. Please consider reducing response size." } };
const malformed = (why: string): Seen => ({
  refused: { code: "503", message: `The request failed because either the HTTP response was malformed or connection to the instance had an error. (${why})` },
});

/**
 * Runs a unit on the real functions framework in a process of its own, on 127.0.0.1.
 *
 * `invoke(name, native)` takes an `HttpCall` and sends it as it is; which function answers is the entry's routing, so
 * `name` is only checked to be one of the unit's. Calls run side by side in one process. What it sees:
 * - `returned`: an `HttpAnswer`, also for a function that threw (status 500, `x-google-status: crash`);
 * - `exited`: the process died before its answer was complete, or right after the framework answered for it
 *   (`process.exit` and uncaught errors make it send a 500 and then go; 5.0.5 invoker.ts);
 * - `timedOut`: no complete answer within `unit.timeoutMs`. The connection is closed, the process lives on and so does
 *   the handler, as on Cloud Run (facts/delivery-semantics.md §4, §4.1). Time to start a process is not counted;
 * - `threw`: the process never listened; the message is its stderr;
 * - `refused`: a size limit (413, 500), or a connection closed without an answer by a process that lives (503).
 *
 * Rejects for a wrong `native`, an unknown function, a stopped unit, and a framework that the folder cannot resolve.
 * A process that is gone is replaced at the next `invoke`. When `invoke` resolves, `logs()` has what came before the answer.
 */
export async function startUnit(unit: UnitToRun): Promise<RunningUnit> {
  let text = "";
  let current: Promise<Instance> | undefined;
  let stopped: Promise<void> | undefined;

  function start(): Promise<Instance> {
    const starting = startInstance(unit, (written) => void (text += written));
    const forget = () => {
      if (current === starting) current = undefined;
    };
    starting.then((instance) => instance.gone).then(forget, forget);
    return (current = starting);
  }

  async function invoke(functionName: string, native: unknown): Promise<Seen> {
    if (!unit.functions.includes(functionName)) throw new RangeError(`Unit "${unit.unit}" has no function "${functionName}"`);
    const call = httpCall(native);
    if ((bodyOf(call)?.byteLength ?? 0) > limitBytes) return requestTooLarge;
    for (;;) {
      if (stopped) throw new Error(`Unit "${unit.unit}" is stopped`);
      const instance = await (current ?? start());
      const started = await instance.started;
      if (!("port" in started)) return started;
      const seen = await within(unit.timeoutMs, (signal) => deliver(instance, started.port, call, signal));
      if (seen === undefined) continue;
      await turn(); // What the process wrote before its answer is readable by now; this lets it be read.
      return seen;
    }
  }

  await (await start()).started;
  const stop = async () => (await current)?.end();
  return { invoke, logs: () => text, stop: () => (stopped ??= stop()) };
}

/** One call to one process, or `undefined` when that was gone before the call was sent. */
async function deliver(instance: Instance, port: number, call: HttpCall, signal: AbortSignal): Promise<Seen | undefined> {
  if (!(await instance.turns())) {
    await instance.gone;
    return undefined;
  }
  const got = await exchange(port, call, limitBytes, signal);
  if ("tooLarge" in got) return responseTooLarge;
  const doubtful = "broken" in got || got.answer.failed !== undefined || saysCrash(got.answer);
  if (doubtful && !(await instance.turns())) return instance.gone;
  return "broken" in got ? malformed(got.broken) : { returned: got.answer };
}

/** The framework's answer for a function that failed, which it also gives as a process's last act (5.0.5 logger.ts, invoker.ts). */
const saysCrash = (answer: HttpAnswer): boolean =>
  answer.status === 500 && answer.headers.some(([name, value]) => name.toLowerCase() === "x-google-status" && value === "crash");

async function within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | { timedOut: true }> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<{ timedOut: true }>((settle) => {
    timer = setTimeout(() => {
      settle({ timedOut: true });
      limit.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([work(limit.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function httpCall(native: unknown): HttpCall {
  const { method, path, headers } = (native ?? {}) as Partial<HttpCall>;
  if (typeof method === "string" && typeof path === "string" && Array.isArray(headers)) return native as HttpCall;
  throw new TypeError("A native call on Google Cloud is { method, path, headers: [name, value][], body? }");
}
