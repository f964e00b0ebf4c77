/**
 * The grammar of paths, and which of two paths wins. What all three clouds' front ends agree on, and nothing more:
 *
 *   path     = "/" | 1*( "/" segment ) [ "/" ]
 *   segment  = literal | "{" name "}" | "{" name "+}"
 *   literal  = characters that a URL carries as they are: A–Z a–z 0–9 - . _ ~ ! $ & ' ( ) * + , ; = : @
 *   name     = a letter, then letters, digits or "_"
 *
 * - A segment is wholly literal or wholly a parameter. `{name}` takes one segment that is not empty. `{name+}` stands last and takes
 *   one segment or more, slashes kept.
 * - Matching is case-sensitive and happens on the segments of the path as it was sent, each percent-decoded after splitting, so "%2F" is
 *   no separator. A trailing slash is part of the path: "/a" and "/a/" are two.
 * - Literal beats `{name}`, `{name}` beats `{name+}`, segment by segment. Two paths that overlap without one being at least as specific
 *   in every segment are refused, since front ends disagree on them. An exact method beats "*".
 */
import { IsobarError } from "../errors.ts";

export type Path = `/${string}`;
type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? (Name extends `${infer Bare}+` ? Bare : Name) | Names<Rest> : never;
export type PathParams<P extends string> = { readonly [N in Names<P>]: string };

const segmentForm = /^(?:[\w\-.~!$&'()*+,;=:@]*|\{[A-Za-z]\w*\+?\})$/;

/** Throws `invalid-definition` for a path outside the grammar. */
export function checkPath(path: string): void {
  const wrong = (why: string): never => {
    throw new IsobarError("invalid-definition", `path ${JSON.stringify(path)}: ${why}`);
  };
  if (path[0] !== "/") wrong('it starts with "/"');
  const segments = path.split("/").slice(1);
  const names = new Set<string>();
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    if (!segmentForm.test(segment)) wrong(`segment ${JSON.stringify(segment)} is neither plain characters nor one whole {name}`);
    if (segment === "" && !last) wrong("an empty segment");
    if (segment === "." || segment === "..") wrong(`segment "${segment}" never arrives: clients and front ends resolve it`);
    if (segment.endsWith("+}") && !last) wrong(`${segment} stands last`);
    const name = nameOf(segment);
    if (name === undefined) return;
    if (names.has(name)) wrong(`{${name}} stands twice`);
    names.add(name);
  });
}

const isParameter = (segment: string) => segment[0] === "{";
const nameOf = (segment: string) => (isParameter(segment) ? segment.slice(1, segment.endsWith("+}") ? -2 : -1) : undefined);

/** A path between its slashes; the first is always "". */
export const segmentsOf = (path: string): readonly string[] => path.split("/");

const decode = (segment: string): string => (segment.includes("%") ? decodeURIComponent(segment) : segment);
/**
 * Matches a path against a pattern. In: the segments of both, the path's as they were sent (percent-encoded, no query). Out: the decoded
 * parameters, or `undefined`. A path that is not valid percent-encoding throws URIError.
 */
export function matchPath(pattern: readonly string[], path: readonly string[]): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (let i = 1; i < pattern.length; i++) {
    const want = pattern[i]!;
    const segment = path[i];
    if (segment === undefined) return undefined;
    if (!isParameter(want)) {
      if (want !== segment && want !== decode(segment)) return undefined;
    } else if (segment === "" && (path.length === i + 1 || !want.endsWith("+}"))) return undefined;
    else if (want.endsWith("+}")) {
      params[nameOf(want)!] = path.slice(i).map(decode).join("/");
      return params;
    } else params[nameOf(want)!] = decode(segment);
  }
  return path.length === pattern.length ? params : undefined;
}

const rank = (segment: string) => (segment.endsWith("+}") ? 2 : isParameter(segment) ? 1 : 0);
export interface Routed {
  readonly method: string;
  readonly path: string;
}

/** Orders routes so that the first that matches is the most specific one. */
export function moreSpecificFirst(a: Routed, b: Routed): number {
  const [one, two] = [a.path.split("/"), b.path.split("/")];
  for (let i = 1; i < Math.min(one.length, two.length); i++) {
    const difference = rank(one[i]!) - rank(two[i]!);
    if (difference !== 0) return difference;
  }
  return two.length - one.length || Number(a.method === "*") - Number(b.method === "*");
}

/** Whether some request fits both, and which of the two is narrower; "neither" is a conflict. */
function compare(a: Routed, b: Routed): "apart" | "a" | "b" | "same" | "neither" {
  if (a.method !== b.method && a.method !== "*" && b.method !== "*") return "apart";
  const [one, two] = [a.path.split("/"), b.path.split("/")];
  let narrowerA = a.method !== "*" && b.method === "*";
  let narrowerB = b.method !== "*" && a.method === "*";
  for (let i = 1; ; i++) {
    const [x, y] = [one[i], two[i]];
    if (x === undefined && y === undefined) break;
    if (x === undefined || y === undefined) return "apart";
    const [rankX, rankY] = [rank(x), rank(y)];
    if (rankX === 0 && rankY === 0 && x !== y) return "apart";
    if ((x === "" && rankY > 0) || (y === "" && rankX > 0)) return "apart";
    narrowerA ||= rankX < rankY;
    narrowerB ||= rankY < rankX;
    if (rankX === 2 || rankY === 2) break;
  }
  return narrowerA && narrowerB ? "neither" : narrowerA ? "a" : narrowerB ? "b" : "same";
}

/** Throws `invalid-definition` for two routes that a request can fit without one being the more specific. */
export function refuseOverlaps(routes: readonly (Routed & { readonly name: string })[]): void {
  const spell = (route: Routed) => `${route.method} ${route.path}`;
  routes.forEach((a, i) => {
    for (const b of routes.slice(i + 1)) {
      const verdict = compare(a, b);
      if (verdict === "same") throw new IsobarError("invalid-definition", `${a.name} and ${b.name} answer the same requests: ${spell(a)}, ${spell(b)}`);
      if (verdict === "neither") throw new IsobarError("invalid-definition", `${a.name} (${spell(a)}) and ${b.name} (${spell(b)}) overlap and neither is the more specific in every segment: the clouds would choose differently; make one path narrower`);
    }
  });
}
