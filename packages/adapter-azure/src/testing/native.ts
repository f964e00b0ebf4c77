/** From the `native` of an `invoke` to the InvocationRequest that the worker gets. */

import { triggerOf } from "./rpc.ts";
import type { Bytes, Int64, NativeInvocation, RegisteredFunction, RpcHttp, TypedData } from "./rpc.ts";

/**
 * Checks the outline of a native invocation and turns what proto3's JSON mapping spells as text (base64 in bytes fields, digits in 64-bit
 * numbers) into what the worker gets, wherever TypedData can hold it. Throws TypeError for anything else than `{ inputData: [{ name?, data }],
 * triggerMetadata? }`: a mistake of the caller, not an event.
 */
export function nativeInvocation(native: unknown): NativeInvocation {
  if (!isNative(native)) throw new TypeError("a native Azure invocation is { inputData: [{ name?, data }], triggerMetadata?, traceContext?, retryContext? }");
  const { triggerMetadata } = native;
  return {
    ...native,
    inputData: native.inputData.map((input) => ({ ...input, data: unspelled(input.data) })),
    ...(triggerMetadata && { triggerMetadata: Object.fromEntries(Object.entries(triggerMetadata).map(([key, data]) => [key, unspelled(data)])) }),
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

/**
 * The body as the bytes a client sent; undefined when there is none. A host that was not asked for bytes (capability RawHttpBodyBytes) parses
 * JSON, and keeps the text beside it (azure-functions-host GrpcMessageConversionExtensions).
 */
export function bodyOf({ body, rawBody }: RpcHttp): Uint8Array | undefined {
  const bytes = body?.bytes ?? rawBody?.bytes;
  if (bytes) return toBytes(bytes);
  const text = rawBody?.string ?? body?.string ?? body?.json;
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

function unspelled(data: TypedData): TypedData {
  const { bytes, stream, http, int, collectionBytes, collectionSint64 } = data;
  return {
    ...data,
    ...(bytes && { bytes: toBytes(bytes) }),
    ...(stream && { stream: toBytes(stream) }),
    ...(collectionBytes && { collectionBytes: { bytes: collectionBytes.bytes.map(toBytes) } }),
    ...(int !== undefined && { int: int === null ? null : toInt(int) }),
    ...(collectionSint64 && { collectionSint64: { sint64: collectionSint64.sint64.map(toInt) } }),
    ...(http && { http: { ...http, ...(http.body && { body: unspelled(http.body) }), ...(http.rawBody && { rawBody: unspelled(http.rawBody) }) } }),
  };
}

function toInt(int: Int64): number {
  if (typeof int !== "string") return int;
  if (!/^-?\d+$/.test(int)) throw new TypeError(`an int field is a number or its digits, not ${JSON.stringify(int.slice(0, 40))}`);
  return Number(int);
}

function toBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes !== "string") return bytes;
  const decoded = Buffer.from(bytes, "base64");
  if (decoded.toString("base64") !== bytes) throw new TypeError(`a bytes field is a Uint8Array or padded base64, not ${JSON.stringify(bytes.slice(0, 40))}`);
  return decoded;
}
