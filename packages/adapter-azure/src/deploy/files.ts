/** What lies beside a unit's bundle. */
import { manifestText } from "@isobar/core/plan";

/** Triggers and bindings as the host has them, in the versions that Flex Consumption takes: https://learn.microsoft.com/azure/azure-functions/extension-bundles */
const extensionBundle = { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" };
/** Calls to others, and the headers that tie them together. Logs are sent in any case. https://learn.microsoft.com/azure/azure-functions/functions-host-json#applicationinsights */
const untraced = { applicationInsights: { enableDependencyTracking: false, httpAutoCollectionOptions: { enableW3CDistributedTracing: false } } };
/** host.json as a unit's paths render it, with what all units have. */
export const hostOf = ({ version, functionTimeout, ...rest }: Readonly<Record<string, unknown>>, tracing: boolean): object => ({ version, functionTimeout, extensionBundle, ...(tracing ? {} : { logging: untraced }), ...rest });

/** npm takes lower-case letters, digits, dots, hyphens and underscores: https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const packageName = (app: string, unit: string): string => (unit === app ? app : `${app}-${unit}`).toLowerCase();
/** `main` is the bundle, in which the host looks for registrations: https://learn.microsoft.com/azure/azure-functions/functions-reference-node#registering-a-function */
export const unitFiles = (app: string, unit: string, host: object): Readonly<Record<string, string>> => ({
  "host.json": manifestText(host),
  "package.json": manifestText({ name: packageName(app, unit), version: "1.0.0", type: "commonjs", main: "index.cjs" }),
});
