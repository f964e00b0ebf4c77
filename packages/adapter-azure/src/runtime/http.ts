import type { HttpRequest, InvocationContext } from "@azure/functions";
import { exchange, streamedExchange, type HttpFunctions, type Wiring } from "@isobar/core/adapter";
import { v4, type HttpAnswer } from "../triggers/http/codec.ts";
import { platformOf } from "./invocation.ts";
import { returning } from "./streaming.ts";

export type HttpHandler = (request: HttpRequest, context: InvocationContext) => Promise<HttpAnswer>;

/** The handler of `app.http`. Rejects with `invalid-native-event` for what is no HttpRequest; the host then answers 500. */
export function http(functions: HttpFunctions, wiring?: Wiring): HttpHandler {
  const answer = exchange(functions, v4, wiring);
  return (request, context) => answer(request, platformOf(context));
}
/** The same where the app is set up with `enableHttpStream: true`: the answer leaves as it is made. */
export function httpStream(functions: HttpFunctions, wiring?: Wiring): HttpHandler {
  const streamed = streamedExchange(functions, v4, wiring);
  return (request, context) => returning((sink) => streamed(request, platformOf(context), sink));
}
