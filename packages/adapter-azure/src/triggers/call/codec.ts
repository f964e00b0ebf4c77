/**
 * Call on Azure Functions: a POST to the function's own route, answered; or a Service Bus message (see wires/service-bus.ts) that was sent ahead.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger
 *
 * | Isobar        | request                                                                                                    |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | payload       | the body, JSON whatever its content type says                                                              |
 * | only native() | everything else of the request                                                                             |
 *
 * Answer: 200 with the result as JSON, or problem details with a code and no word of what went wrong inside.
 */
import type { HttpRequest } from "@azure/functions";
import type { ExchangeCodec, IncomingRequest } from "@isobar/core/adapter";
import { serviceBusCodec } from "../../wires/service-bus.ts";
import { v4, type HttpAnswer } from "../http/codec.ts";

/** The route was matched by the host, and is the function's name. */
export const callPath = "/";

const asCall = (request: IncomingRequest): IncomingRequest => ({
  method: request.method,
  path: callPath,
  query: "",
  origin: () => request.origin(),
  header: (name) => (name === "content-type" ? "application/json" : request.header(name)),
  headers: () => request.headers(),
  body: () => request.body(),
  clientAddress: request.clientAddress,
});

export const requested: ExchangeCodec<HttpRequest, HttpAnswer> = {
  decode(given) {
    const { native, request } = v4.decode(given);
    return { native, request: asCall(request) };
  },
  encode: v4.encode,
};
export const queuedCall = /* @__PURE__ */ serviceBusCodec();
