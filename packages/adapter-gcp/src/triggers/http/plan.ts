/** What calls HTTP functions on Google Cloud: one Cloud Run function, all routes under its URL. */
import type { HttpFunction } from "@isobar/core";
import { exact, timeoutOf, unitsOf, unsupported, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { capacityOf, functionKey, functionResource, isolationOf, longestRequest, nativeSeconds, requestTimeout, sizeGap, type FunctionSettings } from "../../deploy/function.ts";
import { labelOf, ref, type Resources } from "../../deploy/resources.ts";

export interface HttpSettings extends FunctionSettings {
  readonly variant?: "functions-framework";
  /** Who may call where access is "private", as IAM spells members. Routes of one unit have the same. */
  readonly callers?: readonly string[];
}
type HttpBinding = Binding<"http", HttpSettings>;

/** The routes that share a unit with this one, by name. */
function unitOf({ name, app }: Pick<HttpBinding, "name" | "app">): { readonly name: string; readonly routes: readonly HttpFunction[]; readonly names: readonly string[] } {
  const unit = unitsOf(app, "together").find(({ functions }) => functions.includes(name))!;
  return { name: unit.name, names: unit.functions, routes: unit.functions.map((each) => app.functions[each] as HttpFunction) };
}
/** One timeout for the unit: the longest; our own deadline ends each request by its function's. */
const secondsOf = (routes: readonly HttpFunction[]): number => Math.min(longestRequest, Math.max(...routes.map(({ options }) => nativeSeconds(timeoutOf(options.timeout)))));

const invoker = "google_cloud_run_v2_service_iam_member";
function access(binding: HttpBinding): Verdict {
  const { access: asked } = binding.fn.options;
  const { routes } = unitOf(binding);
  if (typeof asked === "object") return unsupported("Cloud Run knows Google's own tokens only", 'access: "private", or "public" with the token looked at in the handler');
  if (asked === "public") return exact({ [`${invoker} role`]: "roles/run.invoker", [`${invoker} member`]: "allUsers" });
  if (routes.some(({ options }) => options.access === "public")) return unsupported("one function has one door, and another route of this one is public", 'a `group` of its own for the private routes');
  return exact({ [`${invoker} role`]: "roles/run.invoker" }, "callers send an ID token of an account that has the role");
}

export const httpPlan: TriggerPlan<"http", HttpSettings> = {
  variant: ({ variant = "functions-framework" }) => variant,
  assess(binding) {
    const { options } = binding.fn;
    const { name, names } = unitOf(binding);
    const others = names.filter((each) => each !== binding.name);
    return {
      access: access(binding),
      streaming: exact({}, options.streaming === true ? "10 MB is what an answer in pieces may come to" : undefined),
      timeout: sizeGap(capacityOf(binding)) ?? requestTimeout(nativeSeconds(timeoutOf(options.timeout))),
      isolation: isolationOf(binding.settings, others.length === 0 ? undefined : `routes have one URL, and so one function: "${name}" is ${others.join(", ")} too`),
    };
  },
  render(binding) {
    const { name, routes } = unitOf(binding);
    const { fn, settings: { callers = [] } } = binding;
    const key = functionKey(name);
    const on = { name: ref(key, "name"), location: ref(key, "location"), role: "roles/run.invoker" };
    const open = routes.some(({ options }) => options.access === "public");
    const invokers: Resources = open ? { [`${invoker}.${labelOf(name, "public")}`]: { ...on, member: "allUsers" } } : Object.fromEntries(callers.map((member, i) => [`${invoker}.${labelOf(name, `caller_${i + 1}`)}`, { ...on, member }]));
    return { maker: fn.options.streaming === true ? "httpStream" : "http", resources: { [key]: functionResource(capacityOf(binding), secondsOf(routes)), ...invokers }, grants: [] };
  },
};
