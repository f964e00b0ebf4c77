/** Sends a request to HTTP functions as a front end would, through the loop that runs once deployed. */
import type { ExchangeCodec, ResponseHead, Sink } from "../boundary.ts";
import { bodyless } from "../http/answer.ts";
import type { WholeBody } from "../http/body.ts";
import type { IncomingRequest } from "../http/request.ts";
import { exchange } from "../run/exchange.ts";
import { streamedExchange } from "../run/streamed.ts";
import type { HttpFunctions } from "../run/turn.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { incoming, type RequestInput } from "./incoming.ts";
import { memoryOutbox } from "./outbox.ts";
import { parts, secretsOf, testPlatform, type TestOptions } from "./platform.ts";
import { checkFunction } from "../definition.ts";

const inMemory: ExchangeCodec<IncomingRequest, { readonly head: ResponseHead; readonly body: WholeBody }> = {
  decode: (native) => ({ native: native as IncomingRequest, request: native as IncomingRequest }),
  encode: (head, body) => ({ head, body }),
  encodeHead: (head) => head,
};
const responseOf = ({ status, headers }: ResponseHead, body: BodyInit | null): Response => new globalThis.Response(body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) });

/**
 * One request. In: a function or several by name, and a path, with a query if there is one. Out: the answer as a client sees it, that of
 * a path which no function has included (404); one that streams arrives as it is made. Log lines go to the console.
 */
export async function request(functions: HttpFunctions, path: string, init: RequestInput = {}, options: TestOptions = {}): Promise<Response> {
  const one = typeof functions.kind === "string" ? (functions as HttpFunction) : undefined;
  const own = one === undefined || one.source.method === "*" ? "GET" : one.source.method;
  const native = incoming(path, { ...init, method: init.method ?? own });
  for (const [name, fn] of one === undefined ? Object.entries(functions as Readonly<Record<string, HttpFunction>>) : [["function", one] as const]) checkFunction(name, fn);
  const wiring = { ...parts, secret: secretsOf(options.secrets), name: options.name ?? "test", outbox: options.outbox ?? memoryOutbox(), ...(options.clock === undefined ? {} : { clock: options.clock }) };
  if (one?.options.streaming) return piped(native.method, (sink) => streamedExchange(functions, inMemory, wiring)(native, testPlatform(), sink));
  const { head, body } = await exchange(functions, inMemory, wiring)(native, testPlatform());
  return responseOf(head, body ?? null);
}

/** The answer once its head is known; what breaks it afterwards breaks its body. */
function piped(method: string, work: (sink: Sink) => Promise<void>): Promise<Response> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  return new Promise((resolve, reject) => {
    work({
      open: (head) => resolve(responseOf(head as ResponseHead, bodyless(method, (head as ResponseHead).status) ? null : readable)),
      write: (chunk) => writer.write(chunk as Uint8Array<ArrayBuffer>),
      close: () => writer.close(),
      abort: (cause) => void writer.abort(cause).catch(() => {}),
    }).catch(reject);
  });
}
