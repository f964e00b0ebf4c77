import { describe, expect, test } from "vitest";
import { splitCookies } from "./cookies.ts";

const whole = (...values: readonly string[]) => splitCookies(values, false);
const streamed = (...values: readonly string[]) => splitCookies(values, true);
/** Beside it, a cookie leaves as a structure. */
const other = "z=1";
const structure = (value: string) => streamed(value, other).structured[0];

describe("which cookie goes as the header", () => {
  test("none of none, and one alone, unread", () => {
    expect([whole(), whole("anything, =; at all"), streamed("anything, =; at all")]).toEqual([
      { verbatim: undefined, structured: [] }, { verbatim: "anything, =; at all", structured: [] }, { verbatim: "anything, =; at all", structured: [] },
    ]);
  });
  test("none of several that structures hold exactly", () => {
    expect(whole("a=1", "b=%20x")).toEqual({ verbatim: undefined, structured: [{ name: "a", value: "1" }, { name: "b", value: " x" }] });
  });
  test.each(["a=x y", "a=\"q\"", "a=1+1", "a=%7e", "a=%41", "a=%C3", "a=100%", "a=caf\u00e9", "a=b=c", "a=it's"])("of several, %s, whose value the host would write in another way", (first) => {
    expect(whole(other, first)).toEqual({ verbatim: first, structured: [{ name: "z", value: "1" }] });
  });
  test.each(["a=1; Partitioned", "a=1; Priority=High", "a=1; Max-Age=soon", "a=1; Expires=never", "a=1; SameSite=Sometimes", "a=1; Secure=yes", "flag", "=1"])("of several, %s, which no structure holds", (foreign) => {
    expect(whole("a=x y", foreign, other)).toEqual({ verbatim: foreign, structured: [{ name: "a", value: "x y" }, { name: "z", value: "1" }] });
  });
  test("two that no structure holds are unsupported, by their names", () => {
    expect(() => whole("a=1; Partitioned", "b=2", "c=3; Priority=High")).toThrow(expect.objectContaining({ code: "unsupported", message: "Azure Functions carries one cookie with attributes beyond RFC 6265, not 2: a, c" }));
  });
  test("beside others in a streamed answer one is unsupported", () => {
    expect(() => streamed("a=1; Partitioned", "b=2")).toThrow(expect.objectContaining({ code: "unsupported", message: "Azure Functions carries no cookie with attributes beyond RFC 6265 beside another in a streamed answer, not 1: a" }));
  });
});

describe("a cookie as a structure", () => {
  test("every attribute of RFC 6265, and SameSite, whatever their case", () => {
    expect(structure("sid=abc; DOMAIN=shop.example; Path=/a; expires=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=60; Secure; HttpOnly; SameSite=none")).toEqual({
      name: "sid", value: "abc", domain: "shop.example", path: "/a", expires: new Date("2026-10-21T07:28:00Z"), maxAge: 60, secure: true, httpOnly: true, sameSite: "None",
    });
  });
  test("the value is decoded, since the host encodes it again; one that is no encoding is left alone", () => {
    expect([structure("a=%20%C3%A9"), structure("a=100%"), structure("a=%C3"), structure("a="), structure("a=b=c")]).toEqual([" é", "100%", "%C3", "", "b=c"].map((value) => ({ name: "a", value })));
  });
  test.each([["Strict", "Strict"], ["LAX", "Lax"], ["nOnE", "None"]])("SameSite=%s is %s", (said, sameSite) => {
    expect(structure(`a=1; SameSite=${said}`)).toEqual({ name: "a", value: "1", sameSite });
  });
  test("a negative Max-Age, which ends a cookie, stays", () => {
    expect(structure("a=; Max-Age=-1")).toEqual({ name: "a", value: "", maxAge: -1 });
  });
  test("blanks and empty attributes mean nothing; of a repeated attribute the last counts", () => {
    expect(structure(" a = 1 ;; Path=/x ; Path = /y;")).toEqual({ name: "a", value: "1", path: "/y" });
  });
  test("a cookie named __proto__ is one", () => {
    expect(structure("__proto__=1")).toEqual({ name: "__proto__", value: "1" });
  });
});
