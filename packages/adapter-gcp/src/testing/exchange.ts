import { request } from "node:http";

/** An HTTP request as Google's front end hands it to the container. */
export interface HttpCall {
  readonly method: string;
  /** Path and query exactly as they go on the request line. */
  readonly path: string;
  /** Sent in this order, with these names, repeats kept. Values are byte strings (one character is one byte, latin1). */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** A string is sent as UTF-8. */
  readonly body?: Uint8Array | string;
}

/** What came back over the socket. */
export interface HttpAnswer {
  readonly status: number;
  /** In the order received, repeats kept, names and values as sent (latin1). */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body in pieces as they arrived; their borders are TCP's and not promised. */
  readonly chunks: readonly Uint8Array[];
  /** Set when the connection ended before the body did: `chunks` holds what had arrived. */
  readonly failed?: { readonly type: string; readonly message: string };
}

export type Exchanged =
  | { readonly answer: HttpAnswer }
  /** The connection ended, or turned to something that is not HTTP, before a status line. */
  | { readonly broken: string }
  /** The answer has a fixed length over the limit; the connection was closed. */
  | { readonly tooLarge: true };

/** The bytes that `call` carries. */
export const bodyOf = (call: HttpCall): Uint8Array | undefined =>
  typeof call.body === "string" ? Buffer.from(call.body, "utf8") : call.body;

/** Methods whose requests need no `content-length` when there is no body (RFC 9110 §8.6; node:http adds `chunked` to all others). */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** Headers that belong to one connection (RFC 9110 §7.6.1): a front end never passes them on, and here they would contradict the real one. */
const hopByHop: ReadonlySet<string> = new Set(["connection", "transfer-encoding"]);

/**
 * The header lines to write, flat. Changed from what was given: `connection` and `transfer-encoding` are dropped; a
 * `content-length` that is not the body's is dropped and the true one appended; `Host` and `Connection: keep-alive`
 * (node:http would write `close` otherwise) are prepended, `Host` only if none is given.
 */
function headerLines(call: HttpCall, length: number | undefined, port: number): string[] {
  const known = length ?? (bodiless.has(call.method.toUpperCase()) ? undefined : 0);
  let hasHost = false;
  let hasLength = false;
  const lines: string[] = [];
  for (const [name, value] of call.headers) {
    const lower = name.toLowerCase();
    if (hopByHop.has(lower)) continue;
    if (lower === "content-length") {
      if (hasLength || value !== String(known ?? 0)) continue;
      hasLength = true;
    }
    hasHost ||= lower === "host";
    lines.push(name, value);
  }
  if (known !== undefined && !hasLength) lines.push("Content-Length", String(known));
  return [...(hasHost ? [] : ["Host", `127.0.0.1:${port}`]), "Connection", "keep-alive", ...lines];
}

/**
 * Sends one request over a connection of its own to `127.0.0.1:port` and reads the answer to its end. The connection
 * is closed afterwards, and at once when `signal` aborts. `limitBytes` holds for answers that are not chunked.
 * Rejects only for a call that node:http cannot write (an invalid method, path or header).
 */
export function exchange(port: number, call: HttpCall, limitBytes: number, signal: AbortSignal): Promise<Exchanged> {
  return new Promise((resolve) => {
    const body = bodyOf(call);
    const headers = headerLines(call, body?.byteLength, port);
    const outgoing = request({ host: "127.0.0.1", port, method: call.method, path: call.path, headers, agent: false, signal });
    const finish = (exchanged: Exchanged) => {
      resolve(exchanged);
      outgoing.destroy();
    };
    let answered = false; // From then on the answer itself ends or fails, whatever becomes of the request.
    outgoing.on("error", (error) => void (answered || finish({ broken: error.message })));
    outgoing.on("close", () => void (answered || finish({ broken: "the connection closed before an answer" })));
    outgoing.on("response", (incoming) => {
      answered = true;
      const chunks: Uint8Array[] = [];
      let size = 0;
      const chunked = incoming.headers["transfer-encoding"] !== undefined;
      const answer = (failed?: HttpAnswer["failed"]) =>
        finish({ answer: { status: incoming.statusCode ?? 0, headers: pairs(incoming.rawHeaders), chunks, ...(failed && { failed }) } });
      incoming.on("data", (chunk: Buffer) => {
        chunks.push(new Uint8Array(chunk));
        size += chunk.byteLength;
        if (!chunked && size > limitBytes) finish({ tooLarge: true });
      });
      incoming.on("end", () => answer());
      incoming.on("error", (error: NodeJS.ErrnoException) => answer({ type: error.code ?? error.name, message: error.message }));
    });
    outgoing.end(body);
  });
}

const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""] as [string, string]] : []));
