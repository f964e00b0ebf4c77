import type { Failure } from "./limits.ts";

/** What a streaming handler (`awslambda.streamifyResponse`) sent. Chunks are the bytes as they arrived: in order, but not cut where the handler cut them. */
export interface Streamed {
  readonly contentType: string;
  /** The parsed JSON head of an HTTP answer (`statusCode`, `headers`, `cookies`); undefined where the stream has none. */
  readonly prelude: unknown;
  readonly chunks: readonly Uint8Array[];
  /** Present when the stream broke off: what was sent until then stands. */
  readonly failed?: Failure;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html: an HTTP answer is JSON, eight NUL bytes, then the body. */
const HTTP_ANSWER = "application/vnd.awslambda.http-integration-response";
const DELIMITER_BYTES = 8;

/**
 * In: a streamed answer's content type and its bytes, cut anywhere. Out: the prelude, parsed, and the chunks after it.
 * A stream that ends before the delimiter is complete has no prelude; its chunks come back as they are.
 * Throws a SyntaxError when what stands before the delimiter is not JSON.
 */
export function splitPrelude(contentType: string, chunks: readonly Uint8Array[]): Pick<Streamed, "prelude" | "chunks"> {
  if (contentType !== HTTP_ANSWER) return { prelude: undefined, chunks };
  let nulls = 0;
  for (const [index, chunk] of chunks.entries()) {
    for (let offset = 0; offset < chunk.length; offset++) {
      // JSON text holds no raw NUL, so the first run of eight is the delimiter.
      nulls = chunk[offset] === 0 ? nulls + 1 : 0;
      if (nulls < DELIMITER_BYTES) continue;
      const head = Buffer.concat([...chunks.slice(0, index), chunk.subarray(0, offset + 1)]).subarray(0, -DELIMITER_BYTES);
      const rest = chunk.subarray(offset + 1);
      return { prelude: JSON.parse(head.toString("utf8")) as unknown, chunks: [...(rest.length > 0 ? [rest] : []), ...chunks.slice(index + 1)] };
    }
  }
  return { prelude: undefined, chunks };
}
