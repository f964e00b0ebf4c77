/** One request to one of Azure's HTTP interfaces: in a time limit, and again only where that helps. Nothing of Node's is loaded before the first. */
import type { IncomingHttpHeaders } from "node:http";
import { IsobarError, whileWanted, type Clock } from "@isobar/core/adapter";

export interface Asked {
  /** What errors say was tried: "send to orders". */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What one try may take, its answer included. Default: 10 s. */
  readonly limitMs?: number;
}
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * The waits before the second, third and fourth try. Who is throttled by Service Bus should wait 10 s (https://learn.microsoft.com/azure/service-bus-messaging/service-bus-throttling), which an invocation
 * seldom has left: what it could not send is its own affair, and its message comes again.
 */
const waitsMs = [200, 800, 2_000];
const isPassing = (status: number): boolean => status === 429 || status >= 500;
/** A connection that was kept open may be gone by the time it is used. */
const isReset = (code: string | undefined): boolean => code === "ECONNRESET" || code === "EPIPE";

function tried({ operation, method, url, headers, body, limitMs = 10_000 }: Asked, clock: Clock, signal: AbortSignal): Promise<Answered> {
  const { request } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  return whileWanted(signal, (resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", failed);
      answer.on("end", () => {
        cancel();
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) });
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

/**
 * The service's word for what went wrong, and nothing else of the answer: it may repeat what was sent. Storage has a header for it (https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2);
 * Service Bus writes it before the detail, "<Detail>SubCode=40900. Conflict.…" or "<Detail>ExpiredToken: The token…", where there is one.
 */
function wordIn({ headers, body }: Answered): string {
  const word = headers["x-ms-error-code"] ?? /<Detail>(?:SubCode=)?(\w{1,64})[.:]/.exec(body.toString())?.[1];
  return word === undefined ? "" : ` ${String(word)}`;
}

/**
 * An answer with a status from 200 to 299. Rejects with the signal's reason once it aborts, else with an Error that names the operation and what came of it: "HTTP 404 QueueNotFound",
 * "ECONNREFUSED", "no answer in 10000 ms". It has neither a token nor a body in it.
 */
export async function ask(asked: Asked, clock: Clock, signal: AbortSignal): Promise<Answered> {
  for (let n = 0; ; n++) {
    let failure: unknown;
    let again: boolean;
    try {
      const answer = await tried(asked, clock, signal);
      if (answer.status >= 200 && answer.status < 300) return answer;
      failure = new Error(`${asked.operation}: HTTP ${answer.status}${wordIn(answer)}`);
      again = isPassing(answer.status);
    } catch (cause) {
      signal.throwIfAborted();
      const { code } = cause as NodeJS.ErrnoException;
      failure = code === undefined ? cause : new Error(`${asked.operation}: ${code}`, { cause });
      again = isReset(code);
    }
    const waitMs = waitsMs[n];
    if (!again || waitMs === undefined) throw failure;
    await whileWanted<void>(signal, (resolve) => clock.after(waitMs, resolve));
  }
}

/**
 * An address without its last slash: of a host "https://" and its name. Throws `send-failed` for one that a token must not go to: plain HTTP is for 127.0.0.1 alone, and has to be said.
 */
export function addressOf(text: string): string {
  const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!/^(?:https:\/\/|http:\/\/127\.0\.0\.1(?::\d+)?(?:\/|$))/.test(address)) throw new IsobarError("send-failed", `${text} is neither a host's name, nor an https address, nor one of 127.0.0.1`);
  return address.replace(/\/$/, "");
}
