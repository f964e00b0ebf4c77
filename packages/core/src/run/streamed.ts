/** Run time of a request whose answer leaves in pieces, through the platform's sink. */
import type { ExchangeCodec, Sink } from "../boundary.ts";
import { IsobarError } from "../errors.ts";
import { isUnread } from "../http/answer.ts";
import { bytesOf, type BodyStream } from "../http/body.ts";
import { logOf } from "./context.ts";
import type { Deadline } from "./deadline.ts";
import type { Platform, Wiring } from "./platform.ts";
import { turns, type HttpFunctions } from "./turn.ts";

/**
 * Hands a body's chunks on, one after the other, until the deadline's grace is over. Rejects with what broke the stream or the taker; a
 * stream that nobody takes any more is cancelled.
 */
async function pour(body: BodyStream, deadline: Deadline, take: (chunk: Uint8Array) => Promise<void>): Promise<void> {
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

/**
 * Makes a streaming HTTP entry, for codecs with `encodeHead`. Rejects with `invalid-native-event`, or with what broke an answer that had
 * begun; the sink was aborted then. Throws `internal` for a codec without it.
 */
export function streamedExchange<In, Out>(functions: HttpFunctions, codec: ExchangeCodec<In, Out>, wiring: Wiring = {}): (native: unknown, platform: Platform, sink: Sink) => Promise<void> {
  const { encodeHead } = codec;
  if (encodeHead === undefined) throw new IsobarError("internal", "this wire has no streaming");
  const turned = turns<In, void>(functions, codec, wiring);
  return (native, platform, sink) =>
    turned(native, platform, async (turn, { head, body }) => {
      sink.open(encodeHead(head, turn.native));
      try {
        if (isUnread(body)) await pour(body.body!, turn.deadline, (chunk) => sink.write(chunk));
        else if (body !== undefined) await sink.write(bytesOf(body));
        await sink.close();
      } catch (error) {
        logOf(turn.name, platform).error("the answer broke off", { error });
        sink.abort(error);
        throw error;
      }
    });
}
