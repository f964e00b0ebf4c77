/** What calls HTTP functions locally: a server of this machine's own, with all routes behind one entry. */
import { approximated, exact, marginMs, timeoutOf, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { functionResource, timeoutVerdict, variantAmong, type MachineSettings } from "../../deploy/machine.ts";
import { called } from "../../deploy/resources.ts";

export interface HttpSettings extends MachineSettings {}
type HttpBinding = Binding<"http", HttpSettings>;
const host = "127.0.0.1";

function access({ fn }: HttpBinding): Verdict {
  const by = { "route host": host };
  if (typeof fn.options.access === "object") return approximated("this machine looks at no token: whoever reaches the server may call", 'access: "private"', by);
  return exact(by, "nobody but this machine reaches the server");
}
function isolation({ name, fn, app }: HttpBinding): Verdict {
  const others = Object.entries(app.functions).flatMap(([other, { kind, options }]) => (kind === "http" && other !== name && options.group === fn.options.group ? [other] : []));
  return exact({}, others.length === 0 ? "a process of its own" : `all routes of ${fn.options.group === undefined ? "an app" : "a group"} are one unit: shared with ${others.join(", ")}`);
}

export const httpPlan: TriggerPlan<"http", HttpSettings> = {
  variant: variantAmong("http", ["local"]),
  assess: (binding) => ({
    access: access(binding),
    streaming: binding.fn.options.streaming === true ? approximated("the local wire carries whole answers: the pieces arrive together", "streaming: false", {}) : exact(),
    timeout: timeoutVerdict(timeoutOf(binding.fn.options.timeout) + marginMs),
    isolation: isolation(binding),
  }),
  render(binding) {
    const { name, fn, settings } = binding;
    const { method, path } = fn.source;
    return { maker: "http", resources: { ...functionResource(name, timeoutOf(fn.options.timeout) + marginMs, settings), [called("route", name)]: { type: "route", for: name, method, path, host, function: name } }, grants: [] };
  },
};
