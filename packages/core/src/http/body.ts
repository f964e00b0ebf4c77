/** Bodies at hand: text or bytes, turned into what is asked for. */

export type WholeBody = string | Uint8Array<ArrayBuffer> | undefined;

let decoder: TextDecoder | undefined;
let encoder: TextEncoder | undefined;
/** UTF-8 as the web decodes it: a byte-order mark goes, a malformed sequence becomes U+FFFD. */
export const textOf = (body: WholeBody): string => (body === undefined ? "" : typeof body === "string" ? body : (decoder ??= new TextDecoder()).decode(body));
export const bytesOf = (body: WholeBody): Uint8Array<ArrayBuffer> =>
  body === undefined ? new Uint8Array(0) : typeof body === "string" ? ((encoder ??= new TextEncoder()).encode(body) as Uint8Array<ArrayBuffer>) : body;

export function streamOf(body: WholeBody | Promise<WholeBody>): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  if (body === undefined) return null;
  return new ReadableStream({
    async start(controller) {
      const bytes = bytesOf(await body);
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Every chunk of a stream as one array of bytes. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
