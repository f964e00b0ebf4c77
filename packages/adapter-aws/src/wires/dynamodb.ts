/**
 * DynamoDB's values as ours: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 *
 * | native | ours                                                            |
 * |--------|-----------------------------------------------------------------|
 * | S      | text                                                            |
 * | N      | number, bigint or decimal: whichever keeps every digit          |
 * | B      | bytes, from base64                                              |
 * | BOOL   | boolean                                                         |
 * | NULL   | null                                                            |
 * | L, M   | list, map                                                       |
 * | SS, NS, BS | set of texts, numbers, bytes                                |
 */
import { numberOf, unreadableBody } from "@isobar/core/adapter";
import type { Value, ValueMap } from "@isobar/core";
import { bytesIn } from "./base64.ts";
import { fieldsOf } from "./records.ts";

const wrong = (what: string): never => {
  throw unreadableBody(`no DynamoDB value: ${what}`);
};
/** 32 levels at most: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes */
const deepest = 32;
/** 38 digits with a sign, a point and an exponent are shorter; longer text is not DynamoDB's, and would be costly to read. */
const longestNumber = 170;

const text = (value: unknown): string => (typeof value === "string" ? value : wrong("a string is no text"));
const number = (value: unknown): Value => (typeof value === "string" && value.length <= longestNumber ? numberOf(value) : undefined) ?? wrong("a number is none");
const bytes = (value: unknown): Uint8Array<ArrayBuffer> => (typeof value === "string" ? bytesIn(value) : undefined) ?? wrong("binary is no base64");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : wrong("a list or set is none"));

function valueOf(attribute: unknown, depth: number): Value {
  const entries = Object.entries(fieldsOf(attribute)).filter(([, value]) => value !== undefined && value !== null);
  const [type, value] = entries[0] ?? wrong("it has no type");
  if (entries.length > 1) wrong("it has two types");
  switch (type) {
    case "S": return text(value);
    case "N": return number(value);
    case "B": return bytes(value);
    case "BOOL": return typeof value === "boolean" ? value : wrong("a boolean is none");
    case "NULL": return null;
    case "L": return depth < deepest ? list(value).map((each) => valueOf(each, depth + 1)) : wrong(`more than ${deepest} levels`);
    case "M": return depth < deepest ? mapOf(value, depth + 1) : wrong(`more than ${deepest} levels`);
    case "SS": return new Set(list(value).map(text));
    case "NS": return new Set(list(value).map(number));
    case "BS": return new Set(list(value).map(bytes));
    default: return wrong(`type ${JSON.stringify(type)}`);
  }
}

/** An item or a map. Throws `invalid-input` for what is none; the record is then rejected. */
export function mapOf(map: unknown, depth = 1): ValueMap {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return wrong("a map is none");
  // Entries, so that an attribute "__proto__" is an attribute.
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, valueOf(value, depth)]));
}
