/** What the library hands to a handler, and what every wire on it shares. */
import { IsobarError, type Item, type Outcome, type Reply } from "@isobar/core/adapter";

export type Fields = Readonly<Record<string, unknown>>;
/**
 * The trigger's value and the context's metadata, put together by the entry makers. Of metadata the library camel-cases every name and
 * JSON-parses every text (Azure/azure-functions-nodejs-library#90); timers and requests have none (src/converters/fromRpcTriggerMetadata.ts of 4.16).
 */
export interface Handed {
  readonly body: unknown;
  readonly metadata: Fields;
}

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
export const wrong = (why: string): IsobarError => new IsobarError("invalid-native-event", why);
export const unreadable = (id: string | undefined, why: string): { readonly id: string | undefined; readonly unreadable: Error } => ({ id, unreadable: wrong(why) }) satisfies Item;

/** Throws `invalid-native-event` where there is no metadata. */
export function handedOf(native: unknown, what: string): Handed {
  const { body, metadata } = (native ?? {}) as Partial<Handed>;
  if (!isFields(metadata)) throw wrong(`no ${what}: the invocation has no trigger metadata`);
  return { body, metadata };
}

/**
 * One by one. With cardinality "many" a list of the name `…Array` stands in the metadata for each property. The host leaves empty and missing
 * texts out of some of them (azure-functions-host GrpcMessageConversionExtensions.ToRpcStringArray): one that is shorter than the batch tells nothing of anyone.
 */
export function eachOf({ body, metadata }: Handed): readonly Handed[] {
  if (!Array.isArray(body)) return [{ body, metadata }];
  const lists = Object.entries(metadata).filter((entry): entry is [string, unknown[]] => entry[0].endsWith("Array") && Array.isArray(entry[1]) && entry[1].length === body.length);
  const shared = Object.entries(metadata).filter(([name]) => !name.endsWith("Array"));
  return body.map((each: unknown, i) => ({ body: each, metadata: Object.fromEntries([...shared, ...lists.map(([name, list]): [string, unknown] => [name.slice(0, -"Array".length), list[i]])]) }));
}

/** Text that the worker has parsed, as text again. */
export const spelled = (value: unknown): string => (typeof value === "string" ? value : ((JSON.stringify(value) as string | undefined) ?? "undefined"));
/** The same, of what may be absent. */
export const spelledOr = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : spelled(value));

/** Milliseconds since 1970. The host writes times in UTC without a zone (Azure/azure-functions-nodejs-library#351). */
export function millisecondsOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const at = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** The worker's Buffer slices and spells itself in other ways than the class that handlers are promised. `undefined` for what is no bytes. */
export const bytesIn = (body: unknown): Uint8Array<ArrayBuffer> | undefined => (body instanceof Uint8Array ? new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength) : undefined);

/** The host hears of a whole invocation, no less: it returned, or it threw. */
export const together = (outcomes: readonly Outcome[]): Reply<undefined> =>
  outcomes.every(({ then }) => then === "done") ? { respond: undefined } : { fault: new IsobarError("handler-failed", outcomes.length === 1 ? "the message comes again" : "the batch comes again") };
