/** Terraform JSON for the Google provider: its schema, what expressions name, and what Google refuses besides. Needs the vendor's files (see vendor.ts), and no Terraform. */
import type { Check } from "./json.ts";
import { configurationOf, skeletonFaults } from "./terraform/configuration.ts";
import { referenceFaults } from "./terraform/references.ts";
import { ruleFaults } from "./terraform/rules.ts";
import { providerBlockFaults, typeFaults } from "./terraform/types.ts";

/** Every fault of a configuration. */
export const terraformFaults: Check = (manifest) => {
  const configuration = configurationOf(manifest);
  return [...skeletonFaults(manifest), ...providerBlockFaults(configuration), ...referenceFaults(configuration), ...[...configuration.resources.values()].flatMap((resource) => [...typeFaults(resource, configuration), ...ruleFaults(resource, configuration)])];
};
