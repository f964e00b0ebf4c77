/** ARM templates against Azure's own resource types, what their expressions name, and what Azure refuses besides. Needs the vendor's files (see vendor.ts). */
import { referenceFaults } from "./arm/references.ts";
import { ruleFaults } from "./arm/rules.ts";
import { parsed, templateOf } from "./arm/template.ts";
import { typeFaults } from "./arm/types.ts";
import { isList, isObject, kindOf, objectOf, oneOf, sectionFaults, shapeFaults, spell, type Check, type Json, type JsonObject } from "./json.ts";

const schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices */
const limits = { parameters: 256, variables: 512, resources: 800, outputs: 64 } as const;
const types = ["string", "securestring", "int", "bool", "object", "secureObject", "array"];
const besideParameter = ["defaultValue", "allowedValues", "minValue", "maxValue", "minLength", "maxLength", "metadata"];

const isOf = (type: Json | undefined, value: Json): boolean => {
  const kind = String(type).toLowerCase().replace("secure", "");
  return kind === "int" ? Number.isInteger(value) : kind === "array" ? isList(value) : kind === "object" ? isObject(value) : typeof value === { string: "string", bool: "boolean" }[kind];
};
/** Values that a declaration gives itself, against the type that it names; what an expression comes to is another matter. */
function valueFaults(declaration: Json, path: string): readonly string[] {
  const { type, value, defaultValue, allowedValues = [], minValue, maxValue, metadata } = objectOf(declaration);
  const given = Object.entries({ value, defaultValue, ...(isList(allowedValues) ? allowedValues : { allowedValues }), minValue, maxValue }).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return [
    ...given.filter(([, each]) => types.includes(type as string) && parsed(each) === undefined && !isOf(type, each)).map(([, each]) => `${path}: ${spell(each)} is of another type than ${String(type)}`),
    ...(metadata === undefined || isObject(metadata) ? [] : [`${path}.metadata: is ${kindOf(metadata)}, not an object`]),
  ];
}
const declarationFaults = (manifest: JsonObject, section: "parameters" | "outputs", required: readonly string[], optional: readonly string[]): readonly string[] =>
  Object.entries(objectOf(manifest[section])).flatMap(([name, each]) => {
    const { type } = objectOf(each);
    return [...shapeFaults(each, `${section}.${name}`, required, optional), ...valueFaults(each, `${section}.${name}`), ...(type === undefined || types.includes(type as string) ? [] : [`${section}.${name}.type: ${spell(type)} is not ${oneOf(types)}`])];
  });
/** The skeleton. https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax */
function skeletonFaults(manifest: unknown): readonly string[] {
  if (!isObject(manifest)) return [`the template is ${kindOf(manifest)}, not an object`];
  const { $schema, contentVersion, resources } = manifest;
  return [
    ...shapeFaults(manifest, "the template", ["$schema", "contentVersion", "resources"], ["metadata", "parameters", "variables", "outputs"]).map((fault) => fault.replace(/^the template\./, "")),
    ...($schema !== undefined && $schema !== schema ? [`$schema: is not ${schema}`] : []),
    ...(contentVersion !== undefined && !/^\d+\.\d+\.\d+\.\d+$/.test(String(contentVersion)) ? [`contentVersion: ${spell(contentVersion)} is no version of four numbers`] : []),
    ...(resources !== undefined && !isList(resources) ? [`resources: is ${kindOf(resources)}, not a list`] : []),
    ...sectionFaults(manifest, "metadata", "parameters", "variables", "outputs"),
    ...Object.entries(limits).flatMap(([section, most]) => (Object.keys(manifest[section] ?? {}).length > most ? [`${section}: more than ${most}`] : [])),
    ...declarationFaults(manifest, "parameters", ["type"], besideParameter),
    ...declarationFaults(manifest, "outputs", ["type", "value"], ["condition", "metadata"]),
  ];
}
/** Every fault of a template. */
export const armFaults: Check = (manifest) => {
  const template = templateOf(manifest);
  return [...skeletonFaults(manifest), ...referenceFaults(template), ...template.resources.flatMap((resource) => [...typeFaults(resource, template), ...ruleFaults(resource, template)])];
};
