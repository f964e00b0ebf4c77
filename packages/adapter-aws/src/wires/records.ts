/** Lambda's batches: a list of records, all of one service. */
import { IsobarError } from "@isobar/core/adapter";

export interface Source {
  /** As messages name it: "SQS batch". */
  readonly what: string;
  /** SNS alone writes it `EventSource`. */
  readonly field: "eventSource" | "EventSource";
  readonly value: string;
  /** What only this service's records have: test tools leave the source out. */
  readonly own: string;
  /** Whether it has tumbling windows, whose last invocation may bring no records: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html */
  readonly windows?: boolean;
}
type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none of what is no object. */
export const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
export const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
/** Milliseconds since 1970 of an RFC 3339 text. */
export function instantOf(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
/** The JSON object that a text is; `undefined` for any other text. */
export function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

export function isOf(record: unknown, { field, value, own }: Source): boolean {
  const fields = fieldsOf(record);
  return fields[field] === undefined ? fields[own] !== undefined : fields[field] === value;
}
/** A field that is spelled in another case comes from the service's own API, or from a tool that spells fields its own way. */
function misspelt(record: unknown, { field, own }: Source): string {
  const found = Object.keys(fieldsOf(record)).find((name) => [field, own].some((known) => name !== known && name.toLowerCase() === known.toLowerCase()));
  const known = [field, own].find((name) => name.toLowerCase() === found?.toLowerCase());
  return found === undefined ? "" : ` (it has ${found} where Lambda writes ${known}: names are case-sensitive, and the service's own API spells some in another case)`;
}

/** Throws `invalid-native-event` for what is no batch of this source, for an empty one, and for one with a stranger's record in it. */
export function recordsOf<R>(native: unknown, source: Source): readonly (R | null)[] {
  const { Records: records, window } = fieldsOf(native);
  if (!Array.isArray(records) || (records.length === 0 && !(source.windows && window !== undefined))) throw new IsobarError("invalid-native-event", `no ${source.what}: there is no list of Records`);
  const stranger = (records as readonly unknown[]).findIndex((record) => !isOf(record, source));
  if (stranger < 0) return records as readonly R[];
  const said = fieldsOf(records[stranger])[source.field];
  throw new IsobarError("invalid-native-event", `no ${source.what}: record ${stranger} comes from ${typeof said === "string" ? JSON.stringify(said) : "another source"}${misspelt(records[stranger], source)}`);
}
