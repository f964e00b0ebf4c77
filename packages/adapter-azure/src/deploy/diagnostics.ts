/** A diagnostic setting is made on the resource whose logs it sends, wherever that is: as a deployment there, whose expressions are worked out here. https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group */
import { versionOf } from "./arm.ts";
import { lastSegment, type Made } from "./ids.ts";
import { deploymentName } from "./names.ts";

const settingType = "Microsoft.Insights/diagnosticSettings";
const place = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/[^/]+\/[^/]+\/./i;
export const isSetting = ({ type }: Made): boolean => type === settingType;
export const placeFaults = (key: string, { scope = "" }: Made): readonly string[] => (place.test(scope) ? [] : [`resourceId ${JSON.stringify(scope)} · ${key} · it is the id of a resource in a resource group · "/subscriptions/…/resourceGroups/…/providers/…"`]);

/** In: a diagnostic setting whose place is one (`placeFaults`). */
export function elsewhere({ dependsOn = [], comments, ...made }: Made): Made {
  const [, subscriptionId = "", resourceGroup = ""] = place.exec(made.scope ?? "") ?? [];
  const type = "Microsoft.Resources/deployments";
  return {
    type,
    apiVersion: versionOf(type),
    name: deploymentName(lastSegment({ ...made, comments }).replace(/^isobar-/, ""), "logs"),
    subscriptionId,
    resourceGroup,
    dependsOn,
    comments,
    properties: { mode: "Incremental", expressionEvaluationOptions: { scope: "outer" }, template: { $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0", resources: [made] } },
  };
}
