/** The services' end of the client, for tests: a server on 127.0.0.1 that checks signatures by its own arithmetic and answers what it is told to. */
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "@isobar/core/adapter";
import type { Credentials } from "./sign.ts";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Which connection it came over, from 0. */
  readonly connection: number;
  /** "service region", as it was signed for; why not, where the signature is wrong. */
  readonly signed: string;
  /** Resolves when the connection is closed. */
  readonly gone: Promise<void>;
}
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}
/** `reset`: the connection goes. `silence`: nothing comes. `half`: it goes in the middle of an answer. */
export type Act = Reply | "reset" | "silence" | "half";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step by step, from the request as it arrived. Out: what is wrong with it, else what it was signed for. */
export function verified(method: string, path: string, headers: Readonly<Record<string, string>>, body: string, { accessKeyId, secretAccessKey }: Credentials): string {
  const [, id, date, region, service, signed, signature] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? "") ?? [];
  if (signature === undefined) return `no signature: ${headers.authorization}`;
  if (id !== accessKeyId) return `unknown key ${id}`;
  const time = headers["x-amz-date"]!;
  if (!time.startsWith(date!)) return "the scope is of another day";
  const names = signed!.split(";");
  for (const name of ["host", "x-amz-date", "x-amz-target", "x-amz-security-token", "content-type"]) if (headers[name] !== undefined && !names.includes(name)) return `${name} is not signed`;
  let canonicalHeaders = "";
  for (const name of names) canonicalHeaders += `${name}:${headers[name]!.trim().replaceAll(/ +/g, " ")}\n`;
  const canonicalRequest = `${method}\n${path}\n\n${canonicalHeaders}\n${signed}\n${sha256(body)}`;
  const stringToSign = `AWS4-HMAC-SHA256\n${time}\n${date}/${region}/${service}/aws4_request\n${sha256(canonicalRequest)}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date!), region!), service!), "aws4_request");
  return hmac(key, stringToSign).toString("hex") === signature ? `${service} ${region}` : "the signature does not match";
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("utf8");
};
function answer(response: ServerResponse, act: Act): void {
  if (act === "silence") return;
  if (act === "reset") return void response.socket!.resetAndDestroy();
  if (act === "half") return void response.writeHead(200, { "content-length": 100 }).write("{", () => response.socket!.destroy());
  const { status = 200, headers = {}, body = {} } = act;
  response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
}

export interface Service {
  /** http://127.0.0.1:… */
  readonly endpoint: string;
  readonly seen: readonly Seen[];
  /** What the next requests are answered with; the last of them counts on. */
  will(...acts: readonly Act[]): void;
  close(): Promise<void>;
}
/** `onSeen`: hears of each request before it is answered. */
export async function openService(credentials: Credentials, onSeen?: (seen: Seen) => void): Promise<Service> {
  const seen: Seen[] = [];
  const connections: { readonly socket: Socket; readonly gone: Promise<void> }[] = [];
  let acts: readonly Act[] = [{}];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const headers = request.headers as Readonly<Record<string, string>>;
      const connection = connections.findIndex(({ socket }) => socket === request.socket);
      const { gone } = connections[connection]!;
      const now: Seen = { method: request.method!, path: request.url!, headers, body, connection, signed: verified(request.method!, request.url!, headers, body, credentials), gone };
      seen.push(now);
      const act = acts[0]!;
      if (acts.length > 1) acts = acts.slice(1);
      onSeen?.(now);
      answer(response, act);
    })();
  });
  server.on("connection", (socket) => connections.push({ socket, gone: new Promise((resolve) => void socket.once("close", () => resolve())) }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    will: (...next) => void (acts = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A clock that stands at 2015-08-30T12:36:00Z, the time of the published vectors. Waits between tries are over at once; limits, a second or more, when `pass` says so. `waits`: what was asked of it, in order. */
export function standingClock(): Clock & { readonly waits: readonly number[]; pass(): void } {
  const waits: number[] = [];
  const limits = new Set<() => void>();
  return {
    waits,
    now: () => Date.UTC(2015, 7, 30, 12, 36),
    after(ms, then) {
      waits.push(ms);
      if (ms < 1_000) {
        const soon = setImmediate(then);
        return () => clearImmediate(soon);
      }
      limits.add(then);
      return () => void limits.delete(then);
    },
    pass() {
      const [then] = limits;
      if (then === undefined) throw new Error("nothing waits");
      limits.delete(then);
      then();
    },
  };
}
