/** What all of Lambda's front ends share of an answer: a body that is text or base64, in JSON that has a limit. */
import { IsobarError, type ResponseHead, type WholeBody } from "@isobar/core/adapter";

/** Bytes of a synchronous answer as JSON, 6 MB and 100 bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxAnswerBytes = 6 * 1024 * 1024 + 100;

const textual = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml)|application\/(?:javascript|x-www-form-urlencoded|x-ndjson))[^;]*(?:;\s*charset="?utf-8"?)?\s*$/i;
let strict: TextDecoder | undefined;
export interface SpelledBody {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}
const headerIn = (headers: ResponseHead["headers"], wanted: string): string | undefined => headers.find(([name]) => name === wanted)?.[1];

/** Text where the media type says so and the bytes are UTF-8; base64 costs a third more of the limit. An encoded body is never text (honojs/hono#4670). */
export function spelledBody(body: WholeBody, headers: ResponseHead["headers"]): SpelledBody {
  if (body === undefined) return { isBase64Encoded: false };
  if (typeof body === "string") return { body, isBase64Encoded: false };
  if (headerIn(headers, "content-encoding") === undefined && textual.test(headerIn(headers, "content-type") ?? "")) {
    try {
      return { body: (strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(body), isBase64Encoded: false };
    } catch {
      // Not UTF-8 after all: the bytes go as they are.
    }
  }
  return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64"), isBase64Encoded: true };
}

/** The answer, unless it is too long. JSON spells one UTF-16 unit in at most six characters ("\u0000"): a shorter body needs no exact count. */
export function fitting<A extends { readonly body?: string }>(answer: A, limit: number, who: string): A {
  if (answer.body === undefined || answer.body.length <= limit / 6 - 65_536) return answer;
  const size = Buffer.byteLength(JSON.stringify(answer));
  if (size > limit) throw new IsobarError("payload-too-large", `the answer is ${size} bytes as JSON; ${who} takes ${limit}`);
  return answer;
}
