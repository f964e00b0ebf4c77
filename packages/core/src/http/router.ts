/** Which function answers: our own matching on every cloud, so that front ends cannot disagree. */
import type { HttpFunction } from "../triggers/http.ts";
import { matchPath, moreSpecificFirst, patternOf, segmentsOf } from "./path.ts";
import type { IncomingRequest } from "./request.ts";

export interface Route {
  readonly name: string | undefined;
  readonly timeoutMs: number;
  readonly fn: HttpFunction;
}
export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}
/** What is answered where no function is found. */
export type Refused = { readonly status: 400; readonly why: string } | { readonly status: 404 } | { readonly status: 405; readonly allow: string };

/** What URL classes resolve (https://url.spec.whatwg.org/#double-dot-path-segment): a handler would see another path than the one that was matched. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
const answers = (fn: HttpFunction, method: string) => fn.source.method === "*" || fn.source.method === method || (method === "HEAD" && fn.source.method === "GET");

/**
 * Makes the search of a unit's routes. `isPreflight` where some of them answer cross-origin requests. In: the request. Out: the route and its decoded parameters, or the status to answer: 404 no such
 * path, 405 no such method on it (with the value of `allow`), 400 a path that is not valid percent-encoding or has "." or ".." segments.
 */
export function router(routes: readonly Route[], isPreflight?: (request: IncomingRequest) => boolean): (request: IncomingRequest) => Found | Refused {
  const sorted = routes.toSorted((a, b) => moreSpecificFirst(a.fn.source, b.fn.source)).map((route) => ({ route, pattern: patternOf(route.fn.source.path) }));
  return (request) => {
    if (dotSegment.test(request.path)) return { status: 400, why: 'a segment is "." or ".."' };
    const path = segmentsOf(request.path);
    const preflight = isPreflight?.(request) ?? false;
    let allow: Set<string> | undefined;
    try {
      for (const { route, pattern } of sorted) {
        const params = matchPath(pattern, path);
        if (params === undefined) continue;
        const { fn } = route;
        const method = preflight && fn.options.cors !== undefined ? request.header("access-control-request-method")! : request.method;
        if (answers(fn, method)) return { route, params };
        (allow ??= new Set()).add(fn.source.method);
        if (fn.source.method === "GET") allow.add("HEAD");
      }
    } catch (error) {
      if (error instanceof URIError) return { status: 400, why: "not valid percent-encoding" };
      throw error;
    }
    return allow !== undefined ? { status: 405, allow: [...allow].sort().join(", ") } : { status: 404 };
  };
}
