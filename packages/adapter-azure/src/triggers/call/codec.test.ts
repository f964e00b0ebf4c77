import { HttpRequest } from "@azure/functions";
import { expect, test } from "vitest";
import { callPath, queuedCall, requested } from "./codec.ts";

test("a request is a call whatever its route and content type: its body is the payload", async () => {
  const { request } = requested.decode(new HttpRequest({ method: "POST", url: "https://shop.azurewebsites.net/total?code=key", headers: { "content-type": "text/plain", traceparent: "00-1-2-01" }, body: { string: '{"n":1}' } }));
  expect([request.method, request.path, request.query, request.header("content-type"), request.header("traceparent"), Buffer.from((await request.body()) as Uint8Array).toString()]).toEqual(["POST", callPath, "", "application/json", "00-1-2-01", '{"n":1}']);
});
test.each([[null], [{}], ["payload"]])("%j is no request", (native) => expect(() => requested.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
test("a call that was sent ahead is a message", () => {
  const [item] = queuedCall.decode({ body: new TextEncoder().encode("{}"), metadata: { messageId: "m-1", deliveryCount: 1 } }).items;
  expect("deliveries" in item! && [item.deliveries[0]!.id, item.deliveries[0]!.told]).toEqual(["m-1", undefined]);
});
test("a call has the headers and the origin of its request", () => {
  const { request } = requested.decode(new HttpRequest({ method: "POST", url: "https://shop.azurewebsites.net/total", headers: { "x-a": "1" } }));
  expect([request.headers(), request.origin()]).toEqual([[["x-a", "1"]], "https://shop.azurewebsites.net"]);
});
