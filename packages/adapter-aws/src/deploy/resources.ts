/** CloudFormation resources, as a template has them, and how one refers to another. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  /** What of the app it is for; the template keeps it. Of what several functions share it names the channel alone. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html */
  readonly Metadata?: { readonly Isobar: Readonly<Record<string, string>> };
  readonly DependsOn?: readonly string[];
  /** What becomes of it when it leaves the stack, or is replaced. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
  readonly DeletionPolicy?: "Delete" | "Retain" | "RetainExceptOnCreate";
  readonly UpdateReplacePolicy?: "Delete" | "Retain";
}
export type Resources = Readonly<Record<string, Resource>>;
/** One with its logical id. */
export type Named = readonly [id: string, resource: Resource];

/** A logical id: letters and digits. "orders-failed" and "Queue" are "OrdersFailedQueue". */
export const logicalId = (name: string, what: string): string => `${name.replace(/(?:^|-)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())}${what}`;
export const getAtt = (id: string, attribute = "Arn") => ({ "Fn::GetAtt": [id, attribute] as const });
export const ref = (id: string) => ({ Ref: id });
export const sub = (text: string) => ({ "Fn::Sub": text });
/** A name that is ours to choose, where CloudFormation wants one or another resource has to know it beforehand: of the stack, so that two copies of an app live in one account. A manifest says app and stage instead (naming.ts). */
export const ownName = (channel: string): string => `\${AWS::StackName}-${channel}`;

/** The logical id that a reference names; `undefined` for anything else. */
export function referred(value: unknown): string | undefined {
  const [id] = (value as { readonly "Fn::GetAtt"?: readonly string[] } | null | undefined)?.["Fn::GetAtt"] ?? [];
  return id ?? (value as { readonly Ref?: string } | null | undefined)?.Ref;
}
export const ofType = (resources: Readonly<Record<string, object>>, type: string): readonly (readonly [id: string, resource: Resource])[] =>
  Object.entries(resources as Resources).filter(([, { Type }]) => Type === type);
