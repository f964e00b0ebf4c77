/** A message's data and its body: both ends of a channel's format. */
import type { Channel, Format } from "../channel.ts";
import { IsobarError } from "../errors.ts";
import { bytesOf, textOf } from "../http/body.ts";
import { InvalidInput } from "./validate.ts";

type Body = string | Uint8Array<ArrayBuffer>;

/** The data as it goes on the wire. Throws `send-failed` for what the channel's format has no word for. */
export function wireBody(to: Channel, data: unknown): Body {
  if (to.format === "text" && typeof data === "string") return data;
  if (to.format === "bytes" && data instanceof Uint8Array) return data as Uint8Array<ArrayBuffer>;
  if (to.format === "json") {
    try {
      const text = JSON.stringify(data) as string | undefined;
      if (text !== undefined) return text;
    } catch (cause) {
      throw new IsobarError("send-failed", `${to.resource} "${to.name}": the data is not JSON`, { cause });
    }
  }
  throw new IsobarError("send-failed", `${to.resource} "${to.name}" carries ${to.format}, not ${data === null ? "null" : typeof data}`);
}

let decoder: TextDecoder | undefined;
/** A message's body that cannot be what its kind says: the delivery is rejected, its bytes kept. `what`: "not JSON". */
export const unreadableBody = (what: string, cause?: unknown): InvalidInput => new InvalidInput(`the body is ${what}`, [{ in: "data", path: "", message: what }], { cause });
/** What a wire told; a codec of a kind that needs it always tells. */
export function toldOf<Told>(told: Told | undefined): Told {
  if (told === undefined) throw new IsobarError("internal", "the codec told nothing of this delivery");
  return told;
}
/** Unlike a request's, a message's bytes that are not UTF-8 are refused: with U+FFFD in it, it would be acknowledged as something else. */
export function strictTextOf(body: Body): string {
  try {
    return typeof body === "string" ? textOf(body) : (decoder ??= new TextDecoder("utf-8", { fatal: true })).decode(body);
  } catch (cause) {
    throw unreadableBody("not UTF-8", cause);
  }
}

/** The data as the channel says it was written. Throws InvalidInput for a body that is not. */
export function dataOf({ format }: { readonly format: Format }, body: Body): unknown {
  if (format === "bytes") return bytesOf(body);
  const text = strictTextOf(body);
  if (format === "text") return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableBody("not JSON", cause);
  }
}
