/** Run time of a request: decode → find the function → validate → handle → encode. Everything that is equal on all clouds happens here. */
import type { ExchangeCodec, Outbox, Sink } from "../boundary.ts";
import { IsobarError } from "../errors.ts";
import { answerOf, bodyless, collect, isStream, pour, problem, problemOf, type Answer } from "../http/answer.ts";
import { bytesOf } from "../http/body.ts";
import { corsHeaders, isPreflight } from "../http/cors.ts";
import { validInput } from "../http/input.ts";
import { LightRequest, webRequest, type IncomingRequest } from "../http/request.ts";
import { router, type Found, type Refused, type Route } from "../http/router.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { logOf, RunContext } from "./context.ts";
import { systemClock } from "./clock.ts";
import { deadlineOf, type Deadline } from "./deadline.ts";
import { coldOnce, type Platform, type Wiring } from "./platform.ts";

/** One function, or a unit's routes by the functions' names. */
export type HttpFunctions = HttpFunction | Readonly<Record<string, HttpFunction>>;
const routesOf = (functions: HttpFunctions, name: string | undefined): Route[] =>
  typeof functions.kind === "string" ? [{ name, fn: functions as HttpFunction }] : Object.entries(functions as Readonly<Record<string, HttpFunction>>).map(([name, fn]) => ({ name, fn }));

export interface Exchange<Out> {
  /** A whole answer. Rejects only with `invalid-native-event`; the platform then hears a failed invocation. */
  whole(native: unknown, platform: Platform): Promise<Out>;
  /** A streamed answer, for codecs with `encodeHead`. Rejects with `invalid-native-event`, or with what broke a stream that had begun. */
  streamed(native: unknown, platform: Platform, sink: Sink): Promise<void>;
}

/** One request on its way. */
interface Turn<In> {
  readonly native: In;
  readonly request: IncomingRequest;
  readonly found: Found | Refused;
  readonly name: string;
  readonly platform: Platform;
  readonly coldStart: boolean;
  readonly deadline: Deadline;
  readonly outbox: Outbox | undefined;
}

const refusal = (refused: Refused): Answer =>
  refused.status === 405 ? problem(405, "method-not-allowed", {}, [["allow", refused.allow]]) : refused.status === 404 ? problem(404, "no-such-route") : problem(400, "invalid-input", { issues: [{ in: "path", path: "", message: refused.why }] });

/** What the handler returns, or a promise of it. */
function handle<In>(turn: Turn<In>, { route: { fn }, params }: Found): unknown {
  const { request, name, platform, coldStart, deadline, outbox, native } = turn;
  const signal = () => deadline.signal;
  const traceparent = request.header("traceparent");
  const trace = traceparent === undefined ? undefined : { traceparent, tracestate: request.header("tracestate") };
  const ctx = new RunContext({ name, sends: fn.options.sends, platform, deadline, coldStart, attempt: undefined, trace, record: native, outbox });
  const call = (valid: unknown): unknown => {
    const mounted = fn.source.method === "*" && fn.source.path.endsWith("+}");
    const asked = mounted
      ? Object.defineProperties(webRequest(request, deadline.signal), { params: { value: params }, valid: { value: valid }, clientAddress: { value: request.clientAddress } })
      : new LightRequest(request, params, valid, signal);
    return fn.handle(asked as never, ctx as never);
  };
  const { body, query, params: pathParams, headers } = fn.options;
  return body ?? query ?? pathParams ?? headers ? validInput(fn, request, params).then(call) : call(undefined);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

async function answerTo<In>(turn: Turn<In>): Promise<Answer> {
  const { found, request, deadline } = turn;
  if ("status" in found) return refusal(found);
  if (found.route.fn.options.cors !== undefined && isPreflight(request)) return { head: { status: 204, headers: [] }, body: undefined };
  try {
    const handled = handle(turn, found);
    return answerOf(isThenable(handled) ? await deadline.over(handled, (how) => logOf(turn.name, turn.platform).warn("the handler settled after its deadline; its answer was not sent", how)) : handled);
  } catch (error) {
    return failure(turn, "the request failed", error);
  }
}

/** The answer to an error; in the log where it is ours. */
function failure<In>({ name, platform }: Turn<In>, message: string, error: unknown): Answer<string> {
  const answer = problemOf(error);
  if (answer.head.status >= 500) logOf(name, platform).error(message, { error });
  return answer;
}

const hopByHop: ReadonlySet<string> = /* @__PURE__ */ new Set(["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/** An answer as it leaves: with what cross-origin callers need, without what the platform writes itself, and without a body where there may be none. */
function leaving<In, Body>({ found, request }: Turn<In>, { head: { status, headers }, body }: Answer<Body>): Answer<Body | undefined> {
  const cors = "route" in found && found.route.fn.options.cors !== undefined ? corsHeaders(found.route.fn, request, isPreflight(request)) : [];
  // The platform writes these itself, from the body that it sends (RFC 9110 §7.6.1); only an answer to HEAD tells a length of its own.
  const kept = [...headers, ...cors].filter(([name]) => !hopByHop.has(name) || (name === "content-length" && request.method === "HEAD"));
  const none = bodyless(request.method, status);
  if (none && isStream(body)) body.cancel().catch(() => {});
  return { head: { status, headers: kept }, body: none ? undefined : body };
}

/** Makes an HTTP entry. In: the functions behind it and the wire's codec. */
export function exchange<In, Out>(functions: HttpFunctions, codec: ExchangeCodec<In, Out>, wiring: Wiring = {}): Exchange<Out> {
  const find = router(routesOf(functions, wiring.name));
  const cold = coldOnce();
  const clock = wiring.clock ?? systemClock;
  const begin = (given: unknown, platform: Platform): Turn<In> => {
    const { native, request } = codec.decode(given);
    const found = find(request);
    const route = "route" in found ? found.route : undefined;
    return { native, request, found, name: route?.name ?? platform.functionName, platform, coldStart: cold(), deadline: deadlineOf(clock, route?.fn.options.timeout, platform), outbox: wiring.outbox };
  };
  return {
    async whole(given, platform) {
      const turn = begin(given, platform);
      try {
        const { head, body } = leaving(turn, await answerTo(turn));
        return codec.encode(head, isStream(body) ? await collect(body, turn.deadline) : body, turn.native);
      } catch (error) {
        const { head, body } = leaving(turn, failure(turn, "the answer could not be sent", error));
        return codec.encode(head, body, turn.native);
      } finally {
        turn.deadline.close();
      }
    },
    async streamed(given, platform, sink) {
      const { encodeHead } = codec;
      if (encodeHead === undefined) throw new IsobarError("internal", "this wire has no streaming");
      const turn = begin(given, platform);
      try {
        const { head, body } = leaving(turn, await answerTo(turn));
        sink.open(encodeHead(head, turn.native));
        try {
          if (isStream(body)) await pour(body, turn.deadline, (chunk) => sink.write(chunk));
          else if (body !== undefined) await sink.write(bytesOf(body));
          await sink.close();
        } catch (error) {
          logOf(turn.name, platform).error("the answer broke off", { error });
          sink.abort(error);
          throw error;
        }
      } finally {
        turn.deadline.close();
      }
    },
  };
}
