/** HTTP entries, one for each front end: the manifest says which one calls. */
import { exchange, IsobarError, streamedExchange, type HttpFunctions, type Wiring } from "@isobar/core/adapter";
import type { HttpEvent, LambdaContext } from "../native.ts";
import { functionUrl as urlCodec, httpApi, type HttpAnswer } from "../triggers/http/codec.ts";
import { platformOf } from "./invocation.ts";
import { sinkTo, streaming, type LambdaStream } from "./stream.ts";

export type HttpHandler = (event: HttpEvent, context: LambdaContext) => Promise<HttpAnswer>;

/** Behind an API Gateway HTTP API. Rejects with `invalid-native-event` for any other envelope; the gateway then answers 500. */
export function http(functions: HttpFunctions, wiring?: Wiring): HttpHandler {
  const answer = exchange(functions, httpApi, wiring);
  return (event, context) => answer(event, platformOf(context));
}
/** Behind a Function URL with `InvokeMode: BUFFERED`. */
export function functionUrl(functions: HttpFunctions, wiring?: Wiring): HttpHandler {
  const answer = exchange(functions, urlCodec, wiring);
  return (event, context) => answer(event, platformOf(context));
}
/** Behind a Function URL with `InvokeMode: RESPONSE_STREAM`. Throws `internal` outside Lambda's own runtime, which alone can stream. */
export function functionUrlStream(functions: HttpFunctions, wiring?: Wiring): unknown {
  const lambda = streaming();
  if (lambda === undefined) throw new IsobarError("internal", "a streamed answer needs Lambda's runtime: the global `awslambda` is missing");
  const streamed = streamedExchange(functions, urlCodec, wiring);
  return lambda.streamifyResponse((event: unknown, stream: LambdaStream, context: LambdaContext) => streamed(event, platformOf(context), sinkTo(lambda, stream)));
}
