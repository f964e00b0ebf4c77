/** One request to one of Google's HTTP interfaces: in a time limit, and again only where that helps. Nothing of Node's is loaded before the first. */
import type { IncomingHttpHeaders } from "node:http";
import { whileWanted, type Clock } from "@isobar/core/adapter";

export interface Asked {
  /** What errors say was tried: "publish projects/p/topics/t". */
  readonly operation: string;
  readonly method: "GET" | "POST";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
  /** What one try may take, its answer included. */
  readonly limitMs: number;
}
export interface Answered {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The waits before the second, third and fourth try: as of Google's own client (googleapis/nodejs-pubsub src/v1/publisher_client_config.json, Publish). */
const waitsMs = [100, 400, 1_600];
/** 5xx and 429 may be tried again: https://cloud.google.com/pubsub/docs/reference/error-codes. What else is refused would be refused again. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;
/** A connection that was kept open may be gone by the time it is used, most of all in an instance that slept. */
const isReset = (error: unknown): boolean => ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");

function tried({ operation, method, url, headers, body, limitMs }: Asked, clock: Clock, signal: AbortSignal): Promise<Answered & { readonly status: number }> {
  const { request } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  return whileWanted(signal, (resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", failed);
      answer.on("end", () => {
        cancel();
        resolve({ status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(chunks).toString() });
      });
    });
    const cancel = clock.after(limitMs, () => {
      reject(new Error(`${operation}: no answer in ${limitMs} ms`));
      asked.destroy();
    });
    const failed = (error: unknown) => {
      cancel();
      reject(error);
    };
    asked.on("error", failed).end(body);
    return () => {
      cancel();
      asked.destroy();
    };
  });
}

/** Google's word for what went wrong (https://cloud.google.com/apis/design/errors#http_mapping), and nothing else of the answer: it may repeat what was sent. */
function wordIn(text: string): string {
  try {
    const { status } = (JSON.parse(text) as { readonly error: { readonly status?: unknown } }).error;
    return typeof status === "string" && /^[A-Z_]+$/.test(status) ? ` ${status}` : "";
  } catch {
    // A page of a proxy's says no such word.
    return "";
  }
}

/**
 * An answer with a status from 200 to 299. Rejects with the signal's reason once it aborts, else with an Error that names the operation and what came of it: "HTTP 404 NOT_FOUND",
 * "ECONNREFUSED", "no answer in 10000 ms". It has neither a token nor a body in it.
 */
export async function ask(asked: Asked, clock: Clock, signal: AbortSignal): Promise<Answered> {
  for (let n = 0; ; n++) {
    let failure: unknown;
    let again: boolean;
    try {
      const answer = await tried(asked, clock, signal);
      if (answer.status >= 200 && answer.status < 300) return answer;
      failure = new Error(`${asked.operation}: HTTP ${answer.status}${wordIn(answer.text)}`);
      again = isPassing(answer.status);
    } catch (cause) {
      signal.throwIfAborted();
      const { code } = cause as NodeJS.ErrnoException;
      failure = code === undefined ? cause : new Error(`${asked.operation}: ${code}`, { cause });
      again = isReset(cause);
    }
    const waitMs = waitsMs[n];
    if (!again || waitMs === undefined) throw failure;
    await whileWanted<void>(signal, (resolve) => clock.after(waitMs, resolve));
  }
}
