/** The Cloud Run function of a unit: its size, its timeout, and what becomes of a delivery that finds none of it free. */
import { approximated, emulated, exact, marginMs, unsupported, type Verdict } from "@isobar/core/plan";
import { labelOf, type Resource } from "./resources.ts";

/** What a target may say of a function's size. https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#ServiceConfig */
export interface FunctionSettings {
  /** Instances at most. Default 100, which is the service's own default too. */
  readonly maxInstanceCount?: number;
  /** Requests that one instance works on at a time, 1 to 1,000. Default 10, and 1 under one vCPU. */
  readonly maxInstanceRequestConcurrency?: number;
  /** vCPUs of an instance, 0.083 to 8. Default 1. */
  readonly availableCpu?: number;
  /** As the service spells it. Default "512Mi". */
  readonly availableMemory?: string;
}
/** https://cloud.google.com/run/docs/about-concurrency */
const mostConcurrency = 1_000;
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
export function capacityOf({ maxInstanceCount: instances = 100, availableCpu: cpu = 1, maxInstanceRequestConcurrency: concurrency = cpu < 1 ? 1 : 10, availableMemory: memory = "512Mi" }: FunctionSettings) {
  return { instances, concurrency, cpu, memory, requests: instances * concurrency };
}
export type Capacity = ReturnType<typeof capacityOf>;

/** The function as far as its path says something of it; `environment`: addresses that its run time looks up. */
export const functionResource = ({ instances, concurrency, cpu, memory }: Capacity, timeoutSeconds: number, environment: Readonly<Record<string, string>> = {}): Resource => ({
  service_config: {
    timeout_seconds: timeoutSeconds,
    max_instance_count: instances,
    max_instance_request_concurrency: concurrency,
    available_cpu: String(cpu),
    available_memory: memory,
    ...(Object.keys(environment).length === 0 ? {} : { environment_variables: environment }),
  },
});
const settingsOf = ({ instances, concurrency, cpu }: Capacity) => ({
  "google_cloudfunctions2_function service_config.max_instance_count": instances,
  "google_cloudfunctions2_function service_config.max_instance_request_concurrency": concurrency,
  "google_cloudfunctions2_function service_config.available_cpu": String(cpu),
});

/** A size that cannot be deployed; `undefined` where it can. */
export function sizeGap({ instances, concurrency, cpu }: Capacity): Verdict | undefined {
  if (!(instances >= 1)) return unsupported("a function without instances runs nothing", "maxInstanceCount: 1");
  if (!(concurrency >= 1 && concurrency <= mostConcurrency)) return unsupported("an instance works on 1 to 1,000 requests at a time", `maxInstanceRequestConcurrency: ${concurrency < 1 ? 1 : mostConcurrency}`);
  if (concurrency > 1 && cpu < 1) return unsupported("an instance of less than one vCPU works on one request at a time", "availableCpu: 1");
  return undefined;
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
