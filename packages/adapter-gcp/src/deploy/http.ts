/** From where a unit is reached, and what its callers are told. https://cloud.google.com/run/docs/securing/ingress */
import type { PlannedBinding } from "@isobar/core/plan";
import { uriOf, type FunctionSettings } from "./function.ts";
import { labelOf, type Resource } from "./resources.ts";

/** Whether callers of the user's own reach it, not Google's services alone. */
const isCalled = ({ kind, variant }: PlannedBinding): boolean => kind === "http" || (kind === "call" && variant === "http");
/**
 * Pub/Sub, Eventarc and Cloud Scheduler are inside where they are of the function's project and post to its own URL, as they do here; who may call is IAM's to say, whatever this says.
 */
export const ingressOf = (binding: PlannedBinding): NonNullable<FunctionSettings["ingressSettings"]> => (isCalled(binding) ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY");

/** The URLs of those units that are called, each an output of Terraform's. */
export function urlsOf(bindings: readonly PlannedBinding[]): Readonly<Record<string, Resource>> {
  const units = [...new Set(bindings.filter(isCalled).map(({ unit }) => unit))];
  return Object.fromEntries(units.map((unit) => [labelOf(unit, "url"), { description: `where ${unit} is called`, value: uriOf(unit) }]));
}
