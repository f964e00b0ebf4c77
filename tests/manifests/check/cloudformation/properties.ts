/** Properties against the types that AWS gives them. Stricter than CloudFormation, which turns "30" into 30: what is generated has the right type. */
import { below, isList, isObject, kindOf, oneOf, spell, type Json, type JsonObject } from "../json.ts";
import { intrinsicOf, isNoValue, type Intrinsic } from "./references.ts";
import { attributeType, definitionOf, isCustom, refIdentifiers, resourceSpec, type Property, type PropertyType, type ResourceProperties } from "./spec.ts";
import type { CfnResource, Template } from "./template.ts";

/** What a function gives: `undefined` where that cannot be told. */
function resultOf({ name, argument }: Intrinsic, { resources, parameters }: Template): "string" | "list" | undefined {
  if (name === "Ref") {
    const parameter = parameters.get(argument as string);
    if (parameter !== undefined) return /^(?:List<|CommaDelimitedList)/.test(parameter) ? "list" : /^AWS::SSM/.test(parameter) ? undefined : "string";
    return argument === "AWS::NotificationARNs" ? "list" : "string";
  }
  if (name === "Fn::GetAtt") {
    const [id, attribute] = isList(argument) ? argument : [];
    const type = attributeType(resources.get(String(id))?.type ?? "", String(attribute))?.type;
    return type === "array" ? "list" : type === "string" ? "string" : undefined;
  }
  if (["Fn::Split", "Fn::GetAZs", "Fn::Cidr"].includes(name)) return "list";
  return ["Fn::Sub", "Fn::Join", "Fn::Base64"].includes(name) ? "string" : undefined;
}
/** A parameter of type Number gives a number, and a string becomes what a scalar property wants; it becomes no list and no object. */
function intrinsicFaults(intrinsic: Intrinsic, type: PropertyType, path: string, template: Template): readonly string[] {
  const result = resultOf(intrinsic, template);
  const isScalar = ["string", "integer", "number", "boolean", "date-time"].includes(type.type);
  if (result === "list" && isScalar) return [`${path}: ${intrinsic.name} gives a list where a ${type.type} is wanted`];
  return result === "string" && ["array", "ref", "map", "tag"].includes(type.type) ? [`${path}: ${intrinsic.name} gives a string where ${spellType(type)} is wanted`] : [];
}
const spellType = (type: PropertyType): string => (type.type === "array" ? "a list" : type.type === "ref" ? `an object (${definitionOf(type).name})` : type.type === "map" || type.type === "json" || type.type === "tag" ? "an object" : type.type === "integer" ? "an integer" : `a ${type.type}`);

/** What AWS says a property takes, of the resource that a function names: its ARN and not its URL, say. Nothing is said of types that the property does not list. */
function identifierFaults(value: Json, { relationshipRefs = [] }: Property, path: string, { resources }: Template): readonly string[] {
  const { name, argument } = intrinsicOf(value) ?? {};
  if (isList(value)) return value.flatMap((each, i) => identifierFaults(each, { relationshipRefs } as Property, below(path, i), { resources } as Template));
  const [id, given] = name === "Ref" ? [argument, refIdentifiers(resources.get(String(argument))?.type ?? "").join("|")] : name === "Fn::GetAtt" && isList(argument) ? [argument[0], argument[1]] : [];
  const type = resources.get(String(id))?.type;
  const wanted = relationshipRefs.filter(({ cloudFormationType }) => cloudFormationType === type).map(({ propertyName }) => propertyName);
  return wanted.length === 0 || wanted.includes(String(given)) ? [] : [`${path}: ${name!} gives ${String(given)} of ${type!} (${String(id)}) where ${oneOf(wanted)} is wanted`];
}

function objectFaults(value: JsonObject, properties: ResourceProperties, of: string, path: string, template: Template): readonly string[] {
  return [
    ...Object.entries(value).flatMap(([key, each]) => {
      const property = properties[key];
      if (property === undefined) return [`${below(path, key)}: ${of} has no such property`];
      if (property.deprecated !== undefined && property.deprecated !== "NONE") return [`${below(path, key)}: is deprecated`];
      return [...valueFaults(each, property.type, below(path, key), template), ...identifierFaults(each, property, below(path, key), template)];
    }),
    ...Object.entries(properties).filter(([key, { required }]) => required === true && (value[key] === undefined || isNoValue(value[key]))).map(([key]) => `${path}: ${key} is missing`),
  ];
}
const literal = (value: Json, type: PropertyType): boolean => {
  if (type.type === "integer") return Number.isInteger(value);
  if (type.type === "json") return isObject(value) || isList(value);
  if (type.type === "date-time") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  return type.type === "null" ? value === null : typeof value === type.type;
};

export function valueFaults(value: Json, type: PropertyType, path: string, template: Template): readonly string[] {
  const intrinsic = intrinsicOf(value);
  if (isNoValue(value)) return [];
  if (type.type === "union") {
    // "Any JSON" beside a type of its own is a way of writing it that is no longer meant.
    const isOwn = (member: PropertyType) => member.type === "array" || member.type === "ref" || member.type === "map";
    const each = type.types.filter((member) => member.type !== "json" || !type.types.some(isOwn)).map((member) => valueFaults(value, member, path, template));
    // Where it is none of them, the one that it is nearest to says what is wrong.
    return each.reduce((best, next) => (next.length < best.length ? next : best));
  }
  if (intrinsic?.name === "Fn::If" && isList(intrinsic.argument)) return [1, 2].flatMap((i) => valueFaults((intrinsic.argument as readonly Json[])[i] ?? null, type, below(below(path, "Fn::If"), i), template));
  if (intrinsic !== undefined) return intrinsicFaults(intrinsic, type, path, template);
  if (type.type === "array") return isList(value) ? value.flatMap((each, i) => valueFaults(each, type.element, below(path, i), template)) : [`${path}: is ${kindOf(value)}, not a list`];
  if (type.type === "map") return isObject(value) ? Object.entries(value).flatMap(([key, each]) => valueFaults(each, type.element, below(path, key), template)) : [`${path}: is ${kindOf(value)}, not an object`];
  if (type.type === "ref") return isObject(value) ? objectFaults(value, definitionOf(type).properties, definitionOf(type).name, path, template) : [`${path}: is ${kindOf(value)}, not ${spellType(type)}`];
  if (type.type === "tag") return isObject(value) ? objectFaults(value, { Key: { type: { type: "string" }, required: true }, Value: { type: { type: "string" }, required: true } }, "a tag", path, template) : [`${path}: is ${kindOf(value)}, not a tag`];
  if (!literal(value, type)) return [`${path}: is ${kindOf(value)}, not ${spellType(type)}`];
  const allowed: readonly Json[] | undefined = type.type === "string" || type.type === "integer" ? type.allowedValues : undefined;
  return allowed === undefined || allowed.includes(value) ? [] : [`${path}: ${spell(value)} is not ${oneOf(allowed.map(spell))}`];
}

export function propertyFaults({ type, properties, path }: CfnResource, template: Template): readonly string[] {
  if (type === "" || isCustom(type)) return [];
  const resource = resourceSpec(type);
  return resource === undefined ? [`${path}.Type: there is no resource type ${type}`] : objectFaults(properties, resource.properties, type, `${path}.Properties`, template);
}
