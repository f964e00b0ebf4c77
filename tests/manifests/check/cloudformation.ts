/** Plain CloudFormation, as it is written before packaging: AWS's own resource types, what its functions name, and what the services refuse besides. */
import { propertyFaults } from "./cloudformation/properties.ts";
import { referenceFaults } from "./cloudformation/references.ts";
import { ruleFaults } from "./cloudformation/rules.ts";
import { skeletonFaults, templateOf } from "./cloudformation/template.ts";
import type { Check } from "./json.ts";

/** Every fault of a template. */
export const cloudFormationFaults: Check = (manifest) => {
  const template = templateOf(manifest);
  const resources = [...template.resources.values()];
  return [...skeletonFaults(manifest), ...referenceFaults(template), ...resources.flatMap((resource) => [...propertyFaults(resource, template), ...ruleFaults(resource, template)])];
};
