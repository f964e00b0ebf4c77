/** References between resources, wherever a value has them: Ref, Fn::GetAtt, and names in the text of Fn::Sub. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
import { getAtt, ref, sub } from "./resources.ts";

/** `attribute` where one is asked for. */
export interface Reference {
  readonly id: string;
  readonly attribute?: string;
}
/** What a reference becomes: another one, or a text as Fn::Sub reads it. */
export type Redirected = Reference | { readonly text: string };
type Redirect = (reference: Reference) => Redirected | undefined;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
/** "${!Literal}" is text. */
const named = /\$\{([^!}][^}]*)\}/g;

function asText(to: Redirected): string {
  if ("text" in to) return to.text;
  return to.attribute === undefined ? `\${${to.id}}` : `\${${to.id}.${to.attribute}}`;
}
const plain = (text: string): unknown => (text.includes("${") ? sub(text) : text);
function asValue(to: Redirected): unknown {
  if ("text" in to) return plain(to.text);
  return to.attribute === undefined ? ref(to.id) : getAtt(to.id, to.attribute);
}
/** `own`: names that the function brings itself. */
function inText(text: string, own: Readonly<Record<string, unknown>>, to: Redirect): string {
  return text.replaceAll(named, (whole, name: string) => {
    const dot = name.indexOf(".");
    const reference = dot < 0 ? { id: name } : { id: name.slice(0, dot), attribute: name.slice(dot + 1) };
    const other = Object.hasOwn(own, name) ? undefined : to(reference);
    return other === undefined ? whole : asText(other);
  });
}
/** `undefined` where an object is no reference. */
function redirectedReference(value: Readonly<Record<string, unknown>>, to: Redirect): unknown {
  const [[name, argument] = [], ...more] = Object.entries(value);
  if (more.length > 0) return undefined;
  if (name === "Ref") {
    const other = to({ id: String(argument) });
    return other === undefined ? value : asValue(other);
  }
  if (name === "Fn::GetAtt" && Array.isArray(argument)) {
    const other = to({ id: String(argument[0]), attribute: String(argument[1]) });
    return other === undefined ? value : asValue(other);
  }
  if (name !== "Fn::Sub") return undefined;
  if (typeof argument === "string") return plain(inText(argument, {}, to));
  const [text, own] = argument as readonly [string, Readonly<Record<string, unknown>>];
  return { "Fn::Sub": [inText(text, own, to), redirected(own, to)] };
}

/** A value with its references redirected; those for which `to` gives nothing stay. */
export function redirected<T>(value: T, to: Redirect): T {
  if (Array.isArray(value)) return value.map((each: unknown) => redirected(each, to)) as T;
  if (!isObject(value)) return value;
  const reference = redirectedReference(value, to);
  if (reference !== undefined) return reference as T;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redirected(each, to)])) as T;
}
/** In the order in which they stand there; parameters, pseudo ones too, among them. */
export function referencesIn(value: unknown): readonly Reference[] {
  const found: Reference[] = [];
  redirected(value, (reference) => void found.push(reference));
  return found;
}
/** A value with every text in it changed; keys stay. */
export function inTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => inTexts(each, change)) as T;
  return isObject(value) ? (Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inTexts(each, change)])) as T) : value;
}
