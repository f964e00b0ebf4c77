/** What calls an HTTP function on Azure: `app.http`, with `routePrefix` "" in host.json. */
import { IsobarError } from "@isobar/core";
import type { Binding } from "@isobar/core/plan";
import type { Registration } from "../../deploy/registration.ts";

export interface HttpSettings {
  readonly variant?: "http-trigger";
}

/** ASP.NET Core's spelling of a path: no leading slash, `{*rest}` for `{rest+}`. */
export const routeOf = (path: string): string => (path === "/" ? "/" : path.slice(1).replace(/\{(\w+)\+\}$/, "{*$1}"));

/** https://learn.microsoft.com/javascript/api/@azure/functions/httpmethod without TRACE and CONNECT, which no handler is for. */
const every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const methodsOf = ({ source: { method }, options }: Binding<"http">["fn"]): readonly string[] =>
  method === "*" ? every : [method, ...(method === "GET" ? ["HEAD"] : []), ...(options.cors === undefined ? [] : ["OPTIONS"])];

/** The options of `app.http`, as data. Throws `unsupported` for token access, which nothing here checks yet. */
export function httpOptions({ name, fn }: Binding<"http">): Readonly<Record<string, unknown>> {
  const { access } = fn.options;
  if (typeof access === "object") throw new IsobarError("unsupported", `${name}: access by token — Azure — no generated setting checks it yet — use "private"`);
  return { route: routeOf(fn.source.path), methods: methodsOf(fn), authLevel: access === "public" ? "anonymous" : "function" };
}
/** Streaming is the whole unit's: its entry asks for the other maker. */
export const httpMaker = (binding: Binding<"http", HttpSettings>): Registration => ({ app: "http", maker: "http", options: httpOptions(binding) });
