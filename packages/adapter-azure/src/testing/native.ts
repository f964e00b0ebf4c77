/** From the `native` of an `invoke` to the InvocationRequest that the worker gets. */

import { triggerOf } from "./rpc.ts";
import type { Bytes, NativeInvocation, RegisteredFunction, RpcHttp, TypedData } from "./rpc.ts";

/**
 * Checks the outline of a native invocation and turns base64 strings in bytes fields into bytes, wherever TypedData can
 * hold them. Throws TypeError for anything else than `{ inputData: [{ name?, data }], triggerMetadata? }`: a mistake of
 * the caller, not an event.
 */
export function nativeInvocation(native: unknown): NativeInvocation {
  if (!isNative(native)) throw new TypeError("a native Azure invocation is { inputData: [{ name?, data }], triggerMetadata?, traceContext?, retryContext? }");
  const { triggerMetadata } = native;
  return {
    ...native,
    inputData: native.inputData.map((input) => ({ ...input, data: withBytes(input.data) })),
    ...(triggerMetadata && { triggerMetadata: Object.fromEntries(Object.entries(triggerMetadata).map(([key, data]) => [key, withBytes(data)])) }),
  };
}

/**
 * Names the trigger's input. The library hashes binding names (`httpTriggerd353ff2421`), so a fabricated or captured
 * invocation cannot know them: the first input gets the registered trigger's name unless its own is a registered one.
 */
export function withBindingName(native: NativeInvocation, registered: RegisteredFunction): NativeInvocation {
  const [first, ...rest] = native.inputData;
  const trigger = triggerOf(registered);
  if (first === undefined || trigger === undefined || registered.bindings.some(({ name }) => name === first.name)) return native;
  return { ...native, inputData: [{ ...first, name: trigger.name }, ...rest] };
}

/** The http request among the inputs, if there is one. */
export function httpOf(native: NativeInvocation): RpcHttp | undefined {
  return native.inputData.find(({ data }) => data.http)?.data.http ?? undefined;
}

/** The body as the bytes a client sent; undefined when there is none. */
export function bodyOf({ body }: RpcHttp): Uint8Array | undefined {
  if (body?.bytes) return toBytes(body.bytes);
  const text = body?.string ?? body?.json;
  return text === undefined || text === null ? undefined : Buffer.from(text, "utf8");
}

/** One of the three mappings of a request, which the host writes nullable ("UseNullableValueDictionaryForHttp") and older captures plain. */
export function mappingOf(http: RpcHttp, which: "headers" | "query" | "params"): Readonly<Record<string, string>> {
  const nullable = { headers: http.nullableHeaders, query: http.nullableQuery, params: http.nullableParams }[which];
  if (nullable === undefined || Object.keys(nullable).length === 0) return http[which] ?? {};
  return Object.fromEntries(Object.entries(nullable).map(([key, held]) => [key, held.value ?? ""]));
}

function isNative(native: unknown): native is NativeInvocation {
  if (typeof native !== "object" || native === null || !("inputData" in native) || !Array.isArray(native.inputData)) return false;
  return native.inputData.every((input: unknown) => typeof input === "object" && input !== null && "data" in input && typeof input.data === "object" && input.data !== null);
}

function withBytes(data: TypedData): TypedData {
  const { bytes, stream, http, collectionBytes } = data;
  return {
    ...data,
    ...(bytes && { bytes: toBytes(bytes) }),
    ...(stream && { stream: toBytes(stream) }),
    ...(collectionBytes && { collectionBytes: { bytes: collectionBytes.bytes.map(toBytes) } }),
    ...(http && { http: { ...http, ...(http.body && { body: withBytes(http.body) }), ...(http.rawBody && { rawBody: withBytes(http.rawBody) }) } }),
  };
}

function toBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes !== "string") return bytes;
  const decoded = Buffer.from(bytes, "base64");
  if (decoded.toString("base64") !== bytes) throw new TypeError(`a bytes field is a Uint8Array or padded base64, not ${JSON.stringify(bytes.slice(0, 40))}`);
  return decoded;
}
