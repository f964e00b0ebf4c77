import { exchange, type HttpFunctions, type Wiring } from "@isobar/core/adapter";
import type { LocalContext } from "../native.ts";
import { localHttp, type LocalAnswer } from "../triggers/http/codec.ts";
import { platformOf } from "./invocation.ts";

/** HTTP functions on the local wire. */
export function http(functions: HttpFunctions, wiring?: Wiring): (native: unknown, context: LocalContext) => Promise<LocalAnswer> {
  const answer = exchange(functions, localHttp, wiring);
  return (native, context) => answer(native, platformOf(context));
}
