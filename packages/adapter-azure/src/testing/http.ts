/** Captured requests as a handler gets them: the library's own class over the worker's `http` (its constructor, read in 4.16, takes that very object). */
import { HttpRequest, type HttpRequestInit } from "@azure/functions";
import { IsobarError } from "@isobar/core/adapter";
import { httpOf, nativeInvocation } from "./native.ts";

/** Throws `invalid-native-event` for what is no invocation of an HTTP trigger, and for a request that the library itself refuses. */
export function received(captured: unknown): HttpRequest {
  try {
    const http = httpOf(nativeInvocation(captured));
    if (http === undefined) throw new TypeError("it has no http");
    return new HttpRequest(http as HttpRequestInit);
  } catch (cause) {
    throw new IsobarError("invalid-native-event", `no HTTP request: ${(cause as Error).message}`, { cause });
  }
}
