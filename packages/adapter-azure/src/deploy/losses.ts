/** What deploying one template over another would lose. A deployment is incremental: what is no longer in the template stays, and a property that cannot be changed fails it. https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes */
import { IsobarError } from "@isobar/core";
import { lossesOf, type Loss, type LossRules, type ManifestFiles, type ManifestResource } from "@isobar/core/plan";
import { secondsInIso } from "./arm.ts";

const [queue, topic, subscription, hub, table] = ["Microsoft.ServiceBus/namespaces/queues", "Microsoft.ServiceBus/namespaces/topics", "Microsoft.ServiceBus/namespaces/topics/subscriptions", "Microsoft.EventHub/namespaces/eventhubs", "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers"] as const;
const rules: LossRules = {
  // A topic itself holds nothing: what is published waits in its subscriptions.
  holds: { [queue]: "messages", [subscription]: "messages", [hub]: "events", [table]: "items", "Microsoft.Storage/storageAccounts/queueServices/queues": "messages", "Microsoft.Storage/storageAccounts/blobServices/containers": "blobs" },
  // https://learn.microsoft.com/azure/service-bus-messaging/enable-duplicate-detection, message-sessions · https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas · https://learn.microsoft.com/azure/cosmos-db/partitioning-overview
  immutable: { [queue]: ["requiresSession", "requiresDuplicateDetection"], [topic]: ["requiresDuplicateDetection"], [subscription]: ["requiresSession"], [hub]: ["partitionCount"], [table]: ["resource.partitionKey"] },
  letters: { [queue]: ["forwardDeadLetteredMessagesTo"], [subscription]: ["forwardDeadLetteredMessagesTo"], "Microsoft.EventGrid/topics/eventSubscriptions": ["deadLetterWithResourceIdentity"], "Microsoft.EventGrid/systemTopics/eventSubscriptions": ["deadLetterWithResourceIdentity"] },
  retention: { [queue]: ["defaultMessageTimeToLive"], [subscription]: ["defaultMessageTimeToLive"], [hub]: ["retentionDescription.retentionTimeInHours"], "Microsoft.OperationalInsights/workspaces/tables": ["totalRetentionInDays"] },
  // Of one property always the same unit: seconds of a text, else the number.
  lasting: (value) => (typeof value === "number" ? value : typeof value === "string" && !Number.isNaN(secondsInIso(value)) ? secondsInIso(value) : undefined),
  removed: (held) => `stays where it is with its ${held}, which nobody reads any more`,
  replaced: (held) => `cannot be changed: the deployment fails until it is deleted, with its ${held}`,
};

interface Written {
  readonly type: string;
  readonly name: string;
  readonly comments?: string;
  readonly properties?: object;
}
/** Its name in the manifest is what its comment begins with (explained.ts); one of the user's own has none. */
const keyOf = ({ comments, name }: Written): string => comments?.split(" · ")[0] || name;
function resourcesIn(files: ManifestFiles): ReadonlyMap<string, ManifestResource> {
  const templates = Object.entries(files).filter(([file]) => /^azuredeploy(?:\.[\w-]+)?\.json$/.test(file));
  return new Map(templates.flatMap(([file, text]) => {
    try {
      return (JSON.parse(text) as { readonly resources: readonly Written[] }).resources.map((each) => [keyOf(each), { type: each.type, properties: each.properties ?? {} }] as const);
    } catch (cause) {
      throw new IsobarError("invalid-definition", `${file} is no manifest of Azure`, { cause });
    }
  }));
}
export const losses = (before: ManifestFiles, after: ManifestFiles): readonly Loss[] => lossesOf(resourcesIn(before), resourcesIn(after), rules);
