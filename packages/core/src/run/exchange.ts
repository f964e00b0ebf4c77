/** Run time of a request with a whole answer: decode → find the function → validate → handle → encode. What is equal on all clouds happens in core. */
import type { ExchangeCodec } from "../boundary.ts";
import { isUnread } from "../http/answer.ts";
import type { Platform, Wiring } from "./platform.ts";
import { answered, failure, leaving, turns, type HttpFunctions } from "./turn.ts";

/**
 * Makes an HTTP entry. In: the functions behind it and the wire's codec; then the native request. Out: the native answer. Rejects only with
 * `invalid-native-event`; the platform then hears a failed invocation.
 */
export function exchange<In, Out>(functions: HttpFunctions, codec: ExchangeCodec<In, Out>, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Out> {
  const begin = turns(functions, codec, wiring);
  return async (native, platform) => {
    const turn = begin(native, platform);
    try {
      const { head, body } = await answered(turn);
      return codec.encode(head, isUnread(body) ? new Uint8Array(await turn.deadline.over(body.arrayBuffer(), () => {})) : body, turn.native);
    } catch (error) {
      const { head, body } = leaving(turn, failure(turn, "the answer could not be sent", error));
      return codec.encode(head, body, turn.native);
    } finally {
      turn.deadline.close();
    }
  };
}
