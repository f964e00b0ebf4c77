import { describe, expect, test } from "vitest";
import { callOf, json, rawOf } from "./calls.ts";

describe("a captured request", () => {
  test("is taken as the harness takes it", () => {
    const call = { method: "PUT", path: "/a?b=1", headers: [["X-A", "1"], ["x-a", "2"]], body: "text" };
    expect(callOf(call, json)).toEqual(call);
    expect(callOf({ ...call, body: { n: 1 } }, json).body).toBe('{"n":1}');
    expect(callOf({ method: "GET", path: "/", headers: [], body: null }, json)).toEqual({ method: "GET", path: "/", headers: [] });
  });
  test("is taken as express tells it, with what is not told filled in", () => {
    expect(callOf({ headers: { "x-a": ["1", "2"], "x-n": 3 }, body: { n: 1 } }, json)).toEqual({ method: "POST", path: "/", headers: [["x-a", "1"], ["x-a", "2"], ["x-n", "3"], ["content-type", "application/json"]], body: '{"n":1}' });
    expect(callOf({ method: "GET", url: "https://x.example/a?b", headers: {} }, undefined)).toEqual({ method: "GET", path: "/a?b", headers: [] });
    expect(callOf({ headers: { "Content-Type": "text/plain" }, body: "x" }, json).headers).toEqual([["Content-Type", "text/plain"]]);
  });
  test("has the bytes that the framework kept before it parsed them, as JSON spells a Buffer", () => {
    expect(callOf({ headers: { "content-type": "application/json" }, body: { n: 1 }, rawBody: { type: "Buffer", data: [0x7b, 0x20, 0x7d] } }, undefined).body).toEqual(new Uint8Array([0x7b, 0x20, 0x7d]));
    expect(callOf({ headers: {}, body: { n: 1 }, rawBody: '{ "n": 1 }' }, json)).toEqual({ method: "POST", path: "/", headers: [["content-type", "application/json"]], body: '{ "n": 1 }' });
    expect(callOf({ headers: {}, body: "x", rawBody: null }, undefined).body).toBe("x");
  });
  test("of a body alone is its JSON, where the wire names its content type", () => {
    expect(callOf({ n: 1 }, json)).toEqual({ method: "POST", path: "/", headers: [["content-type", "application/json"]], body: '{"n":1}' });
    expect(rawOf(callOf({ n: 1 }, json))).toEqual({ rawHeaders: ["content-type", "application/json"], rawBody: Buffer.from('{"n":1}'), url: "/" });
  });
  test.each([[undefined], [{ method: "GET", path: 1, headers: [] }], [{ method: "GET", path: "/", headers: [["a"]] }], [{ method: 1, headers: {} }], [1n]])("%s is none", (captured) => expect(() => callOf(captured, json)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
  test("without headers it is none for a wire whose headers are half of it", () => expect(() => callOf({ n: 1 }, undefined)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});
