/** Run time of a request with a whole answer: decode → find the function → validate → handle → encode. What is equal on all clouds happens in core. */
import type { ExchangeCodec } from "../boundary.ts";
import { isUnread, type Answer } from "../http/answer.ts";
import type { WholeBody } from "../http/body.ts";
import type { Platform, Wiring } from "./platform.ts";
import { failure, leaving, turns, type HttpFunctions, type Send, type Turn } from "./turn.ts";

/**
 * Makes an HTTP entry. In: the functions behind it and the wire's codec; then the native request. Out: the native answer. Rejects only with
 * `invalid-native-event`; the platform then hears a failed invocation.
 */
export function exchange<In, Out>(functions: HttpFunctions, codec: ExchangeCodec<In, Out>, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Out> {
  const encode = (turn: Turn<In>, { head, body }: Answer<WholeBody>) => codec.encode(head, body, turn.native);
  const broken = (turn: Turn<In>, error: unknown) => encode(turn, leaving(turn, failure(turn, "the answer could not be sent", error)) as Answer<WholeBody>);
  const send: Send<In, Out> = (turn, { head, body }) => {
    if (isUnread(body)) return turn.deadline.over(body.arrayBuffer(), () => {}).then((read) => encode(turn, { head, body: new Uint8Array(read) })).catch((error: unknown) => broken(turn, error));
    try {
      return encode(turn, { head, body });
    } catch (error) {
      return broken(turn, error);
    }
  };
  const turned = turns<In, Out>(functions, codec, wiring);
  return (native, platform) => turned(native, platform, send);
}
