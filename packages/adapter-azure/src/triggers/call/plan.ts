/** What calls a call function on Azure: `app.http` at a route of its name, with a key; or a Service Bus queue of its own. */
import { approximated, exact, timeoutOf, type Assessment, type Binding, type TriggerPlan } from "@isobar/core/plan";
import { clockOf } from "../../deploy/arm.ts";
import { answerGap, functionApp, functionSecondsOf, hostJson, ownApp, scaleGap, type ScaleSettings } from "../../deploy/function-app.ts";
import { ownQueue, type Registration } from "../../deploy/registration.ts";
import { assessServiceBus, renderServiceBus, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { planBy } from "../../deploy/variants.ts";

interface AnsweredSettings extends ScaleSettings {
  readonly variant?: "http";
  /** Calls that one instance works on at a time, 1 to 1,000. Default 16. */
  readonly concurrentPerInstance?: number;
}
/** Default `http`: the caller waits. `async`: calls are sent ahead. */
export type CallSettings = AnsweredSettings | (ServiceBusSettings & { readonly variant: "async" });
type AnsweredBinding = Binding<"call", AnsweredSettings>;

/** The delivery policy is for calls that are sent ahead. */
const answered = exact({}, "the caller waits, and hears of a failure itself: nothing is tried again");

function assessAnswered({ fn, settings }: AnsweredBinding): Assessment<"call"> {
  const timeoutMs = timeoutOf(fn.options.timeout);
  return {
    attempts: answered, backoff: answered, retryAfter: answered, maxAge: answered, deadLetter: answered, order: answered, batch: answered, identity: answered,
    timeout: answerGap(timeoutMs, ', or the variant "async"') ?? exact({ "host.json functionTimeout": clockOf(functionSecondsOf(timeoutMs)) }),
    saturation: scaleGap(settings) ?? answered,
    isolation: ownApp(fn),
    // A key is made by the host once the code is there, and belongs to the function: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
    caller: approximated("a function key says that one may call, not who does: all callers share it", 'the variant "async", whose senders each have a role of their own', { "app.http authLevel": "function" }),
  };
}
function renderAnswered({ name, fn, settings }: AnsweredBinding) {
  const registration: Registration = { name, app: "http", maker: "call", options: { route: name, methods: ["POST"], authLevel: "function" } };
  const host = hostJson(functionSecondsOf(timeoutOf(fn.options.timeout)), { http: { routePrefix: "" } });
  return { maker: "call", resources: functionApp({ unit: name, fn, settings, environment: { AzureWebJobsDisableHomepage: "true" }, host, registration, perInstanceConcurrency: settings.concurrentPerInstance ?? 16 }), grants: [] };
}

export const callPlan: TriggerPlan<"call", CallSettings> = planBy("call", "http", {
  http: { assess: assessAnswered, render: renderAnswered },
  async: {
    assess: (binding: Binding<"call", ServiceBusSettings>) => ({ ...assessServiceBus(binding), caller: exact({ "Microsoft.Authorization/roleAssignments": "Azure Service Bus Data Sender" }, "each caller has a role of its own on the queue; the message does not say whose it is") }),
    render: (binding: Binding<"call", ServiceBusSettings>) => renderServiceBus(binding, { maker: "callAsync", source: binding.name, queue: ownQueue(binding.name, "calls") }),
  },
});
