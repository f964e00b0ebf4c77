/** Sends a request to HTTP functions as a front end would, through the loop that runs once deployed. */
import type { ExchangeCodec, ResponseHead, Sink } from "../boundary.ts";
import { bodyless } from "../http/answer.ts";
import type { WholeBody } from "../http/body.ts";
import type { IncomingRequest } from "../http/request.ts";
import { exchange, type HttpFunctions } from "../run/exchange.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { incoming, type RequestInput } from "./incoming.ts";
import { memoryOutbox } from "./outbox.ts";
import { testPlatform, type TestOptions } from "./platform.ts";

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
  const { whole, streamed } = exchange(functions, inMemory, { name: options.name ?? "test", outbox: options.outbox ?? memoryOutbox(), ...(options.clock === undefined ? {} : { clock: options.clock }) });
  if (one?.options.streaming) return piped(native.method, (sink) => streamed(native, testPlatform(), sink));
  const { head, body } = await whole(native, testPlatform());
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
