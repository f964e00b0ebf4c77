/** One request on its way: found, handled, and made ready to leave. What whole and streamed answers share. */
import type { ExchangeCodec } from "../boundary.ts";
import type { Trace } from "../context.ts";
import { answerOf, bodyless, isUnread, problem, problemOf, type Answer } from "../http/answer.ts";
import { LightRequest, webRequest, type IncomingRequest } from "../http/request.ts";
import { router, type Found, type Refused, type Route } from "../http/router.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { logOf, RunContext, type Shared } from "./context.ts";
import { systemClock } from "./clock.ts";
import { deadlineOf, defaultTimeoutMs, timeoutOf } from "./deadline.ts";
import { coldOnce, requireParts, type Parts, type Platform, type Wiring } from "./platform.ts";

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
  readonly parts: Parts;
}

/** Makes the beginning of every turn. Throws `invalid-definition` where a function needs a part that the entry did not bring. */
export function turns<In>(functions: HttpFunctions, codec: Pick<ExchangeCodec<In, unknown>, "decode">, wiring: Wiring): (given: unknown, platform: Platform) => Turn<In> {
  const routes = routesOf(functions, wiring.name);
  for (const { name, fn } of routes) requireParts(name, fn, wiring);
  const find = router(routes, wiring.cors?.isPreflight);
  const cold = coldOnce();
  const clock = wiring.clock ?? systemClock;
  return (given, platform) => {
    const { native, request } = codec.decode(given);
    const found = find(request);
    const route = "route" in found ? found.route : undefined;
    return { native, request, found, name: route?.name ?? platform.functionName, sends: route?.fn.options.sends, platform, coldStart: cold(), deadline: deadlineOf(clock, route?.timeoutMs ?? defaultTimeoutMs, platform), outbox: wiring.outbox, send: wiring.send, parts: wiring };
  };
}

const refusal = (refused: Refused): Answer =>
  refused.status === 405 ? problem(405, "method-not-allowed", {}, [["allow", refused.allow]]) : refused.status === 404 ? problem(404, "no-such-route") : problem(400, "invalid-input", { issues: [{ in: "path", path: "", message: refused.why }] });

function traceOf(request: IncomingRequest): Trace | undefined {
  const traceparent = request.header("traceparent");
  return traceparent === undefined ? undefined : { traceparent, tracestate: request.header("tracestate") };
}

/** What the handler returns, or a promise of it. */
function handle<In>(turn: Turn<In>, { route: { fn }, params }: Found): unknown {
  const { request, deadline } = turn;
  const ctx = new RunContext(turn, { attempt: undefined, record: turn.native, trace: () => traceOf(request) });
  const call = (valid: unknown): unknown => {
    const mounted = fn.source.method === "*" && fn.source.path.endsWith("+}");
    const asked = mounted
      ? Object.defineProperties(webRequest(request, deadline.signal), { params: { value: params }, valid: { value: valid }, clientAddress: { value: request.clientAddress } })
      : new LightRequest(request, params, valid, () => deadline.signal);
    return fn.handle(asked as never, ctx as never);
  };
  const { body, query, params: pathParams, headers } = fn.options;
  return body ?? query ?? pathParams ?? headers ? turn.parts.input!(fn, request, params).then(call) : call(undefined);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

/** The answer to a turn, ready to leave. */
export async function answered<In>(turn: Turn<In>): Promise<Answer<Answer["body"] | undefined>> {
  const { found, request, deadline, parts } = turn;
  if ("status" in found) return leaving(turn, refusal(found));
  if (found.route.fn.options.cors !== undefined && parts.cors!.isPreflight(request)) return leaving(turn, { head: { status: 204, headers: [] }, body: undefined });
  let answer: Answer;
  try {
    const handled = handle(turn, found);
    answer = answerOf(isThenable(handled) ? await deadline.over(handled, (how) => logOf(turn.name, turn.platform).warn("the handler settled after its deadline; its answer was not sent", how)) : handled);
  } catch (error) {
    answer = failure(turn, "the request failed", error);
  }
  return leaving(turn, answer);
}

/** The answer to an error; in the log where it is ours. */
export function failure<In>({ name, platform }: Turn<In>, message: string, error: unknown): Answer<string> {
  const answer = problemOf(error);
  if (answer.head.status >= 500) logOf(name, platform).error(message, { error });
  return answer;
}

const hopByHop: ReadonlySet<string> = /* @__PURE__ */ new Set(["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/** An answer as it leaves: with what cross-origin callers need, without what the platform writes itself, and without a body where there may be none. */
export function leaving<In, Body>({ found, request, parts }: Turn<In>, { head: { status, headers }, body }: Answer<Body>): Answer<Body | undefined> {
  const cors = "route" in found && found.route.fn.options.cors !== undefined ? parts.cors!.headers(found.route.fn, request, parts.cors!.isPreflight(request)) : [];
  // The platform writes these itself, from the body that it sends (RFC 9110 §7.6.1); only an answer to HEAD tells a length of its own.
  const own = ([name]: readonly [string, string]) => !hopByHop.has(name) || (name === "content-length" && request.method === "HEAD");
  const kept = cors.length === 0 && headers.every(own) ? headers : [...headers, ...cors].filter(own);
  const none = bodyless(request.method, status);
  if (none && isUnread(body)) body.body?.cancel().catch(() => {});
  return { head: { status, headers: kept }, body: none ? undefined : body };
}
