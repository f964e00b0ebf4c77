import type { WholeBody } from "@isobar/core/adapter";

/** Node passes over what is no base64; the length shows it. `undefined` for text that is none. */
export function bytesIn(base64: string): Uint8Array<ArrayBuffer> | undefined {
  const { buffer, byteOffset, byteLength } = Buffer.from(base64, "base64");
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return bytes.length === (base64.length / 4) * 3 - padding ? bytes : undefined;
}

/** The body of a request: base64 where the flag says so. A flag that is a text ("False", as Python spells it) says neither, and either reading may be a body that nobody sent. */
export function bodyOf({ body, isBase64Encoded: encoded }: { readonly body?: string | null; readonly isBase64Encoded?: unknown }, wrong: (why: string) => never): WholeBody {
  if (body === null || body === undefined) return undefined;
  if (body !== "" && typeof (encoded ?? false) !== "boolean") wrong("isBase64Encoded is no boolean");
  return encoded === true ? (bytesIn(body) ?? wrong("body is no base64")) : body;
}
