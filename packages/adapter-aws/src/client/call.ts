/** One call of a service over kept connections: signed, bounded in time, tried again where that may help. Node's http is loaded at the first call. */
import type { Agent, IncomingHttpHeaders } from "node:http";
import { systemClock, whileWanted, type Clock } from "@isobar/core/adapter";
import { placeOf, type Access, type Service } from "./access.ts";
import { signedHeaders } from "./sign.ts";

export interface Request {
  readonly service: Service;
  /** "SendMessage". */
  readonly action: string;
  /** The URL that the resource itself tells; its path is not used. */
  readonly own: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds that the service may take on purpose, before one try's own limit counts. */
  readonly pollMs?: number;
  /** The error's code in an answer that is none of 200. */
  readonly codeIn: (text: string) => string | undefined;
}
/** A call that failed. The message tells no more than these: neither what was sent nor what came back. */
export interface ServiceError extends Error {
  readonly action: string;
  /** `undefined` where there was no answer. */
  readonly status: number | undefined;
  /** The service's, or Node's where there was no answer. */
  readonly code: string | undefined;
}

/** The SDKs' standard mode makes three: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html. One more, since waits are short here. */
const maxTries = 4;
/** Before the second try; each later one waits four times as long. Half of it is by chance, so that instances throttled together do not come again together. */
const firstWaitMs = 50;
/** One try, from its socket to its last byte. */
const tryMs = 5_000;
/** A sandbox has 1,024 file descriptors: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxSockets = 50;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
const agents = new Map<string, Agent>();

/** Rejects with the signal's reason, with Node's error, or with ETIMEDOUT. */
const exchanged = (url: URL, headers: Readonly<Record<string, string>>, body: string, limitMs: number, clock: Clock, signal: AbortSignal): Promise<Answer> =>
  whileWanted(signal, (resolve, reject) => {
    const { Agent, request: open } = url.protocol === "http:" ? process.getBuiltinModule("node:http") : process.getBuiltinModule("node:https");
    let agent = agents.get(url.protocol);
    if (agent === undefined) agents.set(url.protocol, (agent = new Agent({ keepAlive: true, maxSockets })));
    let cancel = (): void => {};
    const end = (): void => {
      cancel();
      request.destroy();
    };
    const fail = (cause: unknown): void => {
      end();
      reject(cause);
    };
    const request = open(url, { method: "POST", agent, headers }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk)).on("error", fail);
      response.on("end", () => {
        cancel();
        resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    request.on("error", fail);
    // Behind `maxSockets` others it waits for one without using up its time.
    request.on("socket", () => (cancel = clock.after(limitMs, () => fail(Object.assign(new Error(`no answer within ${limitMs} ms`), { code: "ETIMEDOUT" })))));
    request.end(body);
    return end;
  });

function failure({ service, action }: Request, status: number | undefined, code: string | undefined, requestId: unknown, cause?: unknown): ServiceError {
  const what = [status === undefined ? undefined : `HTTP ${status}`, code].filter((part) => part !== undefined).join(" ");
  const id = typeof requestId === "string" && /^[\w-]{1,64}$/.test(requestId) ? ` (request ${requestId})` : "";
  return Object.assign(new Error(`${service.toUpperCase()} ${action}: ${what}${id}`, { cause }), { action, status, code });
}

/** Throttled, failing for a moment, or cut off. Sent twice is possible then, and promised against nowhere: delivery is at least once. */
function passes({ status, code = "" }: ServiceError): boolean {
  if (status === undefined) return code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
  return status >= 500 || status === 429 || /throttl|^(?:SlowDown|RequestLimitExceeded|TooManyRequests)/i.test(code);
}

async function tried(request: Request, access: Access, clock: Clock, signal: AbortSignal): Promise<string | ServiceError> {
  const { service, body, pollMs = 0 } = request;
  const { url, region } = placeOf(request.own, access);
  const headers = signedHeaders({ path: url.pathname, headers: { ...request.headers, host: url.host }, body }, await access.credentials(), { service, region, atMs: clock.now() });
  try {
    const { status, headers: answered, text } = await exchanged(url, headers, body, pollMs + tryMs, clock, signal);
    if (status === 200) return text;
    const code = request.codeIn(text);
    return failure(request, status, code !== undefined && /^[\w.]{1,100}$/.test(code) ? code : undefined, answered["x-amzn-requestid"]);
  } catch (cause) {
    signal.throwIfAborted();
    return failure(request, undefined, (cause as NodeJS.ErrnoException).code, undefined, cause);
  }
}

/** Out: the body of an answer with status 200. Rejects with a ServiceError, with the signal's reason as soon as it aborts, and as `access` does. */
export async function call(request: Request, access: Access, signal: AbortSignal): Promise<string> {
  const { clock = systemClock } = access;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const outcome = await tried(request, access, clock, signal);
    if (typeof outcome === "string") return outcome;
    if (tries === maxTries || !passes(outcome)) throw outcome;
    await whileWanted<void>(signal, (resolve) => clock.after(firstWaitMs * 4 ** (tries - 1) * (0.5 + Math.random() / 2), resolve));
  }
}

/** An answer of 200 that does not hold what the service promises: what was asked for may not have happened. */
export const unexpected = ({ service, action }: Pick<Request, "service" | "action">, missing: string): ServiceError =>
  Object.assign(new Error(`${service.toUpperCase()} ${action}: HTTP 200 without ${missing}`), { action, status: 200, code: undefined });
