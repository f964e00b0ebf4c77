/** Captured requests as a handler gets them: the library's own class over the worker's `http` (its constructor, read in 4.16, takes that very object). */
import { HttpRequest, type HttpRequestInit } from "@azure/functions";
import { IsobarError } from "@isobar/core/adapter";
import { bodyOf, httpOf, nativeInvocation } from "./native.ts";
import type { NativeInvocation, RpcHttp } from "./rpc.ts";

function asBytes(http: RpcHttp): RpcHttp {
  const bytes = bodyOf(http);
  return bytes === undefined ? http : { ...http, body: { bytes } };
}
/** In: a request as JSON. Out: the native invocation that our harness takes, its body as bytes. Throws `invalid-native-event` for what is no invocation. */
export function asRequested(captured: unknown): NativeInvocation {
  try {
    const native = nativeInvocation(captured);
    return { ...native, inputData: native.inputData.map((input) => (input.data.http ? { ...input, data: { ...input.data, http: asBytes(input.data.http) } } : input)) };
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `no HTTP request: ${(cause as Error).message}`, { cause });
  }
}

/** Throws `invalid-native-event` for what is no invocation of an HTTP trigger, and for a request that the library itself refuses. */
export function received(captured: unknown): HttpRequest {
  const http = httpOf(asRequested(captured));
  try {
    if (http === undefined) throw new TypeError("it has no http");
    return new HttpRequest(http as HttpRequestInit);
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `no HTTP request: ${(cause as Error).message}`, { cause });
  }
}
