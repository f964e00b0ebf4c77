/** What calls a logs function on Azure: the event hub that a diagnostic setting writes to. */
import type { Binding, Rendered, TriggerPlan } from "@isobar/core/plan";
import { inShared, idInShared, resource } from "../../deploy/arm.ts";
import { assessEventHubs, renderEventHubs, type EventHubsSettings } from "../../deploy/event-hubs.ts";
import { planBy } from "../../deploy/variants.ts";

export interface LogsSettings extends EventHubsSettings {
  readonly variant?: "event-hubs";
  /** The resource whose logs these are, by its id. Without it a diagnostic setting that is made elsewhere writes to the hub of the log's name. */
  readonly resourceId?: string;
}

/** https://learn.microsoft.com/azure/azure-monitor/essentials/resource-manager-diagnostic-settings */
function render(binding: Binding<"logs", LogsSettings>): Rendered {
  const { name, fn: { source: { name: log } }, settings: { resourceId } } = binding;
  const rendered = renderEventHubs(binding, "logs");
  if (resourceId === undefined) return rendered;
  const rule = "diagnostics";
  const resources = {
    [`rule ${rule}`]: resource("Microsoft.EventHub/namespaces/authorizationRules", { name: inShared("eventHubs", rule), comments: "diagnostic settings write by it", properties: { rights: ["Manage", "Listen", "Send"] } }),
    [`diagnostic setting ${log}`]: resource("Microsoft.Insights/diagnosticSettings", {
      name: `isobar-${log}`,
      scope: resourceId,
      comments: `writes the log ${log} for ${name}`,
      dependsOn: [idInShared("Microsoft.EventHub/namespaces/eventhubs", "eventHubs", log)],
      properties: { eventHubAuthorizationRuleId: idInShared("Microsoft.EventHub/namespaces/authorizationRules", "eventHubs", rule), eventHubName: log, logs: [{ categoryGroup: "allLogs", enabled: true }] },
    }),
  };
  return { ...rendered, resources: { ...rendered.resources, ...resources } };
}
export const logsPlan: TriggerPlan<"logs", LogsSettings> = planBy<"logs", LogsSettings>("logs", "event-hubs", { "event-hubs": { assess: assessEventHubs, render } });
