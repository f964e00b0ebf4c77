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
    if (isRest(segment) && !last) wrong(`${segment} stands last`);
    const name = nameOf(segment);
    if (name === undefined) return;
    if (names.has(name)) wrong(`{${name}} stands twice`);
    names.add(name);
  });
}

const isParameter = (segment: string) => segment[0] === "{";
const isRest = (segment: string) => segment.endsWith("+}");
const nameOf = (segment: string) => (isParameter(segment) ? segment.slice(1, isRest(segment) ? -2 : -1) : undefined);

/** A path between its slashes; the first is always "". */
export const segmentsOf = (path: string): readonly string[] => path.split("/");

const decode = (segment: string): string => (segment.includes("%") ? decodeURIComponent(segment) : segment);
/** A pattern's segment: what it says, and the name of the parameter that it is. */
interface Want {
  readonly segment: string;
  readonly name: string | undefined;
  readonly rest: boolean;
}
/** A pattern, read once for all requests. */
export const patternOf = (path: string): readonly Want[] => segmentsOf(path).map((segment) => ({ segment, name: nameOf(segment), rest: isRest(segment) }));
/**
 * Matches a path against a pattern. In: the pattern, and the path's segments as they were sent (percent-encoded, no query). Out: the decoded
 * parameters, or `undefined`. A path that is not valid percent-encoding throws URIError.
 */
export function matchPath(pattern: readonly Want[], path: readonly string[]): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (let i = 1; i < pattern.length; i++) {
    const want = pattern[i]!;
    const segment = path[i];
    if (segment === undefined) return undefined;
    if (want.name === undefined) {
      if (want.segment !== segment && want.segment !== decode(segment)) return undefined;
      continue;
    }
    if (segment === "" && !(want.rest && path.length > i + 1)) return undefined;
    params[want.name] = want.rest ? path.slice(i).map(decode).join("/") : decode(segment);
    if (want.rest) return params;
  }
  return path.length === pattern.length ? params : undefined;
}

const rank = (segment: string) => (isRest(segment) ? 2 : isParameter(segment) ? 1 : 0);
export interface Routed {
  readonly method: string;
  readonly path: string;
}

/** A route's place among others: its segments' ranks, then a mark that puts the longer of two before the shorter, then its method. */
const placeOf = ({ method, path }: Routed): string => `${path.split("/").map(rank).join("")}9${method === "*" ? 1 : 0}`;
/** Orders routes so that the first that matches is the most specific one. */
export const moreSpecificFirst = (a: Routed, b: Routed): number => (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0);

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
