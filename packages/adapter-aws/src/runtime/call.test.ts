import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { call as define, reject, retry, type DeliveryPolicy, type Schema } from "@isobar/core";
import type { LambdaContext } from "../native.ts";
import { call, callAsync } from "./call.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } satisfies DeliveryPolicy;
const context: LambdaContext = { awsRequestId: "request-1", functionName: "shop", getRemainingTimeInMillis: () => 30_000 };
const positive: Schema<number> = { "~standard": { version: 1, vendor: "test", validate: (value) => (typeof value === "number" && value > 0 ? { value } : { issues: [{ message: "a positive number is needed" }] }) } };
beforeEach(() => (["error", "warn"] as const).forEach((level) => vi.spyOn(console, level).mockImplementation(() => {})));
afterEach(() => void vi.restoreAllMocks());
const failure = async (work: Promise<unknown>): Promise<Error & { readonly code?: string }> => work.then(() => expect.unreachable("a result"), (error: unknown) => error as Error);

test("the payload goes in, the result comes out", async () => {
  const seen: unknown[] = [];
  const entry = call(define({ delivery }, ({ data, id, type }) => (seen.push(id, type), { twice: data, bytes: null })), { name: "double" });
  expect([await entry({ a: [1, null] }, context), await entry(null, context), seen]).toEqual([{ twice: { a: [1, null] }, bytes: null }, { twice: null, bytes: null }, ["request-1", "call.request", "request-1", "call.request"]]);
});
test("without a result it is null", async () => {
  expect(await call(define({ delivery }, () => {}))({}, context)).toBeNull();
});
test("a payload that does not fit is the caller's error, with its issues", async () => {
  const handle = vi.fn();
  const error = await failure(call(define({ delivery, payload: positive }, handle))(-1, context));
  expect([error.name, error.code, JSON.parse(error.message)]).toMatchObject(["IsobarError", "invalid-input", { status: 400, code: "invalid-input", issues: [{ in: "body", message: "a positive number is needed" }] }]);
  expect(handle).not.toHaveBeenCalled();
});
test.each([
  ["a reject", () => reject("too young"), "invalid-input", { status: 422, code: "rejected", reason: "too young" }],
  ["a retry", () => retry(), "handler-failed", { status: 500, code: "handler-failed" }],
  ["a throw", () => { throw new Error("the password is hunter2"); }, "handler-failed", { status: 500, code: "handler-failed" }],
  ["a result over 6 MB", () => "a".repeat(6_300_000), "payload-too-large", { status: 500, code: "payload-too-large" }],
])("%s is an error without a word of why inside, nor of where", async (_, handle: () => unknown, code, document) => {
  const error = await failure(call(define({ delivery }, handle))({}, context));
  expect([error.code, JSON.parse(error.message), error.stack]).toMatchObject([code, document, `IsobarError: ${error.message}`]);
  expect(error.message).not.toContain("hunter2");
});
test("a call that was sent ahead is settled like a message, and its result goes nowhere", async () => {
  const record = (messageId: string, body: string) => ({ messageId, body, attributes: { ApproximateReceiveCount: "1" }, eventSource: "aws:sqs" });
  const entry = callAsync(define({ delivery }, ({ data }) => (data === 2 ? retry() : { said: data })));
  expect(await entry({ Records: [record("1", "1"), record("2", "2")] }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
});
