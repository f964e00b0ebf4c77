/**
 * Intrinsic functions: which there are without a transform, whether what they name is there, and who waits for whom.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
import { circles } from "../graph.ts";
import { below, isList, isObject, kindOf, objectOf, spell, walk, type Json } from "../json.ts";
import { attributeType } from "./spec.ts";
import type { CfnResource, Template } from "./template.ts";

export interface Intrinsic {
  readonly name: string;
  readonly argument: Json;
}
/** The function that an object calls; `undefined` where it is data. */
export function intrinsicOf(value: Json | undefined): Intrinsic | undefined {
  if (!isObject(value)) return undefined;
  const [name, ...more] = Object.keys(value);
  return name !== undefined && more.length === 0 && (name === "Ref" || name.startsWith("Fn::")) ? { name, argument: value[name]! } : undefined;
}
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
const pseudo: ReadonlySet<string> = new Set(["AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix"].map((name) => `AWS::${name}`));
export const isNoValue = (value: Json | undefined): boolean => intrinsicOf(value)?.name === "Ref" && intrinsicOf(value)?.argument === "AWS::NoValue";

/** What a list of texts may have in it: a text, or a function that gives one. */
const isText = (value: Json | undefined): boolean => typeof value === "string" || typeof value === "number" || intrinsicOf(value) !== undefined;
const pair = (value: Json): value is readonly [Json, Json] => isList(value) && value.length === 2;
const isName = (value: Json | undefined): value is string => typeof value === "string" && value !== "";
/** What each function takes, in words, and whether this is it. */
const takes: Readonly<Record<string, readonly [what: string, is: (argument: Json) => boolean]>> = {
  Ref: ["a name", isName],
  "Fn::GetAtt": ["a list of a logical id and an attribute", (it) => pair(it) && it.every(isName)],
  "Fn::Sub": ["a string, or a list of a string and an object", (it) => typeof it === "string" || (pair(it) && typeof it[0] === "string" && isObject(it[1]))],
  "Fn::Join": ["a list of a delimiter and a list", (it) => pair(it) && typeof it[0] === "string" && (isList(it[1]) ? it[1].every(isText) : intrinsicOf(it[1]) !== undefined)],
  "Fn::Split": ["a list of a delimiter and a string", (it) => pair(it) && typeof it[0] === "string" && isText(it[1])],
  "Fn::Select": ["a list of an index and a list", (it) => pair(it) && isText(it[0]) && (isList(it[1]) || intrinsicOf(it[1]) !== undefined)],
  "Fn::If": ["a list of a condition and two values", (it) => isList(it) && it.length === 3 && isName(it[0])],
  "Fn::FindInMap": ["a list of a mapping and two keys", (it) => isList(it) && it.length === 3 && it.every(isText)],
  "Fn::Base64": ["a string", isText],
  "Fn::ImportValue": ["a name", isText],
  "Fn::GetAZs": ["a region", isText],
  "Fn::Cidr": ["a list of a block, a count and bits", (it) => isList(it) && (it.length === 2 || it.length === 3)],
};
const conditionTakes: Readonly<Record<string, readonly [what: string, is: (argument: Json) => boolean]>> = {
  "Fn::Equals": ["a list of two values", (it) => pair(it) && it.every(isText)],
  "Fn::Not": ["a list of one condition", (it) => isList(it) && it.length === 1],
  "Fn::And": ["a list of two to ten conditions", (it) => isList(it) && it.length >= 2 && it.length <= 10],
  "Fn::Or": ["a list of two to ten conditions", (it) => isList(it) && it.length >= 2 && it.length <= 10],
};

/** A name that a function gives: `attribute` where it asks for one. */
interface Named {
  readonly path: string;
  readonly name: string;
  readonly attribute?: string;
}
/** `${Name}`, `${Name.Attribute}`; `${!Name}` is text, and a name of the function's own list is its own. */
function namesInSub(argument: Json, path: string): readonly Named[] {
  const [text, own] = isList(argument) ? [argument[0], objectOf(argument[1])] : [argument, {}];
  return [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, each]) => each!.trim()).filter((each) => !(each in own)).map((each) => {
    const dot = each.indexOf(".");
    return dot < 0 ? { path, name: each } : { path, name: each.slice(0, dot), attribute: each.slice(dot + 1) };
  });
}
function namesOf({ name, argument }: Intrinsic, path: string): readonly Named[] {
  if (name === "Ref") return [{ path, name: argument as string }];
  if (name === "Fn::Sub") return namesInSub(argument, path);
  if (name === "Fn::GetAtt") return [{ path, name: (argument as readonly string[])[0]!, attribute: (argument as readonly string[])[1]! }];
  return [];
}

function nameFaults({ path, name, attribute }: Named, { resources, parameters }: Template): readonly string[] {
  const resource = resources.get(name);
  if (attribute === undefined) return resource !== undefined || parameters.has(name) || pseudo.has(name) ? [] : [`${path}: there is no resource and no parameter ${name}`];
  if (resource === undefined) return [`${path}: there is no resource ${name}`];
  return attributeType(resource.type, attribute) === undefined ? [`${path}: ${resource.type} (${name}) has no attribute ${attribute}`] : [];
}
function intrinsicFaults(intrinsic: Intrinsic, path: string, template: Template, within: typeof takes): readonly string[] {
  const [what, is] = within[intrinsic.name] ?? [];
  if (is === undefined) return [`${path}: there is no function ${intrinsic.name} here`];
  if (!is(intrinsic.argument)) return [`${path}: ${intrinsic.name} takes ${what!}, not ${spell(intrinsic.argument)}`];
  const [first] = isList(intrinsic.argument) ? intrinsic.argument : [];
  return [
    ...namesOf(intrinsic, path).flatMap((named) => nameFaults(named, template)),
    ...(intrinsic.name === "Fn::If" && !template.conditions.has(first as string) ? [`${path}: there is no condition ${String(first)}`] : []),
    ...(intrinsic.name === "Fn::FindInMap" && typeof first === "string" && !template.mappings.has(first) ? [`${path}: there is no mapping ${first}`] : []),
  ];
}
function faultsIn(value: Json, path: string, template: Template, within: typeof takes): readonly string[] {
  // A name in Fn::Sub's own text is no text that was forgotten to be put into one.
  const enter = (each: Json) => !(intrinsicOf(each)?.name === "Fn::Sub" && typeof intrinsicOf(each)?.argument === "string");
  return [...walk(value, path, enter)].flatMap(([at, each]) => {
    if (typeof each === "string") return /\$\{AWS::\w+\}/.test(each) && !/Fn::Sub(?:\[0\])?$/.test(at) ? [`${at}: names a pseudo parameter outside Fn::Sub: ${spell(each)}`] : [];
    const intrinsic = intrinsicOf(each);
    if (intrinsic !== undefined) return intrinsicFaults(intrinsic, at, template, within);
    const called = isObject(each) ? Object.keys(each).find((key) => key.startsWith("Fn::")) : undefined;
    return called === undefined ? [] : [`${at}: ${called} stands beside other keys`];
  });
}

/** The resources that this one waits for. */
function waitsFor({ properties, body, path }: CfnResource): readonly string[] {
  const named = [...walk(properties, path)].flatMap(([at, each]) => {
    const intrinsic = intrinsicOf(each);
    return intrinsic === undefined || takes[intrinsic.name]?.[1](intrinsic.argument) !== true ? [] : namesOf(intrinsic, at).map(({ name }) => name);
  });
  return [...named, ...[body["DependsOn"] ?? []].flat().map(String)];
}
const outputFaults = (value: Json | undefined, path: string): readonly string[] => (value === undefined || isText(value) ? [] : [`${path}.Value: ${spell(value)} is no text`]);
const conditionFaults = (condition: Json | undefined, path: string, { conditions }: Template): readonly string[] => (condition === undefined || conditions.has(String(condition)) ? [] : [`${path}.Condition: there is no condition ${String(condition)}`]);
function dependsOnFaults({ path, body, id }: CfnResource, template: Template): readonly string[] {
  const { resources } = template;
  const { DependsOn = [], Condition } = body;
  const listed = typeof DependsOn === "string" ? [DependsOn] : DependsOn;
  return [
    ...(isList(listed) ? listed.filter((each) => !resources.has(String(each))).map((each) => `${path}.DependsOn: there is no resource ${String(each)}`) : [`${path}.DependsOn: is ${kindOf(listed)}, not a list`]),
    ...(isList(listed) && listed.includes(id) ? [`${path}.DependsOn: names the resource itself`] : []),
    ...conditionFaults(Condition, path, template),
  ];
}

export function referenceFaults(template: Template): readonly string[] {
  const resources = [...template.resources.values()];
  const { Outputs, Conditions } = template.body;
  return [
    ...resources.flatMap((resource) => [...faultsIn(resource.properties, `${resource.path}.Properties`, template, takes), ...dependsOnFaults(resource, template)]),
    ...Object.entries(objectOf(Outputs)).flatMap(([id, output]) => [...faultsIn(output, below("Outputs", id), template, takes), ...outputFaults(objectOf(output)["Value"], below("Outputs", id)), ...conditionFaults(objectOf(output)["Condition"], below("Outputs", id), template)]),
    ...Object.entries(objectOf(Conditions)).flatMap(([id, condition]) => [
      ...faultsIn(condition, below("Conditions", id), template, { ...takes, ...conditionTakes }),
      ...(isObject(condition) && (intrinsicOf(condition)?.name ?? "") in conditionTakes ? [] : [`${below("Conditions", id)}: ${spell(condition)} is no condition`]),
    ]),
    ...circles(new Map(resources.map((resource) => [resource.id, waitsFor(resource)]))).map((circle) => `Resources: ${circle.join(" → ")} wait for each other`),
  ];
}
