/** From whatever a handler returned to a head and a body. */
import type { ResponseHead } from "../boundary.ts";
import { IsobarError, statusOf } from "../errors.ts";
import { InvalidInput } from "../run/validate.ts";
import type { WholeBody } from "./body.ts";
import type { HeaderPairs, HeadersLike } from "./headers.ts";
import { isBodyless, LightResponse } from "./response.ts";

/** An answer that never has a body, whatever the handler gave. */
export const bodyless = (method: string, status: number): boolean => method === "HEAD" || isBodyless(status);

/** Told by what it can do: an `instanceof` would name the global class. */
function isWebResponse(value: unknown): value is Response {
  const { status, headers, arrayBuffer } = (value ?? {}) as Partial<Response>;
  return typeof status === "number" && typeof headers?.forEach === "function" && typeof arrayBuffer === "function";
}

/** `body`: at hand, or a web Response that still has it. */
export interface Answer<Body = WholeBody | Response> {
  readonly head: ResponseHead;
  readonly body: Body;
}
/** A body that is still to be read. */
export const isUnread = (body: unknown): body is Response => typeof body === "object" && !(body instanceof Uint8Array);

/** Throws `handler-failed` for what is no response, and for one whose body was read already. */
export function answerOf(returned: unknown): Answer {
  if (!isWebResponse(returned)) throw new IsobarError("handler-failed", `the handler returned ${returned === null ? "null" : typeof returned}, not a Response`);
  if (returned.bodyUsed) throw new IsobarError("handler-failed", "the handler returned a Response whose body was read already");
  if (returned instanceof LightResponse) return { head: { status: returned.status, headers: returned.headers.pairs }, body: returned.whole };
  if (returned.status < 200 || returned.status > 599) throw new IsobarError("handler-failed", `the handler returned a Response with status ${returned.status}`);
  const headers: HeaderPairs = [];
  returned.headers.forEach((value, name) => void headers.push([name, value]));
  return { head: { status: returned.status, headers }, body: returned.body === null ? undefined : returned };
}

/** Of every status that core answers with itself. */
const titles: Readonly<Record<number, string>> = { 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 415: "Unsupported Media Type", 500: "Internal Server Error", 504: "Gateway Timeout" };

/** RFC 9457 problem details. Only what the caller did is explained; what went wrong inside stays in the log. */
export const problem = (status: number, code: string, extra?: Readonly<Record<string, unknown>>, headers?: HeadersLike): Response =>
  new LightResponse(JSON.stringify({ type: "about:blank", title: titles[status], status, code, ...extra }), headers === undefined ? { status } : { status, headers }, "application/problem+json");

export function problemOf(error: unknown): Response {
  if (error instanceof InvalidInput) return problem(error.status, error.code, { issues: error.issues });
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  // A code that is settled as a reject blames the input; from inside a handler it is a failure of ours like any other.
  return code === "invalid-input" ? problem(500, "handler-failed") : problem(statusOf(code), code);
}
