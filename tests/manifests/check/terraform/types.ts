/** Attributes and blocks against the provider's schema. Stricter than Terraform, which turns "60" into 60: what is generated has the right type. */
import { below, isList, isObject, kindOf, type Json, type JsonObject } from "../json.ts";
import { metaArguments, parsed, type Configuration, type TfResource } from "./configuration.ts";
import { provider, type AttributeType, type Block, type NestedBlock } from "./schema.ts";
import { localOf, typeOf } from "./traversal.ts";

export const spellType = (type: AttributeType): string => (typeof type === "string" ? (type === "bool" ? "a boolean" : type === "dynamic" ? "anything" : `a ${type}`) : type[0] === "object" ? "an object" : `a ${type[0]}`);
const isText = (type: AttributeType): boolean => type === "string" || type === "number" || type === "bool";

function valueFaults(value: Json, type: AttributeType, path: string, configuration: Configuration): readonly string[] {
  if (value === null || type === "dynamic") return [];
  const expression = parsed(value);
  if (typeof value === "string" && expression === undefined) return [];
  const local = expression === undefined ? undefined : localOf(expression, configuration);
  // What a local says is as good as said here; there a number may stand for a text.
  if (local !== undefined && !isText(type)) return valueFaults(local, type, path, configuration);
  if (expression !== undefined && expression.is !== "literal") {
    // Texts, numbers and booleans become each other; a list becomes none of them.
    const given = expression.is === "template" ? "string" : typeOf(expression, configuration);
    const isMixed = expression.is === "template" && type !== "string";
    return given !== undefined && given !== "dynamic" && (isMixed || isText(given) !== isText(type)) ? [`${path}: ${JSON.stringify(value)} gives ${spellType(given)}, not ${spellType(type)}`] : [];
  }
  if (isText(type)) return typeof value === { string: "string", number: "number", bool: "boolean" }[type as "string" | "number" | "bool"] ? [] : [`${path}: is ${kindOf(value)}, not ${spellType(type)}`];
  const collection = type as Exclude<AttributeType, string>;
  if (collection[0] === "list" || collection[0] === "set") return isList(value) ? value.flatMap((each, i) => valueFaults(each, collection[1], below(path, i), configuration)) : [`${path}: is ${kindOf(value)}, not ${spellType(type)}`];
  if (!isObject(value)) return [`${path}: is ${kindOf(value)}, not ${spellType(type)}`];
  return Object.entries(value).flatMap(([key, each]) => {
    const of = collection[0] === "map" ? collection[1] : collection[0] === "object" ? collection[1][key] : undefined;
    return of === undefined ? [`${below(path, key)}: there is no such member`] : valueFaults(each, of, below(path, key), configuration);
  });
}
/** One block, or a list of them; a list may be of one. */
function nestedFaults({ name, nesting, min, max, block }: NestedBlock, value: Json, path: string, configuration: Configuration): readonly string[] {
  if (!isObject(value) && !isList(value)) return [`${path}: is ${kindOf(value)}, not a block`];
  if (nesting === "single" && isList(value)) return [`${path}: is a list, not one block`];
  const blocks = isList(value) ? value : [value];
  return [
    ...(blocks.length < min ? [`${path}: ${blocks.length} blocks, ${min} at least`] : []),
    ...(max > 0 && blocks.length > max ? [`${path}: ${blocks.length} blocks, ${max} at most`] : []),
    ...blocks.flatMap((each, i) => (isObject(each) ? bodyFaults(each, block, name, isList(value) ? below(path, i) : path, configuration) : [`${below(path, i)}: is ${kindOf(each)}, not a block`])),
  ];
}
function bodyFaults(body: JsonObject, schema: Block, of: string, path: string, configuration: Configuration): readonly string[] {
  const isSet = (name: string): boolean => body[name] !== undefined && body[name] !== null;
  return [
    ...Object.entries(body).filter(([key]) => key !== "//").flatMap(([key, value]) => {
      const attribute = schema.attributes.find(({ name }) => name === key);
      const nested = schema.blocks.find(({ name }) => name === key);
      if (nested !== undefined) return nestedFaults(nested, value, below(path, key), configuration);
      if (attribute === undefined) return [`${below(path, key)}: ${of} has no such attribute and no such block`];
      return attribute.computed && !attribute.optional && !attribute.required ? [`${below(path, key)}: is the provider's to set`] : valueFaults(value, attribute.type, below(path, key), configuration);
    }),
    ...schema.attributes.filter(({ name, required }) => required && !isSet(name)).map(({ name }) => `${path}: ${name} is missing`),
    ...schema.blocks.filter(({ name, min }) => min > 0 && !isSet(name)).map(({ name }) => `${path}: the block ${name} is missing`),
  ];
}
/** `lifecycle` in its own grammar. https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle */
const lifecycle = ["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by", "precondition", "postcondition"];

export function typeFaults({ path, type, body, schema, address }: TfResource, configuration: Configuration): readonly string[] {
  if (schema === undefined) return [`${path}: the provider has no ${address.startsWith("data.") ? "data source" : "resource type"} ${type}`];
  const own = Object.fromEntries(Object.entries(body).filter(([key]) => !metaArguments.includes(key)));
  return [
    ...bodyFaults(own, schema, type, path, configuration),
    ...(isObject(body["lifecycle"]) ? Object.keys(body["lifecycle"]).filter((key) => !lifecycle.includes(key)).map((key) => `${path}.lifecycle.${key}: there is no such argument`) : []),
    ...("count" in body && "for_each" in body ? [`${path}: count and for_each exclude each other`] : []),
  ];
}
export const providerBlockFaults = (configuration: Configuration): readonly string[] => {
  const google = objectOrList(configuration.body["provider"]);
  return google.flatMap(([path, each]) => bodyFaults(Object.fromEntries(Object.entries(each).filter(([key]) => key !== "alias")), provider, "the provider", path, configuration));
};
function objectOrList(providers: Json | undefined): readonly (readonly [path: string, body: JsonObject])[] {
  const google = isObject(providers) ? providers["google"] : undefined;
  return isList(google) ? google.flatMap((each, i) => (isObject(each) ? [[`provider.google[${i}]`, each] as const] : [])) : isObject(google) ? [["provider.google", google]] : [];
}
