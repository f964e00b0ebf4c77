/** From whatever a handler returned to a head and a body. */
import type { ResponseHead } from "../boundary.ts";
import { IsobarError, errorTable } from "../errors.ts";
import { InvalidInput } from "../run/validate.ts";
import { collect, type WholeBody } from "./body.ts";
import type { HeaderPairs } from "./headers.ts";
import { LightResponse } from "./response.ts";

/** A status that never has a body (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1), whatever the handler gave. */
export const bodyless = (method: string, status: number): boolean => method === "HEAD" || status === 204 || status === 205 || status === 304;

/** Told by what it can do: an `instanceof` would name the global class. */
const isWebResponse = (value: unknown): value is Response =>
  typeof value === "object" && value !== null && typeof (value as Response).status === "number" && typeof (value as Response).headers?.forEach === "function" && typeof (value as Response).arrayBuffer === "function";

export interface Answer {
  readonly head: ResponseHead & { readonly headers: HeaderPairs };
  readonly body: WholeBody | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Throws `handler-failed` for what is no response, and for one whose body was read already. */
export function answerOf(returned: unknown): Answer {
  if (returned instanceof LightResponse) return { head: { status: returned.status, headers: returned.headers.pairs }, body: returned.whole };
  if (!isWebResponse(returned)) throw new IsobarError("handler-failed", `the handler returned ${returned === null ? "null" : typeof returned}, not a Response`);
  if (returned.bodyUsed) throw new IsobarError("handler-failed", "the handler returned a Response whose body was read already");
  if (returned.status < 200 || returned.status > 599) throw new IsobarError("handler-failed", `the handler returned a Response with status ${returned.status}`);
  const headers: HeaderPairs = [];
  returned.headers.forEach((value, name) => void headers.push([name, value]));
  return { head: { status: returned.status, headers }, body: returned.body ?? undefined };
}

/** The whole body, for wires that carry it in one piece. */
export const wholeOf = (body: Answer["body"]): WholeBody | Promise<WholeBody> => (typeof body === "object" && !(body instanceof Uint8Array) ? collect(body) : body);

const titles: Readonly<Record<number, string>> = { 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 415: "Unsupported Media Type", 500: "Internal Server Error", 504: "Gateway Timeout" };

/** RFC 9457 problem details. Only what the caller did is explained; what went wrong inside stays in the log. */
export function problem(status: number, code: string, extra: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}): Answer {
  return answerOf(new LightResponse(JSON.stringify({ type: "about:blank", title: titles[status] ?? "Error", status, code, ...extra }), { status, headers }, "application/problem+json"));
}

export function problemOf(error: unknown): Answer {
  if (error instanceof InvalidInput) return problem(400, error.code, { issues: error.issues });
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  // A code that is settled as a reject blames the input; from inside a handler it is a failure of ours like any other.
  return problem(code === "invalid-input" ? 500 : errorTable[code].status, code === "invalid-input" ? "handler-failed" : code);
}
