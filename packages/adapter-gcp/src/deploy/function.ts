/** The Cloud Run function of a unit: its size, its timeout, and what becomes of a delivery that finds none of it free. */
import type { AnyFunction } from "@isobar/core";
import { approximated, defaultMemoryMb, emulated, exact, marginMs, unsupported, type Verdict } from "@isobar/core/plan";
import { labelOf, type Resource } from "./resources.ts";

/** What a target may say of a function's size, and of where it is reached from and reaches. https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#ServiceConfig */
export interface FunctionSettings {
  /** Instances at most. Default 100, which is the service's own default too. */
  readonly maxInstanceCount?: number;
  /** Requests that one instance works on at a time, 1 to 1,000. Default 10, and 1 under one vCPU. */
  readonly maxInstanceRequestConcurrency?: number;
  /** Instances that are there also when nothing is to be done. Default 0. */
  readonly minInstanceCount?: number;
  /** vCPUs of an instance: 0.08 to 1, or 2, 4, 6, 8. Default 1, and for more than 4 GB of memory what they need. */
  readonly availableCpu?: number;
  /** From where it can be reached, whoever may call. Default: from everywhere for requests and calls, else from Google's own services in this project. */
  readonly ingressSettings?: "ALLOW_ALL" | "ALLOW_INTERNAL_ONLY" | "ALLOW_INTERNAL_AND_GCLB";
  /** A Serverless VPC Access connector by which it reaches a network: "projects/P/locations/R/connectors/C", or an expression of Terraform's. */
  readonly vpcConnector?: string;
  /** What goes that way. Default: what goes to private addresses. */
  readonly vpcConnectorEgressSettings?: "PRIVATE_RANGES_ONLY" | "ALL_TRAFFIC";
  /** A subnetwork that it reaches without a connector (Direct VPC egress): "projects/P/regions/R/subnetworks/S", or an expression of Terraform's. The manifest then asks for 7.21 of Terraform's provider. */
  readonly directVpcSubnetwork?: string;
  /** What goes that way. Default: what goes to private addresses. */
  readonly directVpcEgress?: "VPC_EGRESS_PRIVATE_RANGES_ONLY" | "VPC_EGRESS_ALL_TRAFFIC";
}
/** Those of a unit: members that say different things are refused. */
export const unitSettings = ["maxInstanceCount", "maxInstanceRequestConcurrency", "minInstanceCount", "availableCpu", "ingressSettings", "vpcConnector", "vpcConnectorEgressSettings", "directVpcSubnetwork", "directVpcEgress"] as const satisfies readonly (keyof FunctionSettings)[];
/** https://cloud.google.com/run/docs/about-concurrency */
const mostConcurrency = 1_000;
/** vCPUs, from so many on, and the megabytes of memory that go with them: https://cloud.google.com/run/docs/configuring/services/cpu#cpu-memory */
const sizes = [[0.08, 128, 512], [0.5, 128, 1_024], [1, 128, 4_096], [2, 128, 8_192], [4, 2_048, 16_384], [6, 4_096, 24_576], [8, 4_096, 32_768]] as const;
/** Above one vCPU these alone; below, any fraction. */
const wholeCpus: ReadonlySet<number> = new Set([1, 2, 4, 6, 8]);
const isCpu = (cpu: number): boolean => wholeCpus.has(cpu) || (cpu >= sizes[0][0] && cpu < 1);
/** What is wrong with a size of instance; `undefined` where it can be had. */
export function sizeFault(cpu: number, memoryMb: number): { readonly why: string; readonly nearest: string } | undefined {
  if (!isCpu(cpu)) return { why: "an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8", nearest: `availableCpu: ${[...wholeCpus].find((each) => each >= cpu) ?? 8}` };
  const [, least, most] = sizes.findLast(([from]) => from <= cpu)!;
  if (memoryMb >= least && memoryMb <= most) return undefined;
  return { why: `${cpu} vCPU go with ${least} to ${most} MB of memory, and this has ${memoryMb}`, nearest: `memoryMb: ${memoryMb < least ? least : most}${memoryMb > sizes.at(-1)![2] ? "" : `, or availableCpu: ${cpuFor(memoryMb)}`}` };
}
/** The whole vCPUs that so much memory needs. */
const cpuFor = (memoryMb: number): number => sizes.find(([cpu, , most]) => cpu >= 1 && memoryMb <= most)?.[0] ?? 8;
/** Fewer requests at a time than this, and a burst of a few messages is turned away. */
const enoughRequests = 10;
/** A wait that is shorter brings a message that was turned away again before Cloud Run has started an instance for it. */
const enoughWaitMs = 10_000;

export const functionKey = (unit: string): string => `google_cloudfunctions2_function.${labelOf(unit)}`;
/** Where a unit is called: its URL, which is the audience of its callers' tokens too. */
export const uriOf = (unit: string): string => `\${${functionKey(unit)}.service_config[0].uri}`;

/** The platform's own timeout in seconds: ours, and what is left after it to settle. */
export const nativeSeconds = (timeoutMs: number): number => Math.ceil((timeoutMs + marginMs) / 1000);

/** How many requests at a time the function takes, and by what. */
export function capacityOf({ fn, settings }: { readonly fn: Pick<AnyFunction, "options">; readonly settings: FunctionSettings }) {
  const { memoryMb = defaultMemoryMb } = fn.options;
  const { maxInstanceCount: instances = 100, minInstanceCount: least = 0, availableCpu: cpu = cpuFor(memoryMb), maxInstanceRequestConcurrency: concurrency = cpu < 1 ? 1 : 10 } = settings;
  return { instances, least, concurrency, cpu, memoryMb, requests: instances * concurrency };
}
export type Capacity = ReturnType<typeof capacityOf>;

/** The function as far as its path says something of it; `environment`: addresses that its run time looks up. */
export const functionResource = ({ instances, least, concurrency, cpu, memoryMb }: Capacity, timeoutSeconds: number, environment: Readonly<Record<string, string>> = {}): Resource => ({
  service_config: {
    timeout_seconds: timeoutSeconds,
    min_instance_count: least,
    max_instance_count: instances,
    max_instance_request_concurrency: concurrency,
    available_cpu: String(cpu),
    available_memory: `${memoryMb}Mi`,
    ...(Object.keys(environment).length === 0 ? {} : { environment_variables: environment }),
  },
});
const settingsOf = ({ instances, concurrency, cpu }: Capacity) => ({
  "google_cloudfunctions2_function service_config.max_instance_count": instances,
  "google_cloudfunctions2_function service_config.max_instance_request_concurrency": concurrency,
  "google_cloudfunctions2_function service_config.available_cpu": String(cpu),
});

/** A size that cannot be deployed; `undefined` where it can. */
export function sizeGap({ instances, least, concurrency, cpu, memoryMb }: Capacity): Verdict | undefined {
  if (!(instances >= 1)) return unsupported("a function without instances runs nothing", "maxInstanceCount: 1");
  if (!(least >= 0 && least <= instances)) return unsupported(`between 0 and ${instances} instances can always be there`, `minInstanceCount: ${least > 0 ? instances : 0}`);
  if (!(concurrency >= 1 && concurrency <= mostConcurrency)) return unsupported("an instance works on 1 to 1,000 requests at a time", `maxInstanceRequestConcurrency: ${concurrency < 1 ? 1 : mostConcurrency}`);
  if (concurrency > 1 && cpu < 1) return unsupported("an instance of less than one vCPU works on one request at a time", "availableCpu: 1");
  const fault = sizeFault(cpu, memoryMb);
  return fault === undefined ? undefined : unsupported(fault.why, fault.nearest);
}
/** A function of its own, with its own account, in the network that it is given. `note`: what else there is to say. */
export function isolationOf({ vpcConnector, vpcConnectorEgressSettings, directVpcSubnetwork, directVpcEgress }: FunctionSettings, note = "a Cloud Run function of its own, with its own service account"): Verdict {
  // https://docs.cloud.google.com/functions/docs/running/direct-vpc#limitations
  if (vpcConnector !== undefined && directVpcSubnetwork !== undefined) return unsupported("a function reaches a network by a connector or by Direct VPC egress, never by both", "directVpcSubnetwork alone");
  if (vpcConnector === undefined && vpcConnectorEgressSettings !== undefined) return unsupported("vpcConnectorEgressSettings say what goes to a connector, and there is none", "vpcConnector");
  if (directVpcSubnetwork === undefined && directVpcEgress !== undefined) return unsupported("directVpcEgress says what goes to a subnetwork, and there is none", "directVpcSubnetwork");
  return exact({}, note);
}
/** What being turned away costs where it counts as an attempt. `caller`: who is turned away; `minWaitMs`: how soon it comes again. */
export function saturationOf(capacity: Capacity, caller: string, minWaitMs: number): Verdict {
  const gap = sizeGap(capacity);
  if (gap !== undefined) return gap;
  const { requests, cpu } = capacity;
  const by = settingsOf(capacity);
  if (requests < enoughRequests || cpu < 1)
    return approximated(`${caller} that finds no instance free is answered 429, which counts as an attempt, and ${requests} at a time fill every instance there may be`, `maxInstanceCount times maxInstanceRequestConcurrency of ${enoughRequests} or more, with availableCpu: 1 or more`, by);
  return emulated(`the function takes ${requests} requests at a time`, `when all are busy ${caller} is answered 429, which counts as an attempt${minWaitMs < enoughWaitMs ? ": with waits of less than 10 s attempts are spent before an instance has started" : ""}`, by);
}

/** Seconds that Cloud Run lets a request take: https://cloud.google.com/run/docs/configuring/request-timeout */
export const longestRequest = 3_600;
export const requestTimeout = (functionSeconds: number): Verdict =>
  functionSeconds > longestRequest ? unsupported(`Cloud Run ends a request after ${longestRequest} s`, `timeout: "${longestRequest - 1}s"`) : exact({ "google_cloudfunctions2_function service_config.timeout_seconds": functionSeconds });
