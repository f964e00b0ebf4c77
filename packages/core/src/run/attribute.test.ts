import { expect, test } from "vitest";
import { carriedOf, carriedTrace, encodingOf, readAttribute, stableId, traceOf } from "./attribute.ts";

test.each([undefined, "", "no json", "null", "1", '"x"', "[]", "{}", '{"v":"1","id":"x"}', '{"id":"x"}'])("%j is none of ours", (text) => {
  expect(readAttribute(text)).toEqual({});
  expect(stableId("broker-1", text)).toBe("broker-1");
});
test("fields of a later version are left alone", () => expect(readAttribute('{"v":99,"id":"x","new":{"a":1}}')).toEqual({ v: 99, id: "x", new: { a: 1 } }));
test("an id that the sender chose wins; one that is empty or no text does not", () => {
  expect(['{"v":1,"id":"order-7"}', '{"v":1,"id":""}', '{"v":1,"id":7}', '{"v":1}'].map((text) => stableId("broker-1", text))).toEqual(["order-7", "broker-1", "broker-1", "broker-1"]);
});
test("the trace is what was sent, as far as it is text", () => {
  expect(traceOf('{"v":1,"traceparent":"00-1","tracestate":"a=1"}')).toEqual({ traceparent: "00-1", tracestate: "a=1" });
  expect(traceOf('{"v":1,"traceparent":1,"tracestate":[]}')).toEqual({ traceparent: undefined, tracestate: undefined });
  expect(traceOf(undefined)).toEqual({ traceparent: undefined, tracestate: undefined });
});
test("a copy carries the attempts used up and the first enqueue; anything else carries nothing", () => {
  expect(['{"v":1,"used":2,"since":1000}', '{"v":1,"used":2}', '{"v":1,"since":1000}', '{"v":1,"used":0,"since":1000}', '{"v":1,"used":1.5,"since":1}', '{"v":1,"used":"2"}', undefined].map((text) => carriedOf(text))).toEqual([
    { used: 2, since: 1000 }, { used: 2, since: undefined }, { used: 0, since: undefined }, { used: 0, since: undefined }, { used: 0, since: undefined }, { used: 0, since: undefined }, { used: 0, since: undefined },
  ]);
});
test("of a trace's state what everyone carries is carried; a longer one is left out, the trace is not", () => {
  expect([carriedTrace({ traceparent: "00-1", tracestate: "a".repeat(512) }).tracestate?.length, carriedTrace({ traceparent: "00-1", tracestate: "a".repeat(513) }), carriedTrace({ traceparent: "00-1", tracestate: undefined })]).toEqual([512, { traceparent: "00-1", tracestate: undefined }, { traceparent: "00-1", tracestate: undefined }]);
});
test("a body that a queue could not carry says how it was written; any other word is none of ours", () => {
  expect(['{"v":1,"encoding":"base64"}', '{"v":1,"encoding":"empty"}', '{"v":1,"encoding":"gzip"}', '{"encoding":"base64"}', undefined].map((text) => encodingOf(text))).toEqual(["base64", "empty", undefined, undefined, undefined]);
});
