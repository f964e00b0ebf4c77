/** What AWS says of its resources: @aws-cdk/aws-service-spec, every type that CloudFormation has. Loaded once, in a third of a second. */
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { Property, PropertyType, Resource, ResourceProperties, SpecDatabase } from "@aws-cdk/service-spec-types";

export type { Property, PropertyType, ResourceProperties };
let database: SpecDatabase | undefined;
const spec = (): SpecDatabase => (database ??= loadAwsServiceSpecSync());

/** `undefined` for a type that CloudFormation has not got, and for those that only a transform has. */
export function resourceSpec(type: string): Resource | undefined {
  const [found] = spec().lookup("resource", "cloudFormationType", "equals", type);
  return found?.cloudFormationTransform === undefined ? found : undefined;
}
export const isCustom = (type: string): boolean => type.startsWith("Custom::") || type === "AWS::CloudFormation::CustomResource";
export const definitionOf = (type: Extract<PropertyType, { readonly type: "ref" }>) => spec().get("typeDefinition", type.reference);

/** What Fn::GetAtt gives; `undefined` where it gives nothing. What custom resources and nested stacks give is theirs to say. */
export function attributeType(type: string, attribute: string): PropertyType | undefined {
  if (isCustom(type) || (type === "AWS::CloudFormation::Stack" && attribute.startsWith("Outputs."))) return { type: "json" };
  return resourceSpec(type)?.attributes[attribute]?.type;
}
/** The identifiers that Ref gives, by name of property or attribute. */
export function refIdentifiers(type: string): readonly string[] {
  const resource = resourceSpec(type);
  return resource?.cfnRefIdentifier ?? resource?.primaryIdentifier ?? [];
}
/** The type at a path such as `Targets[].RetryPolicy.MaximumRetryAttempts`; `undefined` where there is none. For tables that name properties. */
export function typeAt(type: string, path: string): PropertyType | undefined {
  let properties: ResourceProperties | undefined = resourceSpec(type)?.properties;
  let found: PropertyType | undefined;
  for (const step of path.split(".")) {
    const [, name, list] = /^(\w+)(\[\])?$/.exec(step)!;
    found = properties?.[name!]?.type;
    if (list !== undefined) found = found?.type === "array" ? found.element : undefined;
    properties = found?.type === "ref" ? definitionOf(found).properties : undefined;
  }
  return found;
}
