/**
 * Call, the reference: a payload in and a result out; sent ahead, a message whose body is the payload.
 *
 * | Isobar  | native  |
 * |---------|---------|
 * | payload | payload |
 * | result  | result; error: the code of what went wrong |
 */
import { IsobarError, type ExchangeCodec } from "@isobar/core/adapter";
import type { LocalCall, LocalResult } from "../../native.ts";
import { isFields, localCodec } from "../../wires/messages.ts";

/** The code in a problem's body (RFC 9457). */
const codeIn = (body: unknown): string => (JSON.parse(String(body)) as { readonly code?: string }).code ?? "internal";

export const localCall: ExchangeCodec<LocalCall, LocalResult> = {
  decode(native) {
    if (!isFields(native) || !("payload" in native)) throw new IsobarError("invalid-native-event", "no call: it has no payload");
    const { payload } = native;
    const request = { method: "POST", path: "/", query: "", origin: () => "https://local.invalid", header: () => undefined, headers: () => [], body: () => JSON.stringify(payload), clientAddress: undefined };
    return { native: native as unknown as LocalCall, request };
  },
  encode: ({ status }, body) => (status === 200 ? { result: JSON.parse(String(body)) as unknown } : { error: codeIn(body) }),
};
export const localCallAhead = /* @__PURE__ */ localCodec();
