/**
 * What the .NET host and a language worker say to each other, as plain objects: the parts of FunctionRpc.proto
 * (Azure/azure-functions-language-worker-protobuf) that this harness carries.
 */

/** A proto bytes field. In a `native` it may also be the base64 string that proto3's JSON mapping writes; the worker always gets bytes. */
export type Bytes = Uint8Array | string;

/** A proto sint64. In a `native` it may also be the text that proto3's JSON mapping writes; the worker always gets numbers. */
export type Int64 = number | string;

/** One of the fields is set; the others are absent or null. Unknown fields (the fixtures' `data` marker) are passed on as they are. */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
  readonly bytes?: Bytes | null;
  readonly stream?: Bytes | null;
  readonly http?: RpcHttp | null;
  readonly int?: Int64 | null;
  readonly double?: number | null;
  readonly collectionBytes?: { readonly bytes: readonly Bytes[] } | null;
  readonly collectionString?: { readonly string: readonly string[] } | null;
  readonly collectionDouble?: { readonly double: readonly number[] } | null;
  readonly collectionSint64?: { readonly sint64: readonly Int64[] } | null;
}

type NullableStrings = Readonly<Record<string, { readonly value?: string | null }>>;
type Strings = Readonly<Record<string, string>>;

/** Both directions: a request has method, url and the mappings, a response has status code, headers and cookies. */
export interface RpcHttp {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: NullableStrings;
  readonly headers?: Strings;
  readonly nullableParams?: NullableStrings;
  readonly params?: Strings;
  readonly nullableQuery?: NullableStrings;
  readonly query?: Strings;
  readonly body?: TypedData | null;
  readonly rawBody?: TypedData | null;
  readonly statusCode?: string;
  readonly cookies?: readonly RpcHttpCookie[];
  readonly enableContentNegotiation?: boolean;
}

export interface RpcHttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string } | undefined;
  readonly path?: { readonly value: string } | undefined;
  readonly expires?: { readonly value: { readonly seconds: number } } | undefined;
  readonly secure?: { readonly value: boolean } | undefined;
  readonly httpOnly?: { readonly value: boolean } | undefined;
  /** "none" is "not set"; SameSite=None is "explicitNone". */
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone";
  /** Seconds. */
  readonly maxAge?: { readonly value: number } | undefined;
}

/** An InvocationRequest without its ids: what `invoke` takes as `native`. */
export interface NativeInvocation {
  readonly inputData: readonly { readonly name?: string; readonly data: TypedData }[];
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly traceContext?: unknown;
  readonly retryContext?: unknown;
}

/** The InvocationRequest as the worker gets it. */
export interface InvocationRequest extends NativeInvocation {
  readonly invocationId: string;
  readonly functionId: string;
}

/** The InvocationResponse of an invocation that did not fail. `returnValue` is absent, null or undefined when the handler returned nothing. */
export interface InvocationResponse {
  readonly invocationId: string;
  readonly outputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly returnValue?: TypedData | null | undefined;
  readonly result: { readonly status: "success" };
}

/**
 * Why something failed. `message` is what the worker would put on the wire (RpcException.message). `type` is not on
 * Azure's wire: it is the thrown error's name (its class where the name is plain "Error"), or the `typeof` of another value.
 */
export interface Failure {
  readonly type: string;
  readonly message: string;
}

/** One binding as the host reads it: the JSON of `rawBindings`. The trigger is the one whose `type` ends in "Trigger". */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly direction: string;
  readonly [setting: string]: unknown;
}

/** A function as the app registered it with the library. */
export interface RegisteredFunction {
  readonly name: string;
  readonly functionId: string;
  readonly bindings: readonly Binding[];
  readonly retryOptions?: unknown;
}

/** The binding that starts the function, or undefined when there is none. The host and the library both tell it by its type. */
export function triggerOf(registered: RegisteredFunction): Binding | undefined {
  return registered.bindings.find((binding) => /trigger$/i.test(binding.type));
}
