/** A CloudFormation template's skeleton: its sections, what may stand beside a resource, and its limits. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
import { below, isList, isObject, kindOf, objectOf, oneOf, sectionFaults, shapeFaults, spell, type Json, type JsonObject } from "../json.ts";

export interface CfnResource {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly body: JsonObject;
}
export interface Template {
  readonly body: JsonObject;
  /** Logical id → parameter type. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly conditions: ReadonlySet<string>;
  readonly mappings: ReadonlySet<string>;
  readonly resources: ReadonlyMap<string, CfnResource>;
}
const sections = ["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs"];
const besideResource = ["Properties", "Metadata", "DependsOn", "Condition", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy"];
const besideParameter = ["Default", "AllowedValues", "AllowedPattern", "ConstraintDescription", "Description", "MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho"];
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: entries of a section, characters of a description. */
const limits = { Parameters: 200, Mappings: 200, Resources: 500, Outputs: 200 } as const;
const longestDescription = 1024;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html, without the types of one service. */
const parameterType = /^(?:String|Number|List<Number>|CommaDelimitedList|(?:List<)?AWS::(?:EC2|SSM|Route53)::[\w:]+(?:<[\w:<>]+>)?>?)$/;

/** What `aws cloudformation package` makes of a local path before CloudFormation sees it: a bucket and a key. https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html */
const packaged: Readonly<Record<string, string>> = { "AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content" };
function packagedProperties(type: string, properties: JsonObject): JsonObject {
  const key = packaged[type];
  return key !== undefined && typeof properties[key] === "string" && /^\.{1,2}\//.test(properties[key]) ? { ...properties, [key]: { S3Bucket: "packaged", S3Key: properties[key] } } : properties;
}

export function templateOf(manifest: unknown): Template {
  const body = objectOf(manifest);
  const resources = Object.entries(objectOf(body["Resources"])).map(([id, each]) => {
    const resource = objectOf(each);
    const type = typeof resource["Type"] === "string" ? resource["Type"] : "";
    return [id, { id, path: `Resources.${id}`, type, properties: packagedProperties(type, objectOf(resource["Properties"])), body: resource }] as const;
  });
  const parameters = Object.entries(objectOf(body["Parameters"])).map(([id, each]) => [id, String(objectOf(each)["Type"])] as const);
  return { body, parameters: new Map(parameters), conditions: new Set(Object.keys(objectOf(body["Conditions"]))), mappings: new Set(Object.keys(objectOf(body["Mappings"]))), resources: new Map(resources) };
}

function resourceFaults({ path, body }: CfnResource): readonly string[] {
  const { Type, Properties, Metadata, DeletionPolicy, UpdateReplacePolicy } = body;
  const policies = ["Delete", "Retain", "Snapshot", "RetainExceptOnCreate"];
  return [
    ...shapeFaults(body, path, ["Type"], besideResource),
    ...Object.entries({ Properties, Metadata }).flatMap(([key, value]) => (value === undefined || isObject(value) ? [] : [`${below(path, key)}: is ${kindOf(value)}, not an object`])),
    ...(Type !== undefined && typeof Type !== "string" ? [`${path}.Type: is ${kindOf(Type)}, not a string`] : []),
    ...Object.entries({ DeletionPolicy, UpdateReplacePolicy }).flatMap(([key, value]) => (value === undefined || policies.includes(value as string) ? [] : [`${below(path, key)}: ${spell(value)} is not ${oneOf(policies)}`])),
  ];
}
const parameterFaults = (id: string, value: Json): readonly string[] => {
  const { Type, Default, AllowedValues } = objectOf(value);
  return [
    ...shapeFaults(value, `Parameters.${id}`, ["Type"], besideParameter),
    ...(Type !== undefined && !(typeof Type === "string" && parameterType.test(Type)) ? [`Parameters.${id}.Type: ${spell(Type)} is no parameter type`] : []),
    ...[Default ?? "", ...(isList(AllowedValues) ? AllowedValues : [])].filter((each) => typeof each !== "string" && typeof each !== "number").map((each) => `Parameters.${id}: ${spell(each)} is no value of a parameter`),
    ...(AllowedValues !== undefined && !isList(AllowedValues) ? [`Parameters.${id}.AllowedValues: is ${kindOf(AllowedValues)}, not a list`] : []),
    ...(isList(AllowedValues) && Default !== undefined && !AllowedValues.includes(Default) ? [`Parameters.${id}.Default: ${spell(Default)} is not among AllowedValues`] : []),
  ];
};

export function skeletonFaults(manifest: unknown): readonly string[] {
  if (!isObject(manifest)) return [`the template is ${kindOf(manifest)}, not an object`];
  const { resources } = templateOf(manifest);
  const { AWSTemplateFormatVersion: version, Description } = manifest;
  const ids = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"].flatMap((section) => Object.keys(objectOf(manifest[section])).map((id) => [section, id] as const));
  return [
    // A transform is a macro: what it makes is not in the file, and the deployer has to allow it (CAPABILITY_AUTO_EXPAND).
    ...Object.keys(manifest).filter((key) => !sections.includes(key)).map((key) => `${key}: no section of a plain template`),
    ...(version !== undefined && version !== "2010-09-09" ? [`AWSTemplateFormatVersion: ${spell(version)} is not "2010-09-09"`] : []),
    ...(Description !== undefined && (typeof Description !== "string" || Description.length > longestDescription) ? [`Description: is no string of up to ${longestDescription} characters`] : []),
    ...sectionFaults(manifest, ...sections.slice(2)),
    ...(resources.size === 0 ? ["Resources: there are none"] : []),
    ...Object.entries(limits).flatMap(([section, most]) => (Object.keys(objectOf(manifest[section])).length > most ? [`${section}: more than ${most}`] : [])),
    ...ids.filter(([, id]) => !/^[A-Za-z0-9]{1,255}$/.test(id)).map(([section, id]) => `${section}.${id}: a logical id is letters and digits, 255 at most`),
    ...[...resources.values()].flatMap(resourceFaults),
    ...Object.entries(objectOf(manifest["Parameters"])).flatMap(([id, value]) => parameterFaults(id, value)),
    ...Object.entries(objectOf(manifest["Outputs"])).flatMap(([id, value]) => shapeFaults(value, `Outputs.${id}`, ["Value"], ["Description", "Export", "Condition"])),
  ];
}
