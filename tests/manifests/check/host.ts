/** host.json of a function app against SchemaStore's schema (vendor README) by ajv, told in sentences of our own. */
import { Ajv, type ErrorObject } from "ajv";
import formats from "ajv-formats";
import { below, isObject, kindOf, objectOf, oneOf, shapeFaults, spell, type Check, type Json } from "./json.ts";
import { vendorFile } from "./vendor.ts";

/** The schema is of all versions, each a branch whose errors bury the others': ours is compiled alone. */
const compiled = () => {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
  formats.default(ajv);
  const { definitions } = vendorFile("azure/host.schema.json") as { readonly definitions: object };
  return ajv.compile({ $schema: "http://json-schema.org/draft-07/schema#", definitions, $ref: "#/definitions/version-2" });
};
let validator: ReturnType<typeof compiled> | undefined;

const placeOf = (pointer: string): string => pointer.split("/").slice(1).reduce((path, step) => below(path, /^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")), "");
const at = (place: string, key?: string): string => (key === undefined ? place || "host.json" : below(place, key));
/** Where a setting has several shapes, one is the current and the others are of older extensions: what is wrong with the nearest is told. */
function sentences(errors: readonly ErrorObject[]): readonly string[] {
  const choices = errors.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  const inChoice = (error: ErrorObject) => choices.some((choice) => error !== choice && error.instancePath.startsWith(choice.instancePath) && error.schemaPath.startsWith(choice.schemaPath));
  const nearest = choices.flatMap((choice) => {
    const branches = Map.groupBy(errors.filter((error) => error !== choice && error.schemaPath.startsWith(choice.schemaPath)), ({ schemaPath }) => schemaPath.slice(choice.schemaPath.length).split("/")[1]);
    const [best] = [...branches.values()].toSorted((a, b) => a.length - b.length);
    return (best ?? []).map(sentence);
  });
  return [...new Set([...errors.filter((error) => !choices.includes(error) && !inChoice(error)).map(sentence), ...nearest])];
}
function sentence({ keyword, instancePath, params, data, message }: ErrorObject): string {
  const place = placeOf(instancePath);
  const more = params as Readonly<Record<string, unknown>>;
  const told: Readonly<Record<string, () => string>> = {
    additionalProperties: () => `${at(place, String(more["additionalProperty"]))}: there is no such setting`,
    required: () => `${at(place)}: ${String(more["missingProperty"])} is missing`,
    type: () => `${at(place)}: is ${kindOf(data)}, not ${String(more["type"]) === "integer" ? "an integer" : String(more["type"]) === "object" ? "an object" : `a ${String(more["type"])}`}`,
    enum: () => `${at(place)}: ${spell(data)} is not ${oneOf((more["allowedValues"] as readonly Json[]).map(spell))}`,
    const: () => `${at(place)}: ${spell(data)} is not ${spell(more["allowedValue"])}`,
    pattern: () => `${at(place)}: ${spell(data)} does not match ${String(more["pattern"])}`,
    minimum: () => `${at(place)}: ${spell(data)} is under ${String(more["limit"])}`,
    maximum: () => `${at(place)}: ${spell(data)} is over ${String(more["limit"])}`,
  };
  return told[keyword]?.() ?? `${at(place)}: ${spell(data)} ${message ?? keyword}`;
}
/** The schema lets anything stand there. https://learn.microsoft.com/azure/azure-functions/functions-host-json#logging */
const ofLogging = ["applicationInsights", "console", "fileLoggingMode", "logLevel"];
/** Any text is an id to the schema; the host knows these. https://learn.microsoft.com/azure/azure-functions/extension-bundles */
const bundles = ["Microsoft.Azure.Functions.ExtensionBundle", "Microsoft.Azure.Functions.ExtensionBundle.Preview"];
function bundleFaults(bundle: Json | undefined): readonly string[] {
  if (!isObject(bundle)) return [];
  const { id, version } = bundle;
  return [
    ...shapeFaults(bundle, "extensionBundle", ["id", "version"], Object.keys(bundle)),
    ...(typeof id === "string" && !bundles.includes(id) ? [`extensionBundle.id: ${spell(id)} is not ${oneOf(bundles)}`] : []),
    ...(typeof version === "string" && !/^[[(]\d+\.(?:\*|\d+\.\d+)(?:, ?\d+\.\d+\.\d+)?[\])]$/.test(version) ? [`extensionBundle.version: ${spell(version)} is no range of versions, such as "[4.*, 5.0.0)"`] : []),
  ];
}
/** Every fault of a host.json. */
export const hostFaults: Check = (manifest) => {
  validator ??= compiled();
  return [...(validator(manifest) ? [] : sentences(validator.errors ?? [])), ...(isObject(objectOf(manifest)["logging"]) ? shapeFaults(objectOf(manifest)["logging"], "logging", [], ofLogging) : []), ...bundleFaults(objectOf(manifest)["extensionBundle"])];
};
