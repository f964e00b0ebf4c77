import { expect, test } from "vitest";
import { localCall, localCallAhead } from "./codec.ts";
import { callWires } from "./testing.ts";

const [answered, ahead] = callWires;

test.each<[unknown]>([[{ a: 1 }], [null], [0], [""], ["grüße"], [[1, "x"]]])("the payload %j is the body of a request, as JSON", (payload) => {
  const { native, request } = localCall.decode({ payload });
  expect([native, request.method, request.path, request.query, request.body(), request.headers(), request.header("content-type"), request.origin(), request.clientAddress]).toEqual([{ payload }, "POST", "/", "", JSON.stringify(payload), [], undefined, "https://local.invalid", undefined]);
});
test.each([[null], [undefined], [{}], [[]], ["payload"], [{ messages: [] }]])("%j is no call", (native) => expect(() => localCall.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
test("a result is told, and of an error its code alone", () => {
  expect(localCall.encode({ status: 200, headers: [] }, '{"sum":3}', { payload: 1 })).toEqual({ result: { sum: 3 } });
  expect(localCall.encode({ status: 200, headers: [] }, "null", { payload: 1 })).toEqual({ result: null });
  expect(localCall.encode({ status: 422, headers: [] }, '{"code":"rejected","reason":"too much"}', { payload: 1 })).toEqual({ error: "rejected" });
  expect(localCall.encode({ status: 500, headers: [] }, "{}", { payload: 1 })).toEqual({ error: "internal" });
});
test("the caller hears the result, the code, or that nothing was answered", () => {
  const { interpret, fabricate } = answered!.caller!;
  expect(fabricate({ a: 1 }, "add")).toEqual({ payload: { a: 1 } });
  expect([interpret({ returned: { result: 3 } }), interpret({ returned: { error: "rejected" } }), interpret({ timedOut: true })]).toEqual([{ result: 3 }, { failed: "rejected" }, { failed: '{"timedOut":true}' }]);
});
test("a call that is sent ahead is a message whose body is the payload", () => {
  const { items: [item] } = localCallAhead.decode(ahead!.side!.fabricate([{ id: "call-1", attempt: 1, body: '{"a":1}', enqueuedAt: 0 }], "add"));
  const { id, body, told } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect([id, body, told]).toEqual(["call-1", '{"a":1}', undefined]);
});
