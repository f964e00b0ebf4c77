/** Azure's resource types as bicep-types has them (vendor README): every property, read strictly. Texts that a type lists with "any other text" beside them are held to the list. */
import { readdirSync } from "node:fs";
import { alerts } from "./alerts.ts";
import { below, isList, isObject, kindOf, oneOf, spell, type Json, type JsonObject } from "../json.ts";
import { vendorFile, vendorFolder } from "../vendor.ts";
import { isBroken, kindOfExpression, parsed, resolvedExpression, withoutUnknowns, type ArmResource, type ArmTemplate, type Kind } from "./template.ts";

interface Reference {
  readonly $ref: string;
}
interface Property {
  readonly type: Reference;
  /** 1 required, 2 read-only, 4 write-only, 8 a constant of the deployment. */
  readonly flags: number;
}
export type Type =
  | { readonly $type: "AnyType" | "BooleanType" | "ResourceFunctionType" }
  | { readonly $type: "StringType"; readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string }
  | { readonly $type: "IntegerType"; readonly minValue?: number; readonly maxValue?: number }
  | { readonly $type: "StringLiteralType"; readonly value: string }
  | { readonly $type: "ArrayType"; readonly itemType: Reference; readonly maxLength?: number }
  | { readonly $type: "UnionType"; readonly elements: readonly Reference[] }
  | { readonly $type: "ObjectType"; readonly name: string; readonly properties: Readonly<Record<string, Property>>; readonly additionalProperties?: Reference }
  | { readonly $type: "DiscriminatedObjectType"; readonly name: string; readonly discriminator: string; readonly baseProperties: Readonly<Record<string, Property>>; readonly elements: Readonly<Record<string, Reference>> }
  | { readonly $type: "ResourceType"; readonly name: string; readonly body: Reference; readonly writableScopes: number };
type Library = readonly Type[];
const [required, readOnly, extensionScope] = [1, 2, 16];

const libraries = new Map<string, Library>([["microsoft.insights@2018-03-01, ours", alerts]]);
const files = (): readonly string[] => [...new Set([...readdirSync(vendorFolder("azure-bicep-types")), ...libraries.keys()])];
const namespaceOf = (type: string): string => type.split("/")[0]!.toLowerCase();
function libraryOf(file: string): Library {
  const known = libraries.get(file) ?? (vendorFile(`azure-bicep-types/${file}`) as Library);
  libraries.set(file, known);
  return known;
}
const at = (library: Library, { $ref }: Reference): Type => library[Number($ref.slice(2))]!;

const wanted: Readonly<Record<string, readonly [Kind, string]>> = { StringType: ["string", "a string"], StringLiteralType: ["string", "a string"], IntegerType: ["int", "an integer"], BooleanType: ["bool", "a boolean"], ArrayType: ["array", "a list"], ObjectType: ["object", "an object"], DiscriminatedObjectType: ["object", "an object"] };
interface Place {
  readonly library: Library;
  readonly template: ArmTemplate;
}

function objectFaults(value: JsonObject, properties: Readonly<Record<string, Property>>, name: string, more: Reference | undefined, path: string, place: Place): readonly string[] {
  return [
    ...Object.entries(value).flatMap(([key, each]) => {
      const property = properties[key];
      if (property === undefined) return more === undefined ? [`${below(path, key)}: ${name} has no such property`] : valueFaults(each, at(place.library, more), below(path, key), place);
      return (property.flags & readOnly) !== 0 ? [`${below(path, key)}: is Azure's to set`] : valueFaults(each, at(place.library, property.type), below(path, key), place);
    }),
    ...Object.entries(properties).filter(([key, { flags }]) => (flags & required) !== 0 && (flags & readOnly) === 0 && !(key in value)).map(([key]) => `${path}: ${key} is missing`),
  ];
}
/** A text that is known now, against what a type says of texts. */
function textFaults(text: string, type: Type, path: string): readonly string[] {
  if (type.$type === "StringLiteralType") return text === type.value ? [] : [`${path}: ${spell(text)} is not ${spell(type.value)}`];
  if (type.$type !== "StringType") return [];
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = type;
  return [
    ...(text.length < minLength || text.length > maxLength ? [`${path}: ${spell(text)} has ${text.length} characters, not ${minLength} to ${maxLength}`] : []),
    ...(pattern !== undefined && !new RegExp(pattern).test(text) ? [`${path}: ${spell(text)} does not match ${pattern}`] : []),
  ];
}
function unionFaults(value: Json, elements: readonly Type[], path: string, place: Place): readonly string[] {
  const literals = elements.flatMap((each) => (each.$type === "StringLiteralType" ? [each.value] : []));
  const expression = parsed(value);
  if (literals.length === 0 || (typeof value !== "string" && expression === undefined)) {
    const each = elements.map((element) => valueFaults(value, element, path, place));
    return literals.length > 0 && each.every((faults) => faults.length > 0) ? [`${path}: is ${kindOf(value)}, not ${oneOf(literals.map(spell))}`] : each.reduce((best, next) => (next.length < best.length ? next : best), each[0]!);
  }
  if (isBroken(value)) return [];
  const text = expression === undefined ? (value as string) : resolvedExpression(expression, place.template.variables);
  return literals.includes(text) || text !== withoutUnknowns(text) ? [] : [`${path}: ${spell(text)} is not ${oneOf(literals.map(spell))}`];
}
function discriminated(value: JsonObject, type: Extract<Type, { readonly $type: "DiscriminatedObjectType" }>, path: string, place: Place): readonly string[] {
  const chosen = value[type.discriminator];
  const element = typeof chosen === "string" ? type.elements[chosen] : undefined;
  if (chosen === undefined) return [`${path}: ${type.discriminator} is missing`];
  if (element === undefined) return [`${below(path, type.discriminator)}: ${spell(chosen)} is not ${oneOf(Object.keys(type.elements).map(spell))}`];
  const { properties, name, additionalProperties } = at(place.library, element) as Extract<Type, { readonly $type: "ObjectType" }>;
  return objectFaults(value, { ...type.baseProperties, ...properties }, name, additionalProperties, path, place);
}

function valueFaults(value: Json, type: Type, path: string, place: Place): readonly string[] {
  if (type.$type === "AnyType") return [];
  if (type.$type === "UnionType") return unionFaults(value, type.elements.map((each) => at(place.library, each)), path, place);
  if (isBroken(value)) return [];
  const expression = parsed(value);
  const [kind, spelled] = wanted[type.$type] ?? ["object", "an object"];
  if (expression !== undefined) {
    const given = kindOfExpression(expression, place.template);
    const text = resolvedExpression(expression, place.template.variables);
    return given !== undefined && given !== kind ? [`${path}: ${spell(value)} gives ${given === "int" ? "an integer" : given === "array" ? "a list" : given === "object" ? "an object" : `a ${given === "bool" ? "boolean" : given}`}, not ${spelled}`] : text === withoutUnknowns(text) ? textFaults(text, type, path) : [];
  }
  const is = { string: typeof value === "string", int: Number.isInteger(value), bool: typeof value === "boolean", array: isList(value), object: isObject(value) }[kind];
  if (!is) return [`${path}: is ${kindOf(value)}, not ${spelled}`];
  if (typeof value === "string") return textFaults(value, type, path);
  if (type.$type === "IntegerType") {
    const { minValue = Number.NEGATIVE_INFINITY, maxValue = Number.POSITIVE_INFINITY } = type;
    return (value as number) < minValue || (value as number) > maxValue ? [`${path}: ${String(value)} is not ${maxValue === Number.POSITIVE_INFINITY ? `${minValue} or more` : `${minValue} to ${maxValue}`}`] : [];
  }
  if (type.$type === "ArrayType") {
    const items = value as readonly Json[];
    return [...(items.length > (type.maxLength ?? items.length) ? [`${path}: has ${items.length} items, ${type.maxLength!} at most`] : []), ...items.flatMap((each, i) => valueFaults(each, at(place.library, type.itemType), below(path, i), place))];
  }
  if (type.$type === "ObjectType") return objectFaults(value as JsonObject, type.properties, type.name, type.additionalProperties, path, place);
  return type.$type === "DiscriminatedObjectType" ? discriminated(value as JsonObject, type, path, place) : [];
}

/** What stands beside a resource's own properties. https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration */
const beside = ["type", "apiVersion", "name", "comments", "condition", "copy", "dependsOn"];
/** A child's name has its parents' before it: the last is its own. */
function nameFaults({ name, type, path, body }: ArmResource, property: Property | undefined, library: Library): readonly string[] {
  if (isBroken(body["name"])) return [];
  const segments = withoutUnknowns(name).split("/");
  const due = type.split("/").length - 1;
  if (segments.length !== due) return [`${path}.name: ${type} has ${due} segments, not ${segments.length}`];
  return property !== undefined && name === withoutUnknowns(name) ? textFaults(segments.at(-1)!, at(library, property.type), `${path}.name`) : [];
}
export function typeFaults(resource: ArmResource, template: ArmTemplate): readonly string[] {
  const { type, apiVersion, name, path, body } = resource;
  const known = files().filter((file) => file.startsWith(`${namespaceOf(type)}@`)).flatMap((file) => libraryOf(file).flatMap((each) => (each.$type === "ResourceType" && each.name.startsWith(`${type}@`) ? [[file, each] as const] : [])));
  if (known.length === 0) return [`${path}.type: there is no resource type ${spell(type)}`];
  const [file, found] = known.find(([, each]) => each.name === `${type}@${apiVersion}`) ?? [];
  if (file === undefined || found === undefined) return [`${path}.apiVersion: ${type} is known of ${oneOf(known.map(([, each]) => each.name.split("@")[1]!))}, not of ${spell(apiVersion)}`];
  const place = { library: libraryOf(file), template };
  const texts = ["comments", "scope"].filter((key) => body[key] !== undefined && typeof body[key] !== "string").map((key) => `${below(path, key)}: is ${kindOf(body[key])}, not a string`);
  const shape = at(place.library, found.body);
  const own = Object.fromEntries(Object.entries(body).filter(([key]) => !beside.includes(key) && (key !== "scope" || (found.writableScopes & extensionScope) === 0)));
  if (shape.$type === "ObjectType") {
    const { name: nameProperty, ...rest } = shape.properties;
    return [...texts, ...objectFaults(own, rest, type, shape.additionalProperties, path, place), ...nameFaults(resource, nameProperty, place.library)];
  }
  // Of some children the name decides what the rest is: a site's settings, say.
  return shape.$type === "DiscriminatedObjectType" ? [...texts, ...discriminated({ ...own, [shape.discriminator]: name.split("/").at(-1)! }, shape, path, place), ...nameFaults(resource, undefined, place.library)] : [];
}
