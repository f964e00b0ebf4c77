/**
 * The one attribute of ours on the wire, `isobar`: JSON with a version. Foreign messages have none; fields of a later version that this
 * build does not know are left alone.
 */
import type { Trace } from "../context.ts";

export const attributeVersion = 1;

/** What a sent message carries. */
export interface SentAttribute {
  readonly v: number;
  readonly id?: string;
  /** Of a copy that a run time put back behind a delay: the attempts that were used up before, and the first enqueue (milliseconds since 1970). */
  readonly used?: number | undefined;
  readonly since?: number | undefined;
  /** Of a dead letter whose body its queue cannot carry as it is: `base64`, or `empty` for none at all. */
  readonly encoding?: "base64" | "empty" | undefined;
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}
/** What a dead letter carries: why, of whom, how often and when (milliseconds since 1970); and what it was sent with. */
export interface DeadLetterAttribute extends SentAttribute {
  readonly id: string;
  readonly function: string;
  readonly reason: string;
  readonly attempts: number | undefined;
  readonly first: number | undefined;
  readonly last: number;
  /** The ordering key: the letter's own queue may have none. */
  readonly key?: string | undefined;
}

/** Reads the attribute. One that is not ours to read (no JSON object, no version) counts as none: the body decides. */
export function readAttribute(text: string | undefined): Partial<SentAttribute> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && typeof (value as SentAttribute).v === "number" ? (value as SentAttribute) : {};
  } catch {
    return {};
  }
}

/** How a body was written that its queue could not carry as it was; `undefined` for the body itself. */
export const encodingOf = (attribute: string | undefined): "base64" | "empty" | undefined => {
  const { encoding } = readAttribute(attribute);
  return encoding === "base64" || encoding === "empty" ? encoding : undefined;
};

/** An id of the sender's choosing counts before the broker's: it is stable over re-enqueue and redrive. */
export const stableId = (brokerId: string, attribute: string | undefined): string => {
  const { id } = readAttribute(attribute);
  return typeof id === "string" && id !== "" ? id : brokerId;
};

export const traceOf = (attribute: string | undefined): Trace => {
  const { traceparent, tracestate } = readAttribute(attribute);
  return { traceparent: typeof traceparent === "string" ? traceparent : undefined, tracestate: typeof tracestate === "string" ? tracestate : undefined };
};

/** The least that everyone carries (https://www.w3.org/TR/trace-context/#tracestate-limits); a longer list is left out whole, since a broker's attribute has room for little. */
const longestState = 512;
/** A trace as messages carry it. */
export const carriedTrace = ({ traceparent, tracestate }: Trace): Trace => ({ traceparent, tracestate: tracestate !== undefined && tracestate.length > longestState ? undefined : tracestate });

/** What a copy carries of the deliveries before it; nothing of a message that was never put back. */
export function carriedOf(attribute: string | undefined): { readonly used: number; readonly since: number | undefined } {
  const { used, since } = readAttribute(attribute);
  const counted = typeof used === "number" && Number.isSafeInteger(used) && used > 0;
  return { used: counted ? used : 0, since: counted && typeof since === "number" ? since : undefined };
}
