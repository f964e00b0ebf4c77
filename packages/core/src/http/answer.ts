/** From whatever a handler returned to a head and a body. */
import type { ResponseHead } from "../boundary.ts";
import { IsobarError, statusOf } from "../errors.ts";
import { InvalidInput } from "../run/validate.ts";
import type { WholeBody } from "./body.ts";
import type { HeaderPairs } from "./headers.ts";
import { LightResponse } from "./response.ts";

/** A status that never has a body (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1), whatever the handler gave. */
export const bodyless = (method: string, status: number): boolean => method === "HEAD" || status === 204 || status === 205 || status === 304;

/** Told by what it can do: an `instanceof` would name the global class. */
const isWebResponse = (value: unknown): value is Response =>
  typeof value === "object" && value !== null && typeof (value as Response).status === "number" && typeof (value as Response).headers?.forEach === "function" && typeof (value as Response).arrayBuffer === "function";

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

const titles: Readonly<Record<number, string>> = { 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 415: "Unsupported Media Type", 500: "Internal Server Error", 504: "Gateway Timeout" };

/** RFC 9457 problem details. Only what the caller did is explained; what went wrong inside stays in the log. */
export const problem = (status: number, code: string, extra: Readonly<Record<string, unknown>> = {}, headers: HeaderPairs = []): Answer<string> => ({
  head: { status, headers: [...headers, ["content-type", "application/problem+json"]] },
  body: JSON.stringify({ type: "about:blank", title: titles[status] ?? "Error", status, code, ...extra }),
});

export function problemOf(error: unknown): Answer<string> {
  if (error instanceof InvalidInput) return problem(error.status, error.code, { issues: error.issues });
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  // A code that is settled as a reject blames the input; from inside a handler it is a failure of ours like any other.
  return code === "invalid-input" ? problem(500, "handler-failed") : problem(statusOf(code), code);
}
