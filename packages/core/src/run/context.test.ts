import { describe, expect, test } from "vitest";
import { testContext } from "../testing/context.ts";
import { keptLog, testPlatform } from "../testing/platform.ts";
import { logOf, nativeOf, RunContext } from "./context.ts";
import { systemClock } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import { readAttribute, stableId, traceOf } from "./attribute.ts";

const made = () => {
  const deadline = new Deadline({ ...systemClock, after: () => () => {} }, 1_000);
  return new RunContext({ name: "hello", lists: undefined, platform: { ...testPlatform(), context: "native context" }, deadline, coldStart: false, wiring: {} }, { attempt: 2, record: "native record", trace: () => undefined });
};

test("the native record is reached through the cloud's own door, and by no enumeration", () => {
  expect(nativeOf(made(), "test")).toMatchObject({ record: "native record", context: "native context" });
  expect([nativeOf(made(), "other"), nativeOf({}, "test"), Object.keys(made()), JSON.stringify(made())]).toEqual([undefined, undefined, [], "{}"]);
});
test("a function that lists nothing to send to cannot send", async () => {
  await expect((made().send as (to: unknown) => Promise<void>)({})).rejects.toMatchObject({ code: "send-failed" });
});
test("remainingMs can be taken off the context", () => {
  const { remainingMs } = made();
  expect(remainingMs()).toBeGreaterThan(0);
});
test("a test's context tells what it was told", () => {
  expect(testContext({ attempt: 3, functionName: "charge" })).toMatchObject({ attempt: 3, functionName: "charge", coldStart: false });
});

describe("a log line", () => {
  const logged = (fields: object) => {
    const { lines, log } = keptLog();
    logOf("hello", { ...testPlatform(), log }).info("said", fields as Record<string, unknown>);
    return lines[0];
  };
  test("is JSON with OpenTelemetry's names, which fields do not replace", () => {
    expect(logged({ a: 1, level: "x", message: "y" })).toEqual({ level: "info", message: "said", "faas.name": "hello", "faas.invocation_id": "test", a: 1 });
  });
  test("spells errors with causes, BigInts as text, and cycles", () => {
    const cyclic: { n: bigint; self?: unknown } = { n: 2n ** 60n };
    cyclic.self = cyclic;
    const line = logged({ error: new Error("outer", { cause: new TypeError("inner") }), cyclic });
    expect(line).toMatchObject({ error: { name: "Error", message: "outer", cause: { name: "TypeError", message: "inner" } }, cyclic: { n: "1152921504606846976", self: "[cycle]" } });
  });
  test("is written even where a field cannot be spelled", () => {
    expect(logged({ a: { toJSON: () => { throw new Error("no"); } } })).toMatchObject({ message: "said", fields: "not JSON: Error: no" });
  });
});

describe("the attribute", () => {
  test.each([[undefined, "m-1"], ["", "m-1"], ["[]", "m-1"], ["null", "m-1"], ['{"id":"x"}', "m-1"], ['{"v":1,"id":""}', "m-1"], ['{"v":1,"id":7}', "m-1"], ['{"v":1,"id":"x"}', "x"], ['{"v":2,"id":"x","later":true}', "x"]])("%j makes the id %s", (attribute, id) => expect(stableId("m-1", attribute)).toBe(id));
  test("fields of a later version are left alone", () => expect(readAttribute('{"v":9,"later":1}')).toEqual({ v: 9, later: 1 }));
  test("a trace is text or nothing", () => expect(traceOf('{"v":1,"traceparent":7,"tracestate":"a=b"}')).toEqual({ traceparent: undefined, tracestate: "a=b" }));
});
