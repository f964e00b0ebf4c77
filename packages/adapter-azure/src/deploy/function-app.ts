/** The function app of a unit, as far as a path says something of it: its host.json, its settings, how far it scales, and what it registers. One app holds one function, or an app's routes. */
import { marginMs, spelledMs, unsupported, type Verdict } from "@isobar/core/plan";
import { clockOf, location, longestClockSeconds, prefixed, resource, type Resource, type Resources } from "./arm.ts";
import { connectionOf, type Registration } from "./registration.ts";

/** What a target may say of any function's size. */
export interface ScaleSettings {
  /** Instances at most. Default 100. 40 to 1,000: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#scale (newer pages lower the least). */
  readonly maximumInstanceCount?: number;
  /** Memory of an instance: 512, 2,048 or 4,096. Default 2048. */
  readonly instanceMemoryMB?: 512 | 2048 | 4096;
}
const [fewestInstances, mostInstances] = [40, 1_000];

/** `functionTimeout` in whole seconds: ours, and what is left after it to settle. */
export const functionSecondsOf = (ms: number): number => Math.ceil((ms + marginMs) / 1000);
/** https://learn.microsoft.com/azure/azure-functions/functions-host-json: an invocation that takes longer ends its worker process. */
export const hostJson = (functionSeconds: number, extensions: Readonly<Record<string, object>> = {}): object => ({ version: "2.0", functionTimeout: clockOf(functionSeconds), ...(Object.keys(extensions).length === 0 ? {} : { extensions }) });
/** To the first byte of an answer, whatever functionTimeout says: https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout, note 1. */
const longestAnswerMs = 230_000;
/** A request that would be given up before its function is; `undefined` where none is. */
export const answerGap = (timeoutMs: number, or = ""): Verdict | undefined =>
  functionSecondsOf(timeoutMs) * 1000 > longestAnswerMs ? unsupported("the platform's load balancer waits 230 s for the first byte of an answer", `timeout: "${spelledMs(longestAnswerMs - marginMs)}"${or}`) : undefined;
/** A `functionTimeout` that cannot be written; `undefined` where it can. */
export const timeoutGap = (functionSeconds: number): Verdict | undefined => (functionSeconds > longestClockSeconds ? unsupported("host.json takes a functionTimeout of less than a day", `a timeout of ${Math.floor(longestClockSeconds / 3_600)}h`) : undefined);
export const scaleGap = ({ maximumInstanceCount: count = 100 }: ScaleSettings): Verdict | undefined =>
  count >= fewestInstances && count <= mostInstances ? undefined : unsupported("a Flex Consumption app scales to a most of 40 to 1,000 instances", `maximumInstanceCount: ${count < fewestInstances ? fewestInstances : mostInstances}`);

/** Variables of the environment that the run time looks up: where a function's own queue is, where a channel is. See runtime/outbox.ts. */
export const sourceVariable = (functionName: string): string => `ISOBAR_SOURCE_${connectionOf(functionName)}`;
export const queueVariable = (name: string): string => `ISOBAR_QUEUE_${connectionOf(name)}`;
const busHost = "[concat(variables('serviceBus'), '.servicebus.windows.net')]";
export const busSettings = { ISOBAR_SERVICE_BUS: busHost } as const;
/** An identity-based connection, in the words of the extension that reads it: https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections */
export const connections = {
  serviceBus: (name: string) => ({ [`${name}__fullyQualifiedNamespace`]: busHost }),
  eventHubs: (name: string) => ({ [`${name}__fullyQualifiedNamespace`]: "[concat(variables('eventHubs'), '.servicebus.windows.net')]" }),
  cosmosDb: (name: string) => ({ [`${name}__accountEndpoint`]: "[concat('https://', variables('cosmosDb'), '.documents.azure.com:443/')]" }),
  storageQueues: (name: string) => ({ [`${name}__queueServiceUri`]: "[concat('https://', variables('storage'), '.queue.core.windows.net')]" }),
} as const;

interface Parts {
  readonly unit: string;
  readonly settings: ScaleSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly host: object;
  readonly registration: Registration;
  /** Requests that an instance works on at a time, where it is called over HTTP. */
  readonly perInstanceConcurrency?: number;
}
/** Of one function: the app, its host.json and what it registers. */
export function functionApp({ unit, settings: { maximumInstanceCount = 100, instanceMemoryMB = 2048 }, environment, host, registration, perInstanceConcurrency }: Parts): Resources {
  const site: Resource = resource("Microsoft.Web/sites", {
    name: prefixed(unit),
    kind: "functionapp,linux",
    location,
    comments: `runs ${unit}`,
    properties: {
      functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount, instanceMemoryMB, ...(perInstanceConcurrency === undefined ? {} : { triggers: { http: { perInstanceConcurrency } } }) } },
      siteConfig: { appSettings: Object.entries(environment).map(([name, value]) => ({ name, value })) },
    },
  });
  return { site, "host.json": host, registration };
}
