/** One request on its way: found, handled, and made ready to leave. What whole and streamed answers share. */
import type { ExchangeCodec } from "../boundary.ts";
import type { Trace } from "../context.ts";
import { answerOf, bodyless, isUnread, problem, problemOf, type Answer } from "../http/answer.ts";
import { LightRequest, webRequest, type IncomingRequest } from "../http/request.ts";
import { empty } from "../http/response.ts";
import { router, type Found, type Refused, type Route } from "../http/router.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { logOf, RunContext, type Shared } from "./context.ts";
import { systemClock } from "./clock.ts";
import { deadlineOf, defaultTimeoutMs, timeoutOf } from "./deadline.ts";
import { coldOnce, hasInput, requireParts, type Platform, type Wiring } from "./platform.ts";

/** One function, or a unit's routes by the functions' names. */
export type HttpFunctions = HttpFunction | Readonly<Record<string, HttpFunction>>;
const routesOf = (functions: HttpFunctions, name: string | undefined): Route[] => {
  const named = typeof functions.kind === "string" ? [[name, functions as HttpFunction] as const] : Object.entries(functions as Readonly<Record<string, HttpFunction>>);
  return named.map(([name, fn]) => ({ name, fn, timeoutMs: timeoutOf(fn.options.timeout) }));
};

export interface Turn<In> extends Shared {
  readonly native: In;
  readonly request: IncomingRequest;
  readonly found: Found | Refused;
  readonly wiring: Wiring;
}

/** Makes the beginning of every turn. Throws `invalid-definition` where a function needs a part that the entry did not bring. */
function beginning<In>(functions: HttpFunctions, codec: Pick<ExchangeCodec<In, unknown>, "decode">, wiring: Wiring): (given: unknown, platform: Platform) => Turn<In> {
  const routes = routesOf(functions, wiring.name);
  for (const { name, fn } of routes) requireParts(name, fn, wiring);
  const find = router(routes, wiring.cors?.isPreflight);
  const cold = coldOnce();
  const { clock = systemClock } = wiring;
  return (given, platform) => {
    const { native, request } = codec.decode(given);
    const found = find(request);
    const { name = platform.functionName, fn, timeoutMs }: Partial<Route> = "route" in found ? found.route : {};
    return { native, request, found, name, lists: fn?.options, platform, coldStart: cold(), deadline: deadlineOf(clock, timeoutMs ?? defaultTimeoutMs, platform), wiring };
  };
}

/** Takes an answer as it leaves. */
export type Send<In, Out> = (turn: Turn<In>, answer: Answer) => Out | Promise<Out>;

/** Makes an entry: every turn from its beginning to its end. Rejects with `invalid-native-event`, and with what `send` rejects with. */
export function turns<In, Out>(functions: HttpFunctions, codec: Pick<ExchangeCodec<In, unknown>, "decode">, wiring: Wiring): (native: unknown, platform: Platform, send: Send<In, Out>) => Promise<Out> {
  const begin = beginning(functions, codec, wiring);
  return async (native, platform, send) => {
    const turn = begin(native, platform);
    let answer: Answer;
    try {
      try {
        const handled = handle(turn);
        // Awaited only where there is something to wait for: a turn of the loop costs as much as a small handler.
        answer = answerOf(isThenable(handled) ? await turn.deadline.over(handled, (how) => logOf(turn.name, platform).warn("the handler settled after its deadline; its answer was not sent", how)) : handled);
      } catch (error) {
        answer = failure(turn, "the request failed", error);
      }
      const sent = send(turn, leaving(turn, answer));
      return isThenable(sent) ? await sent : sent;
    } finally {
      turn.deadline.close();
    }
  };
}

const refusal = (refused: Refused): Response =>
  refused.status === 405 ? problem(405, "method-not-allowed", {}, { allow: refused.allow }) : refused.status === 404 ? problem(404, "no-such-route") : problem(400, "invalid-input", { issues: [{ in: "path", path: "", message: refused.why }] });

function traceOf(request: IncomingRequest): Trace | undefined {
  const traceparent = request.header("traceparent");
  return traceparent === undefined ? undefined : { traceparent, tracestate: request.header("tracestate") };
}

/** What the handler returns, or a promise of it; a problem, or a preflight's answer, where no handler is asked. */
function handle<In>(turn: Turn<In>): unknown {
  const { found, native, request, deadline, wiring } = turn;
  if ("status" in found) return refusal(found);
  const { route: { fn }, params } = found;
  if (fn.options.cors !== undefined && wiring.cors!.isPreflight(request)) return empty();
  const ctx = new RunContext(turn, { attempt: undefined, record: native, trace: () => traceOf(request) });
  const call = (valid: unknown): unknown => {
    const mounted = fn.source.method === "*" && fn.source.path.endsWith("+}");
    const asked = mounted
      ? Object.assign(webRequest(request, deadline.signal), { params, valid, clientAddress: request.clientAddress })
      : new LightRequest(request, params, valid, () => deadline.signal);
    return fn.handle(asked as never, ctx as never);
  };
  if (!hasInput(fn.options)) return call(undefined);
  const valid = wiring.input!(fn, request, params);
  return isThenable(valid) ? valid.then(call) : call(valid);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

/** The answer to an error; in the log where it is ours. */
export function failure<In>({ name, platform }: Turn<In>, message: string, error: unknown): Answer {
  const answer = problemOf(error);
  if (answer.status >= 500) logOf(name, platform).error(message, { error });
  return answerOf(answer);
}

const hopByHop = /^(?:connection|content-length|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/;

/** An answer as it leaves: with what cross-origin callers need, without what the platform writes itself, and without a body where there may be none. */
export function leaving<In>({ found, request, wiring }: Turn<In>, { head: { status, headers }, body }: Answer): Answer {
  const cors = "route" in found ? wiring.cors?.headers(found.route.fn, request) : undefined;
  // The platform writes these itself, from the body that it sends (RFC 9110 §7.6.1); only an answer to HEAD tells a length of its own.
  const own = ([name]: readonly [string, string]) => !hopByHop.test(name) || (name === "content-length" && request.method === "HEAD");
  const none = bodyless(request.method, status);
  if (none && isUnread(body)) body.body?.cancel().catch(() => {});
  return { head: { status, headers: (cors === undefined ? headers : [...headers, ...cors]).filter(own) }, body: none ? undefined : body };
}
