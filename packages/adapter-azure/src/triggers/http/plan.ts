/** What calls an HTTP function on Azure: `app.http`, with `routePrefix` "" in host.json. All routes of an app, or of a group, are one function app. */
import { exact, timeoutOf, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { assessAccess, authenticated, authLevelOf, isChecked } from "../../deploy/access.ts";
import { clockOf } from "../../deploy/arm.ts";
import { answerGap, functionApp, functionSecondsOf, hostJson, ownApp, scaleGap, type ScaleSettings } from "../../deploy/function-app.ts";
import type { Registration } from "../../deploy/registration.ts";
import { planBy } from "../../deploy/variants.ts";

export interface HttpSettings extends ScaleSettings {
  readonly variant?: "http-trigger";
  /** Requests that one instance works on at a time, 1 to 1,000. Default 16. Of a unit's functions all have to say the same. */
  readonly concurrentPerInstance?: number;
}
type HttpBinding = Binding<"http", HttpSettings>;

/** ASP.NET Core's spelling of a path: no leading slash, `{*rest}` for `{rest+}`. */
export const routeOf = (path: string): string => (path === "/" ? "/" : path.slice(1).replace(/\{(\w+)\+\}$/, "{*$1}"));

/** https://learn.microsoft.com/javascript/api/@azure/functions/httpmethod without TRACE and CONNECT, which no handler is for. */
const every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const methodsOf = ({ source: { method }, options }: HttpBinding["fn"]): readonly string[] =>
  method === "*" ? every : [method, ...(method === "GET" ? ["HEAD"] : []), ...(options.cors === undefined ? [] : ["OPTIONS"])];

/** The options of `app.http`, as data. */
export const httpOptions = (fn: HttpBinding["fn"], authLevel: "anonymous" | "function"): Readonly<Record<string, unknown>> => ({ route: routeOf(fn.source.path), methods: methodsOf(fn), authLevel });

type Members = readonly (readonly [name: string, fn: HttpBinding["fn"]])[];
/** By app: a large one is asked for them by each of its functions. */
const units = new WeakMap<HttpBinding["app"], ReadonlyMap<string | undefined, Members>>();
/** All functions of the unit, by their names: those of one group, or those of none. */
function membersOf({ fn, app }: Pick<HttpBinding, "fn" | "app">): Members {
  const known = units.get(app) ?? Map.groupBy(Object.entries(app.functions).flatMap(([name, each]) => (each.kind === "http" ? [[name, each] as const] : [])), ([, { options }]) => options.group);
  units.set(app, known);
  return known.get(fn.options.group)!;
}

/** One functionTimeout for the whole app: the longest that any of its functions takes. The run time keeps each to its own. */
const functionSecondsIn = (binding: HttpBinding): number => functionSecondsOf(Math.max(...membersOf(binding).map(([, { options }]) => timeoutOf(options.timeout))));
/** Streaming is one switch for a whole app: https://learn.microsoft.com/azure/azure-functions/functions-reference-node#http-streams */
const streams = (binding: HttpBinding): boolean => membersOf(binding).some(([, { options }]) => options.streaming === true);

const functionsOf = (binding: Pick<HttpBinding, "fn" | "app">): readonly HttpBinding["fn"][] => membersOf(binding).map(([, fn]) => fn);
/** Whether a token is asked for that nobody would check. */
export const isOpen = (binding: Pick<HttpBinding, "fn" | "app">): boolean => typeof binding.fn.options.access === "object" && !isChecked(binding.fn, functionsOf(binding));
/** What its members say of a unit's memory; those that say different things are refused where it is composed. */
function sizeOf(binding: HttpBinding): { readonly options: { readonly memoryMb?: number } } {
  const said = membersOf(binding).flatMap(([, { options: { memoryMb } }]) => memoryMb ?? []);
  return { options: said.length === 0 ? {} : { memoryMb: Math.max(...said) } };
}
function isolation(binding: HttpBinding): Verdict {
  const gap = scaleGap(binding.settings);
  if (gap !== undefined) return gap;
  const others = membersOf(binding).flatMap(([other]) => (other === binding.name ? [] : [other]));
  return ownApp(sizeOf(binding), others.length === 0 ? undefined : `the HTTP functions of ${binding.fn.options.group === undefined ? "an app" : "a group"} are one function app: shared with ${others.join(", ")}`);
}

function render(binding: HttpBinding) {
  const { name, fn, app, settings } = binding;
  const maker = streams(binding) ? "httpStream" : "http";
  const members = functionsOf(binding);
  const unit = fn.options.group ?? app.name;
  const registration: Registration = { name, app: "http", maker, options: httpOptions(fn, authLevelOf(fn, members)) };
  // The home page would answer "/": https://learn.microsoft.com/azure/azure-functions/functions-app-settings#azurewebjobsdisablehomepage
  const environment = { AzureWebJobsDisableHomepage: "true" };
  const host = hostJson(functionSecondsIn(binding), { http: { routePrefix: "" } });
  return { maker, resources: { ...functionApp({ unit, fn: sizeOf(binding), settings, environment, host, registration, perInstanceConcurrency: settings.concurrentPerInstance ?? 16 }), ...authenticated(unit, fn, members) }, grants: [] };
}
export const httpPlan: TriggerPlan<"http", HttpSettings> = planBy("http", "http-trigger", {
  "http-trigger": {
    assess: (binding) => ({ access: assessAccess(binding.fn, functionsOf(binding)), streaming: binding.fn.options.streaming === true ? exact({ "app.setup enableHttpStream": true }) : exact(), timeout: answerGap(timeoutOf(binding.fn.options.timeout)) ?? exact({ "host.json functionTimeout": clockOf(functionSecondsIn(binding)) }), isolation: isolation(binding) }),
    render,
  },
});
