/** HTTP: a request in, a response out, on the web's own classes. */
import type { Channel } from "../channel.ts";
import type { Context } from "../context.ts";
import type { CorsOptions } from "../http/cors.ts";
import type { Path, PathParams } from "../http/path.ts";
import type { AnySchema, InputOf, OutputOf, Schema } from "../schema.ts";
import type { Awaitable, FunctionOptions } from "./index.ts";

type Maybe = AnySchema | undefined;
type Valid<B extends Maybe, Q extends Maybe, P extends Maybe, H extends Maybe> = {
  readonly [K in "body" | "query" | "params" | "headers" as { body: B; query: Q; params: P; headers: H }[K] extends AnySchema ? K : never]:
    { body: B; query: Q; params: P; headers: H }[K] extends infer X extends AnySchema ? OutputOf<X> : never;
};

/** The web's Request, read lazily, with the path's parameters and whatever the function asked to have validated. */
export interface HttpRequest<Params = Readonly<Record<string, string>>, V = unknown> extends Request {
  /** Percent-decoded, by the names in the path. */
  readonly params: Params;
  /** Outputs of the schemas given as `body`, `query`, `params`, `headers`. */
  readonly valid: V;
  /** OpenTelemetry `client.address`: who the front end says is calling; `undefined` where it does not say. */
  readonly clientAddress: string | undefined;
}

/** Who may call: anyone, callers with this cloud's own credentials, or bearers of a token. Rendered as said. */
export type Access = "public" | "private" | { readonly jwt: { readonly issuer: string; readonly audience: string } };

export interface HttpOptions<S extends readonly Channel[] = readonly Channel[]> extends FunctionOptions<S> {
  /** There is no default. */
  readonly access: Access;
  readonly body?: AnySchema | undefined;
  readonly query?: AnySchema | undefined;
  readonly params?: AnySchema | undefined;
  readonly headers?: AnySchema | undefined;
  /** Answer cross-origin requests, preflights included. Default: no CORS headers. */
  readonly cors?: CorsOptions;
  /** The answer leaves in pieces as it is made. Not every front end can: `isobar plan` says which. */
  readonly streaming?: boolean;
}

/** A schema for path parameters must accept exactly what the pattern yields. */
type Accepts<S extends Maybe, Given> = S extends AnySchema ? (Given extends InputOf<S> ? S : Schema<Given, unknown>) : S;
interface Common<P extends string, Q extends Maybe, Pa extends Maybe, H extends Maybe, S extends readonly Channel[]> extends FunctionOptions<S> {
  readonly access: Access;
  readonly query?: Q;
  readonly params?: Accepts<Pa, PathParams<P>>;
  readonly headers?: H;
  readonly cors?: CorsOptions;
  readonly streaming?: boolean;
}
interface WithBody<P extends string, B extends Maybe, Q extends Maybe, Pa extends Maybe, H extends Maybe, S extends readonly Channel[]> extends Common<P, Q, Pa, H, S> {
  readonly body?: B;
}
type Handler<P extends string, B extends Maybe, Q extends Maybe, Pa extends Maybe, H extends Maybe, S extends readonly Channel[]> =
  (request: HttpRequest<PathParams<P>, Valid<B, Q, Pa, H>>, ctx: Context<"http", S[number]>) => Awaitable<Response>;

export interface HttpFunction {
  readonly kind: "http";
  /** `method` "*" takes every method. */
  readonly source: { readonly method: string; readonly path: string };
  readonly options: HttpOptions;
  readonly handle: (request: never, ctx: never) => Awaitable<Response>;
}

interface BodylessRoute {
  <const P extends Path, Q extends Maybe = undefined, Pa extends Maybe = undefined, H extends Maybe = undefined, const S extends readonly Channel[] = readonly []>(
    path: P, options: Common<P, Q, Pa, H, S>, handle: Handler<P, undefined, Q, Pa, H, S>): HttpFunction;
}
interface Route {
  <const P extends Path, B extends Maybe = undefined, Q extends Maybe = undefined, Pa extends Maybe = undefined, H extends Maybe = undefined, const S extends readonly Channel[] = readonly []>(
    path: P, options: WithBody<P, B, Q, Pa, H, S>, handle: Handler<P, B, Q, Pa, H, S>): HttpFunction;
}

/* @__NO_SIDE_EFFECTS__ */
const route = (method: string) => (path: string, options: HttpOptions, handle: HttpFunction["handle"]): HttpFunction => ({ kind: "http", source: { method, path }, options, handle });
/** Answers GET, and HEAD with the same headers and no body. */
export const get: BodylessRoute = /* @__PURE__ */ route("GET") as BodylessRoute;
export const post: Route = /* @__PURE__ */ route("POST") as Route;
export const put: Route = /* @__PURE__ */ route("PUT") as Route;
export const patch: Route = /* @__PURE__ */ route("PATCH") as Route;
const remove: Route = /* @__PURE__ */ route("DELETE") as Route;
export { remove as delete };
/**
 * Every method. On a path that ends in `{rest+}` it is a mount: the handler gets the platform's own `Request` object, so that any
 * fetch handler (a Hono app's `fetch`, say) works as it is.
 */
export const all: Route = /* @__PURE__ */ route("*") as Route;
