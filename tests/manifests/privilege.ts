/** What manifests let anyone do beyond what is needed, in each cloud's words: read from the manifest alone, knowing nothing of who wrote it. */
import { isList, isObject, spell, walk, type Json, type JsonObject } from "./check/json.ts";

const listed = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : isList(value) ? value : [value]);
const objectsIn = (manifest: unknown): readonly JsonObject[] => [...walk(manifest as Json, "")].flatMap(([, value]) => (isObject(value) ? [value] : []));

/** Actions for which no resource can be named: docs.aws.amazon.com/service-authorization (X-Ray, DynamoDB) and docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (EC2). */
const onEverything = /^(?:xray:Put(?:TraceSegments|TelemetryRecords)|dynamodb:ListStreams|ec2:(?:Create|Delete)NetworkInterface|ec2:Describe(?:NetworkInterfaces|Subnets)|ec2:(?:Una|A)ssignPrivateIpAddresses)$/;
export function widerOnAws(template: unknown): readonly string[] {
  const statements = objectsIn(template).filter((each) => each["Effect"] !== undefined && (each["Action"] !== undefined || each["NotAction"] !== undefined));
  return statements.flatMap((statement) => {
    const [actions, resources, principals] = [listed(statement["Action"]), listed(statement["Resource"]), listed(statement["Principal"])];
    return [
      ...(statement["NotAction"] === undefined && statement["NotResource"] === undefined && statement["NotPrincipal"] === undefined ? [] : [`${spell(statement["Sid"])} allows all but something`]),
      ...actions.filter((action) => typeof action !== "string" || action.includes("*")).map((action) => `the action ${spell(action)}`),
      ...(resources.includes("*") ? actions.filter((action) => !onEverything.test(String(action))).map((action) => `${spell(action)} on everything`) : []),
      ...principals.filter((principal) => principal === "*" || (isObject(principal) && Object.values(principal).includes("*"))).map(() => `${spell(statement["Sid"])} is for everybody`),
    ];
  });
}

/** Built-in roles that allow anything, or to allow: learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged. */
const privileged = ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "f58310d9-a9f6-439a-9e8d-f62e7b41a168"];
export const widerOnAzure = (template: unknown): readonly string[] =>
  objectsIn(template).flatMap((each) => {
    const text = JSON.stringify(each["properties"] ?? null);
    if (each["type"] === "Microsoft.Authorization/roleDefinitions") return ["a role of its own"];
    if (each["type"] !== "Microsoft.Authorization/roleAssignments") return [];
    return [...(typeof each["scope"] === "string" ? [] : [`${spell(each["name"])} is for the whole resource group`]), ...privileged.filter((guid) => text.includes(guid)).map((guid) => `the role ${guid}`)];
  });

/**
 * Where no less than the project can be named: Eventarc hands over to whoever receives events in a project, and makes the topic itself that a bucket's service agent publishes to.
 * docs.cloud.google.com/eventarc/docs/roles-permissions, docs.cloud.google.com/eventarc/standard/docs/run/route-trigger-cloud-storage
 */
const isOfProject = (role: Json | undefined, member: Json | undefined): boolean => role === "roles/eventarc.eventReceiver" || (role === "roles/pubsub.publisher" && /^(?:serviceAccount:)?\$\{data\.google_storage_project_service_account\./.test(String(member)));
export const widerOnGoogleCloud = (manifest: unknown): readonly string[] => {
  const { resource = {} } = manifest as { readonly resource?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> };
  return Object.entries(resource).flatMap(([type, all]) => Object.entries(all).flatMap(([label, { role, member, members }]) => {
    if (!type.includes("_iam_")) return [];
    const everybody = [member, ...listed(members)].filter((each) => each === "allUsers" || each === "allAuthenticatedUsers");
    return [
      ...(/^roles\/(?:owner|editor|viewer)$|[aA]dmin$/.test(String(role)) ? [`${type}.${label}: ${spell(role)}`] : []),
      ...(type.startsWith("google_project_") && !isOfProject(role, member) ? [`${type}.${label}: ${spell(role)} on the whole project`] : []),
      ...(type.endsWith("_iam_member") ? [] : [`${type}.${label}: takes what others were given`]),
      ...(everybody.length > 0 && !(type === "google_cloud_run_service_iam_member" || type === "google_cloud_run_v2_service_iam_member") ? [`${type}.${label}: is for everybody`] : []),
    ];
  }));
};
