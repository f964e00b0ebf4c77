/** Which function answers: our own matching on every cloud, so that front ends cannot disagree. */
import type { HttpFunction } from "../triggers/http.ts";
import { matchPath, moreSpecificFirst } from "./path.ts";
import type { IncomingRequest } from "./request.ts";
import { isPreflight } from "./cors.ts";

export interface Route {
  readonly name: string | undefined;
  readonly fn: HttpFunction;
}
export type Found = { readonly route: Route; readonly params: Readonly<Record<string, string>> } | { readonly status: 400 | 404 } | { readonly status: 405; readonly allow: string };

const answers = (fn: HttpFunction, method: string) => fn.source.method === "*" || fn.source.method === method || (method === "HEAD" && fn.source.method === "GET");
const allowed = ({ source: { method } }: HttpFunction) => (method === "GET" ? ["GET", "HEAD"] : [method]);

/**
 * Makes the search of a unit's routes. In: the request. Out: the route and its decoded parameters, or the status to answer: 404 no such
 * path, 405 no such method on it (with the value of `allow`), 400 a path that is not valid percent-encoding.
 */
export function router(routes: readonly Route[]): (request: IncomingRequest) => Found {
  const sorted = routes.toSorted((a, b) => moreSpecificFirst(a.fn.source, b.fn.source));
  return (request) => {
    const preflight = isPreflight(request);
    const allow = new Set<string>();
    try {
      for (const route of sorted) {
        const params = matchPath(route.fn.source.path, request.path);
        if (params === undefined) continue;
        const method = preflight && route.fn.options.cors !== undefined ? request.header("access-control-request-method")! : request.method;
        if (answers(route.fn, method)) return { route, params };
        for (const each of allowed(route.fn)) allow.add(each);
      }
    } catch (error) {
      if (error instanceof URIError) return { status: 400 };
      throw error;
    }
    return allow.size > 0 ? { status: 405, allow: [...allow].sort().join(", ") } : { status: 404 };
  };
}
