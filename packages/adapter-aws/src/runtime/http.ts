/** HTTP entries, one for each front end: the manifest says which one calls. */
import { exchange, IsobarError, streamedExchange, type HttpFunctions, type Wiring } from "@isobar/core/adapter";
import type { AlbEvent, HttpEvent, LambdaContext, RestEvent } from "../native.ts";
import { alb as albCodec, type AlbAnswer } from "../triggers/http/alb.ts";
import { functionUrl as urlCodec, httpApi, type HttpAnswer } from "../triggers/http/codec.ts";
import { restApi as restCodec, type RestAnswer } from "../triggers/http/rest-api.ts";
import { platformOf, type Handler } from "./invocation.ts";
import { sinkTo, streaming, type LambdaStream } from "./streaming.ts";

export type HttpHandler = Handler<HttpEvent, HttpAnswer>;

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
/** Behind an API Gateway REST API, or an HTTP API with payload format 1.0. */
export function restApi(functions: HttpFunctions, wiring?: Wiring): Handler<RestEvent, RestAnswer> {
  const answer = exchange(functions, restCodec, wiring);
  return (event, context) => answer(event, platformOf(context));
}
/** Behind an Application Load Balancer; the target group's header mode is the request's. */
export function alb(functions: HttpFunctions, wiring?: Wiring): Handler<AlbEvent, AlbAnswer> {
  const answer = exchange(functions, albCodec, wiring);
  return (event, context) => answer(event, platformOf(context));
}
/** Behind a Function URL with `InvokeMode: RESPONSE_STREAM`. Throws `internal` outside Lambda's own runtime, which alone can stream. */
export function functionUrlStream(functions: HttpFunctions, wiring?: Wiring): unknown {
  const lambda = streaming();
  if (lambda === undefined) throw new IsobarError("internal", "a streamed answer needs Lambda's runtime: the global `awslambda` is missing");
  const streamed = streamedExchange(functions, urlCodec, wiring);
  return lambda.streamifyResponse((event: unknown, stream: LambdaStream, context: LambdaContext) => streamed(event, platformOf(context), sinkTo(lambda, stream)));
}
