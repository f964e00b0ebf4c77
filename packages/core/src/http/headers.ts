/** The web's Headers over a list of pairs, built when first asked. Naming the global class would cost 35–40 ms of a cold start (Node loads its fetch then). */

export type HeaderPairs = [name: string, value: string][];
/** A record (repeated values as a list), pairs, or any Headers. */
export type HeadersLike = Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>;

/** RFC 9110 §5.1: a name is a token. */
export const isHeaderName = (name: string): boolean => token.test(name);
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const forbidden = /[\0\r\n]|[^\0-\xFF]/;
/** Blanks around a value are no part of it (https://fetch.spec.whatwg.org/#concept-header-value-normalize); other Unicode blanks are. */
const around = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/**
 * Refuses what no wire can carry (https://fetch.spec.whatwg.org/#headers-class): a name that is no token, a value with CR, LF, NUL or
 * characters above U+00FF inside it. Throws TypeError, as the web's Headers does.
 */
export function checkedPair(name: string, value: string): [string, string] {
  if (!token.test(name)) throw new TypeError(`${JSON.stringify(name)} is no header name`);
  const text = String(value).replace(around, "");
  if (forbidden.test(text)) throw new TypeError(`header ${name}: a value holds no CR, LF, NUL or character above U+00FF`);
  return [name.toLowerCase(), text];
}

export const pairsOf = (headers: HeadersLike): HeaderPairs =>
  (Symbol.iterator in headers ? [...headers] : Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const))).map(([name, value]) => checkedPair(name, value));

export class LightHeaders implements Headers {
  #read: () => HeaderPairs;
  #pairs: HeaderPairs | undefined;
  constructor(read: () => HeaderPairs) {
    this.#read = read;
  }
  /** Lower-case names, in the order they came. */
  get pairs(): HeaderPairs {
    return (this.#pairs ??= this.#read());
  }
  #all(wanted: string): string[] {
    return this.pairs.flatMap(([key, value]) => (key === wanted ? [value] : []));
  }
  get(name: string): string | null {
    const wanted = name.toLowerCase();
    const values = this.#all(wanted);
    // Cookies are one list whatever number of headers they came in (RFC 9113 §8.2.3); Node's own Headers join them so too.
    return values.length === 0 ? null : values.join(wanted === "cookie" ? "; " : ", ");
  }
  has(name: string): boolean {
    return this.get(name) !== null;
  }
  getSetCookie(): string[] {
    return this.#all("set-cookie");
  }
  append(name: string, value: string): void {
    this.pairs.push(checkedPair(name, value));
  }
  delete(name: string): void {
    const wanted = name.toLowerCase();
    this.#pairs = this.pairs.filter(([key]) => key !== wanted);
  }
  set(name: string, value: string): void {
    const pair = checkedPair(name, value);
    this.delete(name);
    this.pairs.push(pair);
  }
  /** Sorted by name; repeated ones joined, `set-cookie` apart (https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine). */
  #combined(): [name: string, value: string][] {
    const names = [...new Set(this.pairs.map(([name]) => name))].sort();
    return names.flatMap((name) => (name === "set-cookie" ? this.getSetCookie() : [this.get(name)!]).map((value): [string, string] => [name, value]));
  }
  entries(): HeadersIterator<[string, string]> {
    return this.#combined().values();
  }
  keys(): HeadersIterator<string> {
    return this.#combined().map(([name]) => name).values();
  }
  values(): HeadersIterator<string> {
    return this.#combined().map(([, value]) => value).values();
  }
  [Symbol.iterator](): HeadersIterator<[string, string]> {
    return this.entries();
  }
  forEach(each: (value: string, key: string, parent: Headers) => void, self?: unknown): void {
    for (const [key, value] of this) each.call(self, value, key, this);
  }
}
