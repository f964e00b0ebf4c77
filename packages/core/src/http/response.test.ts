import { describe, expect, test } from "vitest";
import { bytes, empty, json, redirect, text } from "./response.ts";

const seen = async (response: Response) => ({ status: response.status, ok: response.ok, type: response.headers.get("content-type"), body: await response.text() });

describe("light answers are what the web's own class makes of the same", () => {
  test.each([
    ["json", json({ a: "ü" }, { status: 201 }), Response.json({ a: "ü" }, { status: 201 })],
    ["text", text("grüße"), new Response("grüße")],
    ["empty", empty(), new Response(null, { status: 204 })],
    ["redirect", redirect("/a?b=1", 307), new Response(null, { status: 307, headers: { location: "/a?b=1" } })],
  ])("%s", async (_, light, web) => {
    expect([...light.headers].map(([name, value]) => [name, value.toLowerCase()])).toEqual([...web.headers].map(([name, value]) => [name, value.toLowerCase()]));
    expect([light.body === null, light.redirected, light.statusText, light.type, light.url]).toEqual([web.body === null, web.redirected, web.statusText, web.type, web.url]);
    expect((await seen(light)).body).toBe((await seen(web)).body);
    expect([light.status, light.ok]).toEqual([web.status, web.ok]);
  });
});

test("bytes are octets unless they say otherwise, and arrive unchanged", async () => {
  const value = new Uint8Array([0, 255, 128, 10]);
  expect(bytes(value).headers.get("content-type")).toBe("application/octet-stream");
  expect(bytes(value, { headers: { "Content-Type": "image/png" } }).headers.get("content-type")).toBe("image/png");
  expect([...(await bytes(value).bytes())]).toEqual([0, 255, 128, 10]);
});
test("clone() is the platform's own, with status, headers and body", async () => {
  const clone = json({ a: 1 }, { status: 418, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }).clone();
  expect(clone).toBeInstanceOf(Response);
  expect([clone.status, clone.headers.getSetCookie(), await clone.json()]).toEqual([418, ["a=1", "b=2"], { a: 1 }]);
});

describe("what cannot be answered is refused where it is made", () => {
  test.each([[undefined], [() => {}], [Symbol("a")]])("json(%s)", (value) => expect(() => json(value)).toThrow(TypeError));
  test.each([0, 100, 199, 600, 200.5, Number.NaN])("status %s", (status) => expect(() => text("", { status })).toThrow(RangeError));
  test.each([204, 205, 304])("a body with status %s", (status) => expect(() => text("x", { status })).toThrow(TypeError));
  test.each(["one\r\nset-cookie: a=1", "nul\0", "€"])("the header value %j", (value) => expect(() => text("", { headers: { "x-a": value } })).toThrow(TypeError));
});
