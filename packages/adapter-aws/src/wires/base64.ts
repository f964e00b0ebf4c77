/** Node passes over what is no base64; the length shows it. `undefined` for text that is none. */
export function bytesIn(base64: string): Uint8Array<ArrayBuffer> | undefined {
  const { buffer, byteOffset, byteLength } = Buffer.from(base64, "base64");
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return bytes.length === (base64.length / 4) * 3 - padding ? bytes : undefined;
}
