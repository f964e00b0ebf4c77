/** Run time of calls that are answered: the payload goes in as a request's body, and the result comes out as its answer's. */
import type { ExchangeCodec } from "../boundary.ts";
import { isSettlement } from "../delivery.ts";
import { IsobarError } from "../errors.ts";
import type { Event } from "../event.ts";
import { json } from "../http/response.ts";
import type { CallFunction } from "../triggers/call.ts";
import type { HttpFunction, HttpRequest } from "../triggers/http.ts";
import type { Invocation } from "../context.ts";
import { exchange } from "./exchange.ts";
import type { Platform, Wiring } from "./platform.ts";
import { validInput } from "../http/input.ts";

const anything = { "~standard": { version: 1, vendor: "isobar", validate: (value: unknown) => ({ value }) } } as const;

/** The result as an answer. A settlement has no meaning to a caller who waits, but for a reject: that is the caller's error. */
function answerOf(result: unknown): Response {
  if (!isSettlement(result)) return json(result ?? null);
  if (result.settle === "ack") return json(null);
  if (result.settle === "reject") return json({ type: "about:blank", title: "Unprocessable Content", status: 422, code: "rejected", reason: result.reason }, { status: 422, headers: { "content-type": "application/problem+json" } });
  throw new IsobarError("handler-failed", "the handler asked to be tried again, which is the caller's to do");
}

/**
 * Makes the entry of a call that is answered. In: the function, the wire's exchange codec, and the path that the function is called under
 * there. Out: the native answer: the result as JSON; 400 for a payload that does not fit, 422 for a reject, 500 for a failure, 504 at the deadline.
 */
export function callExchange<In, Out>(fn: CallFunction, codec: ExchangeCodec<In, Out>, path: string, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Out> {
  const { payload, timeout, sends, secrets } = fn.options;
  const served: HttpFunction = {
    kind: "http",
    source: { method: "POST", path },
    options: { access: "private", body: payload ?? anything, ...(timeout === undefined ? {} : { timeout }), ...(sends === undefined ? {} : { sends }), ...(secrets === undefined ? {} : { secrets }) },
    async handle(request: HttpRequest<never, { readonly body: unknown }>, ctx: Invocation) {
      const event = { specversion: "1.0", id: ctx.invocationId, source: "/calls", type: "call.request", data: request.valid.body } satisfies Event<unknown>;
      try {
        return answerOf(await (fn.handle as (event: Event<unknown>, ctx: Invocation) => unknown)(event, ctx));
      } catch (error) {
        // As in every kind, a thrown reject counts as returned.
        if (isSettlement(error) && error.settle === "reject") return answerOf(error);
        throw error;
      }
    },
  };
  return exchange(served, codec, { ...wiring, input: validInput });
}
