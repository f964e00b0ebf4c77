/** Run time of a request: decode → find the function → validate → handle → encode. Everything that is equal on all clouds happens here. */
import type { ExchangeCodec, Sink } from "../boundary.ts";
import { toMs } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import { answerOf, bodyless, problem, problemOf, wholeOf, type Answer } from "../http/answer.ts";
import { bytesOf } from "../http/body.ts";
import { corsHeaders, isPreflight } from "../http/cors.ts";
import { validInput } from "../http/input.ts";
import { LightRequest, webRequest, type IncomingRequest } from "../http/request.ts";
import { router, type Found, type Route } from "../http/router.ts";
import type { HttpFunction } from "../triggers/http.ts";
import { logOf, RunContext } from "./context.ts";
import { systemClock } from "./clock.ts";
import { Deadline, defaultTimeoutMs, marginMs } from "./deadline.ts";
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

const hopByHop: ReadonlySet<string> = /* @__PURE__ */ new Set(["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

export function exchange<In, Out>(functions: HttpFunctions, codec: ExchangeCodec<In, Out>, wiring: Wiring = {}): Exchange<Out> {
  const find = router(routesOf(functions, wiring.name));
  const cold = coldOnce();
  const clock = wiring.clock ?? systemClock;

  async function run(request: IncomingRequest, found: Found, native: In, platform: Platform, coldStart: boolean): Promise<Answer> {
    if ("status" in found)
      return found.status === 405 ? problem(405, "method-not-allowed", {}, { allow: found.allow }) : found.status === 404 ? problem(404, "no-such-route") : problem(400, "invalid-input", { issues: [{ in: "path", path: "", message: "not valid percent-encoding" }] });
    const { fn, name = platform.functionName } = found.route;
    if (fn.options.cors !== undefined && isPreflight(request)) return { head: { status: 204, headers: [] }, body: undefined };
    const declared = fn.options.timeout === undefined ? defaultTimeoutMs : toMs(fn.options.timeout);
    const deadline = new Deadline(clock, Math.min(declared, platform.remainingMs === undefined ? Infinity : platform.remainingMs() - marginMs));
    try {
      const signal = () => deadline.signal;
      const { body, query, params, headers } = fn.options;
      const valid = body ?? query ?? params ?? headers ? await validInput(fn, request, found.params, signal) : undefined;
      const mounted = fn.source.method === "*" && fn.source.path.endsWith("+}");
      const asked = mounted
        ? Object.defineProperties(webRequest(request, deadline.signal), { params: { value: found.params }, valid: { value: valid }, clientAddress: { value: request.clientAddress } })
        : new LightRequest(request, found.params, valid, signal);
      const traceparent = request.header("traceparent");
      const trace = traceparent === undefined ? undefined : { traceparent, tracestate: request.header("tracestate") };
      const ctx = new RunContext({ name, fn, platform, deadline, coldStart, attempt: undefined, trace, record: native, outbox: wiring.outbox });
      const handled = fn.handle(asked as never, ctx as never) as unknown;
      const returned = await deadline.over(Promise.resolve(handled), () => logOf(name, platform).warn("the handler settled after its deadline; its answer was not sent"));
      return answerOf(returned);
    } catch (error) {
      const answer = problemOf(error);
      if (answer.head.status >= 500) logOf(name, platform).error("the request failed", { error });
      return answer;
    } finally {
      deadline.close();
    }
  }

  async function answered(native: unknown, platform: Platform) {
    const decoded = codec.decode(native);
    const coldStart = cold();
    const found = find(decoded.request);
    const answer = await run(decoded.request, found, decoded.native, platform, coldStart);
    if ("route" in found && found.route.fn.options.cors !== undefined) answer.head.headers.push(...corsHeaders(found.route.fn, decoded.request, isPreflight(decoded.request)));
    // The platform writes these itself, from the body that it sends (RFC 9110 §7.6.1); only an answer to HEAD tells a length of its own.
    const kept = answer.head.headers.filter(([name]) => !hopByHop.has(name) || (name === "content-length" && decoded.request.method === "HEAD"));
    return { ...decoded, found, head: { status: answer.head.status, headers: kept }, body: bodyless(decoded.request.method, answer.head.status) ? undefined : answer.body };
  }

  return {
    async whole(native, platform) {
      const { head, body, native: known, found } = await answered(native, platform);
      try {
        return codec.encode(head, await wholeOf(body), known);
      } catch (error) {
        logOf("route" in found ? (found.route.name ?? platform.functionName) : platform.functionName, platform).error("the answer could not be sent", { error });
        const { head: said, body: why } = problemOf(error);
        return codec.encode(said, await wholeOf(why), known);
      }
    },
    async streamed(native, platform, sink) {
      const { head, body, native: known } = await answered(native, platform);
      if (codec.encodeHead === undefined) throw new IsobarError("internal", "this wire has no streaming");
      sink.open(codec.encodeHead(head, known));
      try {
        if (typeof body === "object" && !(body instanceof Uint8Array)) for await (const chunk of body) await sink.write(chunk);
        else if (body !== undefined) await sink.write(bytesOf(body));
        await sink.close();
      } catch (error) {
        sink.abort(error);
        throw error;
      }
    },
  };
}
