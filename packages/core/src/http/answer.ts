/** From whatever a handler returned to a head and a body. */
import type { ResponseHead } from "../boundary.ts";
import { IsobarError, errorTable } from "../errors.ts";
import type { Deadline } from "../run/deadline.ts";
import { InvalidInput } from "../run/validate.ts";
import type { BodyStream, WholeBody } from "./body.ts";
import type { HeaderPairs } from "./headers.ts";
import { LightResponse } from "./response.ts";

/** A status that never has a body (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1), whatever the handler gave. */
export const bodyless = (method: string, status: number): boolean => method === "HEAD" || status === 204 || status === 205 || status === 304;

/** Told by what it can do: an `instanceof` would name the global class. */
const isWebResponse = (value: unknown): value is Response =>
  typeof value === "object" && value !== null && typeof (value as Response).status === "number" && typeof (value as Response).headers?.forEach === "function" && typeof (value as Response).arrayBuffer === "function";

export interface Answer<Body = WholeBody | BodyStream> {
  readonly head: ResponseHead;
  readonly body: Body;
}
export const isStream = (body: unknown): body is BodyStream => typeof body === "object" && !(body instanceof Uint8Array);

/** Throws `handler-failed` for what is no response, and for one whose body was read already. */
export function answerOf(returned: unknown): Answer {
  if (!isWebResponse(returned)) throw new IsobarError("handler-failed", `the handler returned ${returned === null ? "null" : typeof returned}, not a Response`);
  if (returned.bodyUsed) throw new IsobarError("handler-failed", "the handler returned a Response whose body was read already");
  if (returned instanceof LightResponse) return { head: { status: returned.status, headers: returned.headers.pairs }, body: returned.whole };
  if (returned.status < 200 || returned.status > 599) throw new IsobarError("handler-failed", `the handler returned a Response with status ${returned.status}`);
  const headers: HeaderPairs = [];
  returned.headers.forEach((value, name) => void headers.push([name, value]));
  return { head: { status: returned.status, headers }, body: returned.body ?? undefined };
}

/**
 * Hands a body's chunks on, one after the other, until the deadline's grace is over. Rejects with what broke the stream or the taker; a
 * stream that nobody takes any more is cancelled.
 */
export async function pour(body: BodyStream, deadline: Deadline, take: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
  const reader = body.getReader();
  const work = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!((next.value as unknown) instanceof Uint8Array)) throw new IsobarError("handler-failed", `the answer's stream holds ${typeof next.value}, not bytes`);
      await take(next.value);
    }
  };
  try {
    await deadline.over(work(), () => {});
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  }
}

/** Every chunk of a stream as one array of bytes. Rejects as `pour` does. */
export async function collect(body: BodyStream, deadline: Deadline): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  await pour(body, deadline, (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
  });
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
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
  return problem(code === "invalid-input" ? 500 : errorTable[code].status, code === "invalid-input" ? "handler-failed" : code);
}
