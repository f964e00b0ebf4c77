import { describe, expect, test } from "vitest";
import { bus, defineBus, defineQueue, type BusOptions, type DeliveryPolicy } from "@isobar/core";
import { bound, canonical, failed, lineOf } from "../testing/planned.ts";
import { assessDirect, renderDirect, type DirectSettings } from "./asynchronous.ts";

const listen = (options: Partial<BusOptions> = {}, settings: DirectSettings = { variant: "direct" }) => bound("listen", bus(defineBus("events"), { ...canonical, ...options } as BusOptions, () => {}), settings);
const policy = (more: Partial<DeliveryPolicy>): Partial<BusOptions> => ({ delivery: { maxAttempts: 3, deadLetter: failed, ...more } as DeliveryPolicy });
const verdict = (capability: keyof ReturnType<typeof assessDirect>, ...given: Parameters<typeof listen>) => lineOf(assessDirect(listen(...given), { kept: "the event", id: "the event's own" })[capability]);

describe("Lambda's own waits", () => {
  const note = "the wait is Lambda's own: 60 s, then 120 s";
  const kept = `exact | ${note}, which is what is asked or up to a minute later`;
  const not = "approximated | Lambda's asynchronous queue waits 60 s, then 120 s, whatever is asked | a backoff of \"60s\", or the default variant, whose queue is the app's own";
  // Never earlier, later by a fifth or a minute at most.
  test.each([
    [{ maxAttempts: 3 }, `exact | ${note}`],
    [{ maxAttempts: 3, backoff: { min: "60s", max: "120s" } }, kept],
    [{ maxAttempts: 3, backoff: "60s" }, kept],
    [{ maxAttempts: 3, backoff: "59s" }, not],
    [{ maxAttempts: 3, backoff: "61s" }, not],
    [{ maxAttempts: 2, backoff: "1s" }, kept],
    [{ maxAttempts: 2, backoff: { min: "10s", max: "1h" } }, kept],
    [{ maxAttempts: 2, backoff: "2m" }, not],
    [{ maxAttempts: 1, backoff: "1h" }, "exact | one attempt has no wait after it"],
  ] as const)("%j: %s", (delivery, line) => {
    expect(verdict("backoff", policy(delivery))).toBe(line);
  });
});

describe("gaps of an event that a service hands to the function itself", () => {
  test.each([
    ["attempts", policy({ maxAttempts: 4 }), "unsupported | Lambda's asynchronous queue tries three times at most | maxAttempts: 3, or the default variant, whose queue is the app's own"],
    ["retryAfter", policy({ retryAfter: { max: "1m" } }), "unsupported | Lambda's asynchronous queue waits as long as it does, whatever the handler says | the default variant, whose queue is the app's own"],
    ["maxAge", policy({ maxAge: "59s" }), "unsupported | Lambda's asynchronous queue keeps an event for a minute at least | maxAge: \"60s\", or the default variant, whose queue is the app's own"],
    ["maxAge", policy({ maxAge: "7h" }), "unsupported | Lambda's asynchronous queue keeps an event for six hours at most | maxAge: \"6h\", or the default variant, whose queue is the app's own"],
    ["deadLetter", policy({ deadLetter: defineQueue("failed", { order: "by-key" }) }), 'unsupported | Lambda leaves its dead letters in a standard queue only | "failed" with order: "none"'],
    ["timeout", { timeout: "15m" }, 'unsupported | a Lambda invocation ends after 900 s | timeout: "899s"'],
  ] as const)("%s", (capability, options, line) => {
    expect(verdict(capability, options)).toBe(line);
  });
});

test("within Lambda's range an age is its setting, in whole seconds; a batch is a ceiling; what is discarded Lambda drops", () => {
  expect([verdict("maxAge", policy({ maxAge: "60s" })), verdict("maxAge", policy({ maxAge: "6h" })), verdict("maxAge", policy({ maxAge: "90500ms" })), verdict("batch", { batch: { maxSize: 10 } }), verdict("deadLetter", policy({ deadLetter: "discard" }))]).toEqual([
    "exact | AWS::Lambda::EventInvokeConfig MaximumEventAgeInSeconds = 60",
    "exact | AWS::Lambda::EventInvokeConfig MaximumEventAgeInSeconds = 21600",
    "exact | AWS::Lambda::EventInvokeConfig MaximumEventAgeInSeconds = 91",
    "exact | Lambda hands over one event at a time; a batch is a ceiling",
    "exact | Lambda drops what is used up, and the run time acknowledges what is rejected",
  ]);
});
test("what is discarded has no dead-letter queue, and needs no grant", () => {
  expect(renderDirect(listen(policy({ deadLetter: "discard", maxAttempts: 1, maxAge: "90s" }), { variant: "direct", reservedConcurrency: 7 }), "busDirect", {})).toEqual({
    maker: "busDirect",
    resources: {
      ListenFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "listen" } }, Properties: { Timeout: 10, ReservedConcurrentExecutions: 7 } },
      ListenInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "listen" } }, Properties: { FunctionName: { Ref: "ListenFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 90 } },
    },
    grants: [],
  });
});
