/**
 * Names that Azure makes of the app's: those that the world shares begin with app and stage, and end short of what their type allows. A longer one is cut, and a hash of the whole is put behind it.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
import { createHash } from "node:crypto";

const hashLength = 6;
const hashed = (name: string, stem: string, most: number): string => {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, hashLength);
  const cut = stem.slice(0, Math.max(0, most - hashLength - 1)).replace(/-+$/, "");
  return cut === "" ? hash : `${cut}-${hash}`;
};
/** At most so many characters, the same each time. */
export const shortened = (name: string, most: number): string => (name.length <= most ? name : hashed(name, name, most));
/** Letters, digits and hyphens, as hosts have them; of another name its hash tells which. */
export function hostName(name: string, most: number): string {
  const clean = name.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
  return clean === name ? shortened(name, most) : hashed(name, clean, most);
}
/** What a storage account's name begins with: `uniqueString` puts 13 characters behind it, of 24 at most. */
export const accountStem = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "").slice(0, 11);

/** Of the prefix that all apps of the world share: the app's part, the stage, and of the resource group's hash what tells them apart. */
export const [longestApp, longestStage, uniqueLength] = [16, 10, 6];
const prefixLength = longestApp + 1 + longestStage + 1 + uniqueLength;
/** Characters of a name that begins with the prefix. */
const limits: Readonly<Record<string, number>> = {
  "Microsoft.Web/sites": 60,
  "Microsoft.Web/serverfarms": 60,
  "Microsoft.ManagedIdentity/userAssignedIdentities": 128,
  "Microsoft.EventGrid/topics": 50,
  "Microsoft.Insights/metricAlerts": 260,
  "Microsoft.Resources/deployments": 64,
};
/** The part of a name behind the prefix and a hyphen. */
export const behindPrefix = (type: string, name: string): string => hostName(name, (limits[type.split("/").slice(0, 2).join("/")] ?? 60) - prefixLength - 1);
/** A deployment inside the deployment, in another place. */
export const deploymentName = (name: string, kind: string): string => `[concat(variables('prefix'), '-${hostName(name, limits["Microsoft.Resources/deployments"]! - prefixLength - 2 - kind.length)}.${kind}')]`;
/** The app's part of the prefix. */
export const appPart = (app: string): string => shortened(app, longestApp);

/** 3 to 64 letters, digits and hyphens: https://learn.microsoft.com/azure/event-grid/subscription-creation-schema */
export const eventSubscription = (functionName: string): string => shortened(`isobar-${functionName}`, 64);
/** A subscription of Service Bus, a consumer group of Event Hubs: 1 to 50 characters each. */
export const readerName = (functionName: string): string => shortened(functionName, 50);
