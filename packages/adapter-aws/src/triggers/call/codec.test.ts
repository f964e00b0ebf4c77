import { describe, expect, test } from "vitest";
import { callInSqs, invoke } from "./codec.ts";

const encode = (status: number, body: string | Uint8Array<ArrayBuffer> | undefined) => invoke.encode({ status, headers: [] }, body, {});
describe("a call that is answered", () => {
  test.each([[{ a: 1 }], [null], ["text"], [5], [[1]], [JSON.parse('{"__proto__":{"a":1}}')]])("the payload %j goes in as JSON", (payload) => {
    const { request, native } = invoke.decode(payload);
    expect([native === payload, request.method, request.path, request.header("content-type"), request.header("host"), request.headers(), request.body()]).toEqual([true, "POST", "/", "application/json", undefined, [["content-type", "application/json"]], JSON.stringify(payload)]);
  });
  test("it has no query, no caller's address, and a host that nobody has", () => {
    const { request } = invoke.decode({});
    expect([request.query, request.clientAddress, request.origin()]).toEqual(["", undefined, "https://host.invalid"]);
  });
  test("no payload at all is none", () => {
    expect(invoke.decode(undefined).request.body()).toBeUndefined();
  });
  test("status 200 is the result, as text and as bytes", () => {
    expect([encode(200, '{"a":1}'), encode(200, new TextEncoder().encode("null"))]).toEqual([{ result: { a: 1 } }, { result: null }]);
  });
  test.each([[400, "invalid-input", "invalid-input"], [422, "rejected", "invalid-input"], [500, "handler-failed", "handler-failed"], [504, "deadline-exceeded", "deadline-exceeded"], [500, "payload-too-large", "payload-too-large"], [500, "toString", "handler-failed"]])("status %i with the code %s is the error %s, and its document the message", (status, code, expected) => {
    const document = JSON.stringify({ type: "about:blank", status, code });
    expect(encode(status, document)).toMatchObject({ failure: { name: "IsobarError", code: expected, message: document } });
  });
  test("an error without a document is an error all the same", () => {
    expect(encode(500, undefined)).toMatchObject({ failure: { code: "handler-failed", message: "" } });
  });
  test("a result over 6 MB is payload-too-large", () => {
    expect(() => encode(200, JSON.stringify("a".repeat(6_300_000)))).toThrow(expect.objectContaining({ code: "payload-too-large" }));
  });
});
test("a call that was sent ahead is a message like a queue's", () => {
  expect(callInSqs.decode({ Records: [{ messageId: "1", body: '{"a":1}', attributes: { ApproximateReceiveCount: "2" }, eventSource: "aws:sqs" }] }).items).toMatchObject([{ id: "1", deliveries: [{ id: "1", attempt: 2, body: '{"a":1}' }] }]);
});
