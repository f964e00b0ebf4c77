/**
 * Provisioned concurrency is of a published version, and whoever calls the function then calls an alias of it. https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 *
 * A version is a copy: a template that always says the same of it would leave the alias at the first code for ever. So its description tells the code, by a parameter that the printed command fills with the
 * digest of the bundle, and the function's settings, by theirs: another description is another version. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-version.html
 */
import { digest } from "./naming.ts";
import type { Part, Parts } from "./parts.ts";
import { redirected, referencesIn } from "./references.ts";
import { getAtt, logicalId, ref, sub, type Resource } from "./resources.ts";
import type { AgreedUnit } from "./units.ts";

/** The alias's name. */
const live = "live";
/** What a template asks whoever deploys it. */
export interface Parameter {
  readonly Type: "String";
  readonly Description: string;
}
/** The parameter that tells a unit's code. */
export const codeParameter = (unit: string): string => logicalId(unit, "Code");
export const provisioned = (units: readonly AgreedUnit[]): readonly AgreedUnit[] => units.filter(({ settings }) => settings.provisionedConcurrency !== undefined);
export const codeParameters = (units: readonly AgreedUnit[]): Readonly<Record<string, Parameter>> =>
  Object.fromEntries(provisioned(units).map(({ name }) => [codeParameter(name), { Type: "String", Description: `the beginning of the SHA-256 digest of ${name}/index.mjs: another one publishes another version` } as const]));

/** They name function and alias each for itself. */
const twoNames: ReadonlySet<string> = new Set(["AWS::Lambda::Url", "AWS::Lambda::EventInvokeConfig"]);
const qualified = ({ DependsOn = [], ...resource }: Resource, alias: string): Resource => ({ ...resource, Properties: { ...resource.Properties, Qualifier: live }, DependsOn: [...DependsOn, alias] });

/** What a version does not hold: another one would be published of nothing new, which CloudFormation refuses. https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html */
const unversioned: ReadonlySet<string> = new Set(["ReservedConcurrentExecutions", "Tags", "RecursiveLoop", "RuntimeManagementConfig", "CodeSigningConfigArn"]);
/** A digest of all that a version holds but its code: names of what is referred to as well, since another name is another address. */
function settingsOf(fn: Resource, named: (id: string) => Resource | undefined): string {
  const properties = Object.entries(fn.Properties).filter(([key]) => !unversioned.has(key));
  const names = referencesIn(properties).map(({ id }) => {
    const { QueueName, TopicName, LogGroupName } = named(id)?.Properties ?? {};
    return QueueName ?? TopicName ?? LogGroupName ?? id;
  });
  return digest(JSON.stringify([properties, names]));
}

/** Parts with a version and an alias of each unit that has provisioned concurrency, which everything calls that called the function. `deployed`: a resource with all that will be laid over it. */
export function aliased(parts: Parts, units: readonly AgreedUnit[], deployed: (id: string, resource: Resource) => Resource): Parts {
  return provisioned(units).reduce((sofar, { name, lambda, settings: { provisionedConcurrency } }) => {
    const fn = sofar.get(lambda);
    if (fn === undefined) return sofar;
    const [version, alias] = [logicalId(name, "Version"), logicalId(name, "Alias")];
    const { Metadata } = fn.resource;
    const about = Metadata === undefined ? {} : { Metadata };
    // The alias's ARN: names and ARNs with an alias behind them are taken wherever a function's are.
    const to = ({ id, attribute }: { readonly id: string; readonly attribute?: string }) => (id === lambda && (attribute === undefined || attribute === "Arn") ? { text: `\${${alias}}` } : undefined);
    const rewired = [...sofar].map(([id, part]): readonly [string, Part] => {
      const { resource } = part;
      if (!referencesIn(resource.Properties).some((each) => each.id === lambda)) return [id, part];
      return [id, { ...part, resource: twoNames.has(resource.Type) ? qualified(resource, alias) : { ...resource, Properties: redirected(resource.Properties, to) } }];
    });
    const settings = settingsOf(deployed(lambda, fn.resource), (id) => (sofar.has(id) ? deployed(id, sofar.get(id)!.resource) : undefined));
    const own: readonly (readonly [string, Resource])[] = [
      [version, { Type: "AWS::Lambda::Version", ...about, Properties: { FunctionName: ref(lambda), Description: sub(`code \${${codeParameter(name)}}, settings ${settings}`) } }],
      [alias, { Type: "AWS::Lambda::Alias", ...about, Properties: { FunctionName: ref(lambda), FunctionVersion: getAtt(version, "Version"), Name: live, ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: provisionedConcurrency } } }],
    ];
    return new Map([...rewired, ...own.map(([id, resource]) => [id, { ...fn, resource }] as const)]);
  }, parts);
}
