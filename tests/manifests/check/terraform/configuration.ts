/** A Terraform configuration in JSON, main.tf.json, by its sections. https://developer.hashicorp.com/terraform/language/syntax/json */
import { below, isList, isObject, kindOf, objectOf, oneOf, sectionFaults, shapeFaults, spell, type Json, type JsonObject } from "../json.ts";
import { parseReference, parseTemplate, type Expression } from "./expressions.ts";
import { dataSources, resourceTypes, type Block } from "./schema.ts";

export interface TfResource {
  /** `google_pubsub_topic.orders`, `data.google_project.this`. */
  readonly address: string;
  readonly type: string;
  readonly path: string;
  readonly body: JsonObject;
  /** `undefined` for a type that the provider has not got. */
  readonly schema: Block | undefined;
  /** Whether it is one or many: then an index belongs behind its address. */
  readonly many: boolean;
}
export interface Configuration {
  readonly body: JsonObject;
  readonly resources: ReadonlyMap<string, TfResource>;
  readonly variables: JsonObject;
  readonly locals: JsonObject;
}
const sections = ["//", "terraform", "provider", "variable", "locals", "data", "resource", "output"];
/** https://developer.hashicorp.com/terraform/language/meta-arguments; provisioners and connections run things and are not generated. */
export const metaArguments = ["//", "count", "depends_on", "for_each", "lifecycle", "provider"];
const besideVariable = ["//", "type", "default", "description", "validation", "sensitive", "nullable", "ephemeral"];
const variableType = /^(?:string|number|bool|any|(?:list|set|map)\(.+\)|object\(\{.*\}\)|tuple\(\[.*\]\))$/;

export function configurationOf(manifest: unknown): Configuration {
  const body = objectOf(manifest);
  const listed = (section: "resource" | "data") =>
    Object.entries(objectOf(body[section])).flatMap(([type, named]) => Object.entries(objectOf(named)).map(([name, each]): TfResource => {
      const resource = objectOf(each);
      const address = `${section === "data" ? "data." : ""}${type}.${name}`;
      return { address, type, path: `${section}.${type}.${name}`, body: resource, schema: (section === "data" ? dataSources : resourceTypes())[type], many: "count" in resource || "for_each" in resource };
    }));
  const resources = [...listed("resource"), ...listed("data")];
  return { body, resources: new Map(resources.map((each) => [each.address, each])), variables: objectOf(body["variable"]), locals: objectOf(body["locals"]) };
}
/** `undefined` for what cannot be read, which is a fault of its own. */
export function parsed(value: Json | undefined, bare = false): Expression | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return bare ? parseReference(value) : parseTemplate(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
/** Texts of a string that are known, without what is put between them. */
export const plainText = (value: string): string => {
  const template = parsed(value);
  return template?.is === "literal" ? String(template.value) : template?.is === "template" ? template.parts.filter((part) => typeof part === "string").join("") : "";
};
export const isPlain = (value: Json | undefined): value is string => typeof value === "string" && parsed(value)?.is === "literal";

/** Texts by name, where they are. */
const textFaults = (value: Json | undefined, path: string, ...keys: readonly string[]): readonly string[] => keys.filter((key) => objectOf(value)[key] !== undefined && typeof objectOf(value)[key] !== "string").map((key) => `${below(path, key)}: is ${kindOf(objectOf(value)[key])}, not a string`);
/** https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
const constraint = /^(?:(?:=|!=|>=?|<=?|~>)? ?\d+(?:\.\d+){0,2}(?:-[\w.]+)?(?:, |$))+$/;
const versionFaults = (value: Json | undefined, path: string, key: string): readonly string[] => {
  const version = objectOf(value)[key];
  return typeof version === "string" && !constraint.test(version) ? [`${below(path, key)}: ${spell(version)} is no constraint of versions`] : [];
};
const sourceFaults = (value: Json, path: string): readonly string[] => {
  const { source } = objectOf(value);
  return typeof source === "string" && !/^[\w-]+\/[\w-]+$/.test(source) ? [`${path}.source: ${spell(source)} is no namespace and type`] : [];
};
const primitives: Readonly<Record<string, string>> = { string: "string", number: "number", bool: "boolean" };
const variableFaults = (name: string, value: Json): readonly string[] => {
  const { type, default: given } = objectOf(value);
  const primitive = primitives[String(type)];
  return [...shapeFaults(value, `variable.${name}`, [], besideVariable), ...textFaults(value, `variable.${name}`, "description"), ...(given !== undefined && primitive !== undefined && typeof given !== primitive ? [`variable.${name}.default: is ${kindOf(given)}, not a ${String(type)}`] : []), ...(type !== undefined && !(typeof type === "string" && variableType.test(type)) ? [`variable.${name}.type: ${spell(type)} is no type`] : [])];
};
const providerFaults = ({ terraform, provider }: JsonObject): readonly string[] => {
  const required = objectOf(objectOf(terraform)["required_providers"]);
  return [
    ...(terraform === undefined ? ["terraform: is missing"] : shapeFaults(terraform, "terraform", ["required_providers"], ["//", "required_version", "backend"])),
    ...textFaults(terraform, "terraform", "required_version"),
    ...versionFaults(terraform, "terraform", "required_version"),
    ...Object.entries(required).flatMap(([name, each]) => shapeFaults(each, `terraform.required_providers.${name}`, ["source", "version"], ["configuration_aliases"])),
    ...Object.entries(required).flatMap(([name, each]) => {
      const path = `terraform.required_providers.${name}`;
      return [...textFaults(each, path, "source", "version"), ...versionFaults(each, path, "version"), ...sourceFaults(each, path)];
    }),
    ...Object.keys(objectOf(provider)).filter((name) => !(name in required)).map((name) => `provider.${name}: is not among required_providers`),
    ...("google" in required ? [] : ["terraform.required_providers: google is missing"]),
  ];
};
export function skeletonFaults(manifest: unknown): readonly string[] {
  if (!isObject(manifest)) return [`the configuration is ${kindOf(manifest)}, not an object`];
  type Named = readonly [section: string, name: string, body: Json];
  const entries = (section: string, value: Json | undefined): readonly Named[] => Object.entries(objectOf(value)).map(([name, body]) => [section, name, body]);
  const named = ["resource", "data"].flatMap((section) => entries(section, manifest[section]).flatMap(([, type, each]): readonly Named[] => (isObject(each) ? entries(`${section}.${type}`, each) : [[section, type, each]])));
  const names = [...named, ...["variable", "locals", "output"].flatMap((section) => entries(section, manifest[section]))];
  return [
    ...Object.keys(manifest).filter((key) => !sections.includes(key)).map((key) => `${key}: no section, ${oneOf(sections.slice(1))}`),
    ...sectionFaults(manifest, ...sections.slice(2)),
    // Terraform reads a type without a name, a provider without a block, as one whose name was forgotten.
    ...["resource", "data"].flatMap((section) => entries(section, manifest[section]).filter(([, , each]) => isObject(each) && Object.keys(each).length === 0).map(([, type]) => `${below(section, type)}: has no names`)),
    ...(isObject(manifest["provider"]) && Object.keys(manifest["provider"]).length === 0 ? ["provider: has no names"] : []),
    ...providerFaults(manifest),
    ...names.filter(([, name]) => !/^[A-Za-z_][\w-]*$/.test(name)).map(([section, name]) => `${below(section, name)}: a name is letters, digits, _ and -, no digit first`),
    ...named.filter(([, , body]) => !isObject(body)).map(([section, name, body]) => `${below(section, name)}: is ${isList(body) ? "a list" : kindOf(body)}, not an object`),
    ...Object.entries(objectOf(manifest["variable"])).flatMap(([name, value]) => variableFaults(name, value)),
    ...Object.entries(objectOf(manifest["output"])).flatMap(([name, value]) => shapeFaults(value, `output.${name}`, ["value"], ["//", "description", "sensitive", "depends_on"])),
    ...Object.entries(objectOf(objectOf(manifest["provider"]))).filter(([, each]) => !isObject(each) && !(isList(each) && each.every(isObject))).map(([name, each]) => `provider.${name}: is ${kindOf(each)}, not a block`),
  ];
}
