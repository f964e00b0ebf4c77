/** Reading a captured payload by one wire, to its end: deliveries, or the code of the error that refused it. */
import type { Decoded, Wire } from "@isobar/core/adapter";

export type Read = { readonly decoded: number } | { readonly code: string; readonly message: string };

/** Throws what is no typed error: a fault of the codec. */
const typed = (error: unknown): Read => {
  if (!(error instanceof Error) || error.name !== "IsobarError") throw error;
  return { code: (error as Error & { readonly code: string }).code, message: error.message };
};
async function readAll(decoded: Decoded): Promise<Read> {
  if ("request" in decoded) {
    decoded.request.headers();
    decoded.request.origin();
    // A handler sees none on GET and HEAD.
    if (decoded.request.method !== "GET" && decoded.request.method !== "HEAD") await decoded.request.body();
    return { decoded: 1 };
  }
  let count = 0;
  for (const item of decoded.items) {
    if ("unreadable" in item) return typed(item.unreadable);
    for (const delivery of item.deliveries) {
      delivery.told?.();
      count++;
    }
  }
  return { decoded: count };
}
export async function readBy(wire: Wire, captured: unknown): Promise<Read> {
  try {
    return await readAll(await wire.decode(captured));
  } catch (error) {
    return typed(error);
  }
}
