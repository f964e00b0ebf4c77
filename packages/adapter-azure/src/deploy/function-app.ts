/** The function app of a unit, as far as a path says something of it: its host.json, its settings, how far it scales, and what it registers. One app holds one function, or an app's routes. */
import type { AnyFunction } from "@isobar/core";
import { defaultMemoryMb, exact, marginMs, spelledMs, unsupported, type Verdict } from "@isobar/core/plan";
import { clockOf, literal, location, longestClockSeconds, prefixed, resource, type Resource, type Resources } from "./arm.ts";
import { connectionOf, type Registration } from "./registration.ts";

/** What a target may say of any function's size and network. Of a unit's functions all have to say the same. */
export interface ScaleSettings {
  /** Instances at most. Default 100. 40 to 1,000: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#considerations (whether the least is lower no two pages agree). */
  readonly maximumInstanceCount?: number;
  /** Instances that are always there, and are paid for. Default 0. */
  readonly alwaysReady?: number;
  /** The id of the subnet that it reaches others through, delegated to Microsoft.App/environments: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#virtual-network-integration */
  readonly subnetId?: string;
}
/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes */
const instanceSizes = [512, 2048, 4096] as const;
type Memory = Pick<AnyFunction["options"], "memoryMb">;
/** The smallest instance that is enough, in megabytes; the largest where none is, which `ownApp` refuses. */
export const instanceMemoryOf = ({ memoryMb = defaultMemoryMb }: Memory): number => instanceSizes.find((size) => size >= memoryMb) ?? 4096;
/** That a function has an app of its own, and how large its instances are. `whose`: the sentence, where that is another. */
export function ownApp({ options }: { readonly options: Memory }, whose = "a function app of its own"): Verdict {
  const { memoryMb = defaultMemoryMb } = options;
  const instanceMemoryMB = instanceMemoryOf(options);
  if (memoryMb > instanceMemoryMB) return unsupported("an instance has 512, 2,048 or 4,096 MB of memory", "memoryMb: 4096");
  return exact({ "Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB": instanceMemoryMB }, memoryMb === instanceMemoryMB ? whose : `${whose}; of 512, 2,048 and 4,096 MB it gets the least that is enough for ${memoryMb}`);
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
export function scaleGap({ maximumInstanceCount: count = 100, alwaysReady = 0 }: ScaleSettings): Verdict | undefined {
  if (!(Number.isInteger(count) && count >= fewestInstances && count <= mostInstances)) return unsupported("a Flex Consumption app scales to a most of 40 to 1,000 instances", `maximumInstanceCount: ${count > mostInstances ? mostInstances : fewestInstances}`);
  return Number.isInteger(alwaysReady) && alwaysReady >= 0 && alwaysReady <= count ? undefined : unsupported(`of ${count} instances at most, so many can be always there`, `alwaysReady: ${alwaysReady > count ? count : 0}`);
}

const siteType = "Microsoft.Web/sites";

/** Variables of the environment that the run time looks up: where a function's own queue is, where a channel is. See runtime/outbox.ts. */
export const sourceVariable = (functionName: string): string => `ISOBAR_SOURCE_${connectionOf(functionName)}`;
export const queueVariable = (name: string): string => `ISOBAR_QUEUE_${connectionOf(name)}`;
export const topicVariable = (name: string): string => `ISOBAR_TOPIC_${connectionOf(name)}`;
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
  /** Whose memory it has. */
  readonly fn: { readonly options: Memory };
  readonly settings: ScaleSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly host: object;
  readonly registration: Registration;
  /** Requests that an instance works on at a time, where it is called over HTTP. */
  readonly perInstanceConcurrency?: number;
}
/** What scales together, in the words of Flex Consumption: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#per-function-scaling */
const scaleGroup = ({ app, name }: Registration): string => (app === "http" ? "http" : `function:${name}`);
/** Of one function: the app, its host.json and what it registers. */
export function functionApp({ unit, fn, settings: { maximumInstanceCount = 100, alwaysReady = 0, subnetId }, environment, host, registration, perInstanceConcurrency }: Parts): Resources {
  const site: Resource = resource(siteType, {
    name: prefixed(siteType, unit),
    kind: "functionapp,linux",
    location,
    comments: `runs ${unit}`,
    properties: {
      ...(subnetId === undefined ? {} : { virtualNetworkSubnetId: literal(subnetId) }),
      functionAppConfig: {
        scaleAndConcurrency: {
          ...(alwaysReady === 0 ? {} : { alwaysReady: [{ name: scaleGroup(registration), instanceCount: alwaysReady }] }),
          maximumInstanceCount,
          instanceMemoryMB: instanceMemoryOf(fn.options),
          ...(perInstanceConcurrency === undefined ? {} : { triggers: { http: { perInstanceConcurrency } } }),
        },
      },
      siteConfig: { appSettings: Object.entries(environment).map(([name, value]) => ({ name, value })) },
    },
  });
  return { site, "host.json": host, registration };
}
