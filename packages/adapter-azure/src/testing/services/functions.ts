/**
 * The host: how many invocations one worker process works on at a time, what ends it, and how many there are. Several share a process, and a crash or a timeout ends all of them (delivery-semantics §12, 11):
 * https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout, "the language worker process restarts".
 */
import { IsobarError, type Hosting, type Rendered } from "@isobar/core/adapter";
import { ofType, secondsInClock } from "../../deploy/arm.ts";
import type { Registration } from "../../deploy/registration.ts";

export type Fields = Readonly<Record<string, unknown>>;
/** What the rules read of any rendered function app. Throws `unsupported` where there is none, or where it has another trigger. */
export function appIn({ resources }: Rendered, app: Registration["app"]) {
  const { registration, "host.json": host } = resources as { readonly registration?: Registration; readonly "host.json"?: { readonly functionTimeout?: string; readonly extensions?: Readonly<Record<string, Fields>> } };
  if (registration?.app !== app) throw new IsobarError("unsupported", `no ${app} trigger is rendered`);
  const [site] = ofType(resources, "Microsoft.Web/sites");
  const { functionAppConfig, siteConfig } = (site?.properties ?? {}) as {
    readonly functionAppConfig?: { readonly scaleAndConcurrency?: { readonly maximumInstanceCount?: number; readonly triggers?: { readonly http?: { readonly perInstanceConcurrency?: number } } } };
    readonly siteConfig?: { readonly appSettings?: readonly { readonly name: string; readonly value: string }[] };
  };
  return {
    options: registration.options,
    extensions: host?.extensions ?? {},
    /** Without a setting 30 minutes on Flex Consumption. */
    functionMs: (host?.functionTimeout === undefined ? 1_800 : secondsInClock(host.functionTimeout)) * 1000,
    /** Without a setting 100: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan */
    instances: functionAppConfig?.scaleAndConcurrency?.maximumInstanceCount ?? 100,
    perInstance: functionAppConfig?.scaleAndConcurrency?.triggers?.http?.perInstanceConcurrency ?? 16,
    environment: Object.fromEntries((siteConfig?.appSettings ?? []).map(({ name, value }) => [name, value])) as Readonly<Record<string, string>>,
  };
}
export type AppIn = ReturnType<typeof appIn>;
export const hostingOf = ({ functionMs, instances }: AppIn, concurrency: number): Hosting => ({ concurrency, maxInstances: instances, timeoutMs: functionMs, onTimeout: "ends-instance" });
