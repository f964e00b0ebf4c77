import { describe, expect, test } from "vitest";
import { capacityOf, functionResource, isolationOf, sizeFault, sizeGap, type FunctionSettings } from "./function.ts";

const capacity = (settings: FunctionSettings = {}, memoryMb?: number) => capacityOf({ fn: { options: (memoryMb === undefined ? {} : { memoryMb }) as never }, settings });
const gapOf = (...given: Parameters<typeof capacity>) => {
  const gap = sizeGap(capacity(...given));
  return gap === undefined || !("why" in gap) ? gap : `${gap.verdict}: ${gap.why} | ${gap.nearest}`;
};

test("memory is the function's, and processors are what it needs", () => {
  expect([512, 4_096, 4_097, 8_193, 16_385, 24_577, 32_768].map((memoryMb) => capacity({}, memoryMb).cpu)).toEqual([1, 1, 2, 4, 6, 8, 8]);
  expect(functionResource(capacity({ minInstanceCount: 2, maxInstanceCount: 4 }, 8_192), 21)).toEqual({ service_config: { timeout_seconds: 21, min_instance_count: 2, max_instance_count: 4, max_instance_request_concurrency: 10, available_cpu: "2", available_memory: "8192Mi" } });
});
test("an instance works on ten requests at a time, and on one where it has less than a processor", () => expect([capacity(), capacity({ availableCpu: 0.5 }), capacity({ availableCpu: 2, maxInstanceRequestConcurrency: 3 })].map(({ concurrency }) => concurrency)).toEqual([10, 1, 3]));
test.each([512, 4_096, 4_097, 8_192, 16_384, 24_576, 24_577, 32_768])("%d MB without a word on processors can be had", (memoryMb) => expect(gapOf({}, memoryMb)).toBeUndefined());

describe("a size that cannot be had", () => {
  test.each<[number, number, string | undefined]>([
    [0.08, 512, undefined],
    [0.08, 513, "0.08 vCPU go with 128 to 512 MB of memory, and this has 513 | memoryMb: 512, or availableCpu: 1"],
    [0.49, 1_024, "0.49 vCPU go with 128 to 512 MB of memory, and this has 1024 | memoryMb: 512, or availableCpu: 1"],
    [0.5, 1_024, undefined],
    [1, 4_097, "1 vCPU go with 128 to 4096 MB of memory, and this has 4097 | memoryMb: 4096, or availableCpu: 2"],
    [2, 8_192, undefined],
    [4, 2_047, "4 vCPU go with 2048 to 16384 MB of memory, and this has 2047 | memoryMb: 2048, or availableCpu: 1"],
    [8, 32_768, undefined],
    [8, 32_769, "8 vCPU go with 4096 to 32768 MB of memory, and this has 32769 | memoryMb: 32768"],
    [0.07, 512, "an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8 | availableCpu: 1"],
    [1.5, 512, "an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8 | availableCpu: 2"],
    [9, 512, "an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8 | availableCpu: 8"],
    [Number.NaN, 512, "an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8 | availableCpu: 8"],
  ])("%d vCPU with %d MB", (cpu, memoryMb, said) => {
    const fault = sizeFault(cpu, memoryMb);
    expect(fault === undefined ? undefined : `${fault.why} | ${fault.nearest}`).toBe(said);
  });
  test.each<[FunctionSettings, string]>([
    [{ maxInstanceCount: 0 }, "unsupported: a function without instances runs nothing | maxInstanceCount: 1"],
    [{ minInstanceCount: -1 }, "unsupported: between 0 and 100 instances can always be there | minInstanceCount: 0"],
    [{ minInstanceCount: 5, maxInstanceCount: 4 }, "unsupported: between 0 and 4 instances can always be there | minInstanceCount: 4"],
    [{ availableCpu: 3 }, "unsupported: an instance has 0.08 to 1 vCPU, or 2, 4, 6 or 8 | availableCpu: 4"],
  ])("is a gap: %j", (settings, said) => expect(gapOf(settings)).toBe(said));
  test("of the least and the most instances that there can be is none", () => expect([gapOf({ minInstanceCount: 4, maxInstanceCount: 4 }), gapOf({ minInstanceCount: 0, maxInstanceCount: 1 })]).toEqual([undefined, undefined]));
});

test("a network is reached by a connector or directly, not by both", () => {
  const [vpcConnector, directVpcSubnetwork] = ["projects/p/locations/r/connectors/c", "projects/p/regions/r/subnetworks/s"];
  expect(isolationOf({ vpcConnector, directVpcSubnetwork })).toEqual({ verdict: "unsupported", why: "a function reaches a network by a connector or by Direct VPC egress, never by both", nearest: "directVpcSubnetwork alone" });
  expect(isolationOf({ vpcConnectorEgressSettings: "ALL_TRAFFIC" })).toEqual({ verdict: "unsupported", why: "vpcConnectorEgressSettings say what goes to a connector, and there is none", nearest: "vpcConnector" });
  expect(isolationOf({ directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC" })).toEqual({ verdict: "unsupported", why: "directVpcEgress says what goes to a subnetwork, and there is none", nearest: "directVpcSubnetwork" });
  expect(isolationOf({ directVpcSubnetwork })).toEqual({ verdict: "exact", by: [], note: "a Cloud Run function of its own, with its own service account" });
  expect(isolationOf({ vpcConnector })).toEqual({ verdict: "exact", by: [], note: "a Cloud Run function of its own, with its own service account" });
});
