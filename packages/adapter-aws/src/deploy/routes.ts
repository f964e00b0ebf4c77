/** What front ends share: the functions behind them, and how gateways name methods and paths. */
import type { HttpFunction } from "@isobar/core";
import type { HttpSettings } from "../triggers/http/plan.ts";
import type { Fragment } from "./parts.ts";
import { logicalId, ref, type Named } from "./resources.ts";
import type { AgreedUnit } from "./units.ts";

/** A function behind a front end. */
export interface Member {
  readonly name: string;
  readonly fn: HttpFunction;
  readonly settings: HttpSettings;
}
/** A unit with its members. */
export interface Served {
  readonly unit: AgreedUnit;
  readonly members: readonly Member[];
}
/** What a template says beside its resources. */
export interface Output {
  readonly Description: string;
  readonly Value: unknown;
}
export interface FrontEnd {
  readonly fragments: readonly Fragment[];
  readonly outputs: Readonly<Record<string, Output>>;
  readonly faults: readonly string[];
}

/** Methods as a gateway routes them: GET answers HEAD too, and a preflight is OPTIONS, which `ANY` has already. The first is the function's own. */
export function methodsOf({ source: { method }, options: { cors } }: HttpFunction): readonly (readonly [method: string, what: "" | "Head" | "Preflight"])[] {
  if (method === "*") return [["ANY", ""]];
  return [[method, ""], ...(method === "GET" ? ([["HEAD", "Head"]] as const) : []), ...(cors === undefined ? [] : ([["OPTIONS", "Preflight"]] as const))];
}
/** `{rest+}` has the name that gateways give it; our own matching reads the path as it was sent. */
export const gatewayPath = (path: string): string => path.replace(/\{\w+\+\}$/, "{proxy+}");
/** A permission for a gateway to invoke a unit's function, for requests of this very API. */
export const gatewayPermission = ({ name, lambda }: AgreedUnit, what: string, arn: object): Named => [
  logicalId(name, what),
  { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: name } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: ref(lambda), Principal: "apigateway.amazonaws.com", SourceArn: arn } },
];
export const fragment = ({ unit }: Served, name: string, ...named: readonly Named[]): Fragment => ({ function: name, unit: unit.name, resources: Object.fromEntries(named) });
