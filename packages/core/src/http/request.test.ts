import { describe, expect, test } from "vitest";
import { byteString, LightRequest, originOf, pathOf, type IncomingRequest } from "./request.ts";
import type { WholeBody } from "./body.ts";

const encoded = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const incoming = (over: Partial<IncomingRequest> = {}): IncomingRequest => ({
  method: "POST",
  path: "/a%20b",
  query: "x=1&x=2",
  origin: () => "https://shop.example",
  header: (name) => (name === "content-type" ? "application/json" : undefined),
  headers: () => [["content-type", "application/json"], ["x-a", "1"]],
  body: () => '{"a":1}',
  clientAddress: "192.0.2.1",
  ...over,
});
const light = (over?: Partial<IncomingRequest>) => new LightRequest(incoming(over), { id: "7" }, { body: 1 }, () => new AbortController().signal);
const forms: readonly (readonly [string, WholeBody | Promise<WholeBody>])[] = [["text", '{"a":1}'], ["bytes", encoded('{"a":1}')], ["a promise of bytes", Promise.resolve(encoded('{"a":1}'))]];

describe("a light request reads as the web's own", () => {
  test("method, url, headers, and what Isobar adds", () => {
    const request = light();
    expect([request.method, request.url, [...request.headers], request.params, request.valid, request.clientAddress]).toEqual(["POST", "https://shop.example/a%20b?x=1&x=2", [["content-type", "application/json"], ["x-a", "1"]], { id: "7" }, { body: 1 }, "192.0.2.1"]);
    const web = request.clone();
    expect([request.cache, request.credentials, request.destination, request.integrity, request.keepalive, request.mode, request.redirect, request.referrer, request.referrerPolicy]).toEqual([web.cache, web.credentials, web.destination, web.integrity, web.keepalive, web.mode, web.redirect, web.referrer, web.referrerPolicy]);
  });
  test.each(forms)("its body from %s, in every way to read it", async (_, body) => {
    const fresh = () => light({ body: () => body });
    expect(await fresh().text()).toBe('{"a":1}');
    expect(await fresh().json()).toEqual({ a: 1 });
    expect([...(await fresh().bytes())]).toEqual([...encoded('{"a":1}')]);
    expect(new Uint8Array(await fresh().arrayBuffer())).toEqual(encoded('{"a":1}'));
    expect(await (await fresh().blob()).text()).toBe('{"a":1}');
    expect(await new Response(fresh().body).text()).toBe('{"a":1}');
    expect(await fresh().clone().text()).toBe('{"a":1}');
  });
  test("forms, by their media type", async () => {
    const form = await light({ headers: () => [["content-type", "application/x-www-form-urlencoded"]], body: () => "a=1&a=2" }).formData();
    expect(form.getAll("a")).toEqual(["1", "2"]);
  });
  test("once: a second reading is a TypeError, and asking whether there is a body reads nothing", async () => {
    const request = light();
    expect([request.body === null, request.bodyUsed]).toEqual([false, false]);
    await request.text();
    expect(request.bodyUsed).toBe(true);
    await expect(request.json()).rejects.toThrow(TypeError);
    expect(() => request.clone()).toThrow(TypeError);
  });
  test.each(["GET", "HEAD"])("a %s has no body, whatever was sent", async (method) => {
    const request = light({ method });
    expect([request.body, await request.text()]).toEqual([null, ""]);
  });
});

test("where only a real one will do, it says so instead of being read as a URL", () => {
  expect(() => new Request(light() as unknown as Request)).toThrow("pass request.clone()");
  expect(light().clone()).toBeInstanceOf(Request);
});

describe("what platforms say of a request", () => {
  test.each([
    [["shop.example"], "https://shop.example"],
    [["[2001:db8::1]:8443"], "https://[2001:db8::1]:8443"],
    [[undefined, "api.example"], "https://api.example"],
    [["evil.example/path"], "https://host.invalid"],
    [["a b", "user@host"], "https://host.invalid"],
    [[], "https://host.invalid"],
  ])("the hosts %j make the origin %s", (hosts, origin) => expect(originOf("https", ...hosts)).toBe(origin));
  test.each([["/a b", true, "/a%20b"], ["/100%", true, "/100%25"], ["/a?b#c", true, "/a%3Fb%23c"], ["/café", true, "/caf%C3%A9"], ["/a%2Fb", false, "/a%2Fb"], ["/a%2Fb", true, "/a%252Fb"], ["/a\ud800", true, "/a%EF%BF%BD"], ["/-._~!$&'()*+,;=:@", true, "/-._~!$&'()*+,;=:@"]])("the path %j, decoded %s, is %s", (path, decoded, expected) => {
    expect(pathOf(path, decoded)).toBe(expected);
  });
  test("a header's text beyond U+00FF becomes its UTF-8 bytes; one within stays", () => {
    expect([byteString("a", "é"), byteString("a", "€")]).toEqual(["é", "\u00e2\u0082\u00ac"]);
  });
  test.each(["a\rb", "a\nb", "a\0b"])("a header's %j is no front end's", (value) => {
    expect(() => byteString("x-a", value)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});
