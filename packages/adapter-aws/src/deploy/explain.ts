/** What was created for whom, and what it lets them do. */
import type { ComposeOptions, Explained } from "@isobar/core/plan";
import { linesOf, type Parts } from "./parts.ts";
import { referencesIn } from "./references.ts";
import type { Resource } from "./resources.ts";

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value]);
/** "OrdersQueue"; a text as it stands there. */
function spelled(resource: unknown): string {
  const [only] = referencesIn(resource).filter(({ id }) => !id.startsWith("AWS::"));
  return only?.id ?? String(fields(resource)["Fn::Sub"] ?? resource);
}
const statements = (document: unknown, who = ""): readonly string[] =>
  list(fields(document).Statement).map(fields).map(({ Principal: principal, Action: action, Resource: on, Effect: effect }) => {
    const service = fields(principal).Service;
    return `${effect === "Deny" ? "not " : ""}${service === undefined ? who : `${String(service)}: `}${list(action).map(String).join(", ")}${on === undefined ? "" : ` on ${list(on).map(spelled).join(", ")}`}`;
  });
function allows({ Type, Properties: { Policies: policies, PolicyDocument: document, Action: action, Principal: principal, FunctionName: fn } }: Resource): readonly string[] {
  if (Type === "AWS::IAM::Role") return list(policies).flatMap((policy) => statements(fields(policy).PolicyDocument));
  if (Type === "AWS::Lambda::Permission") return [`${String(principal)}: ${String(action)} on ${spelled(fn)}`];
  return statements(document);
}

/** In the template's order. */
export const explained = (parts: Parts, origin: ComposeOptions["origin"]): readonly Explained[] =>
  [...parts].map(([name, { resource, functions }]) => ({ name, type: resource.Type, functions, lines: linesOf(functions, origin), allows: allows(resource) }));
