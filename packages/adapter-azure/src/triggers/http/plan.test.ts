import { describe, expect, test } from "vitest";
import { empty, http, type HttpFunction } from "@isobar/core";
import { httpOptions, routeOf } from "./plan.ts";

const options = (fn: HttpFunction) => httpOptions({ name: "checkout", fn, settings: {} });
const access = "public" as const;

describe("the options of app.http", () => {
  test("a route is the path without its first slash, the rest as ASP.NET Core spells it", () => {
    expect(["/", "/a", "/a/", "/orders/{tenant}/items/{id}", "/files/{path+}", "/{rest+}", "/a.b~c!$&'()*+,;=:@"].map((path) => routeOf(path))).toEqual(["/", "a", "a/", "orders/{tenant}/items/{id}", "files/{*path}", "{*rest}", "a.b~c!$&'()*+,;=:@"]);
  });
  test("GET answers HEAD too", () => {
    expect(options(http.get("/a", { access }, () => empty()))).toEqual({ route: "a", methods: ["GET", "HEAD"], authLevel: "anonymous" });
  });
  test("another method is itself", () => {
    expect(options(http.post("/a", { access }, () => empty()))).toEqual({ route: "a", methods: ["POST"], authLevel: "anonymous" });
  });
  test("cross-origin answers need OPTIONS", () => {
    expect([options(http.get("/a", { access, cors: { origins: "*" } }, () => empty())).methods, options(http.put("/a", { access, cors: { origins: "*" } }, () => empty())).methods]).toEqual([["GET", "HEAD", "OPTIONS"], ["PUT", "OPTIONS"]]);
  });
  test("every method is every one that handlers are for", () => {
    expect(options(http.all("/{rest+}", { access, cors: { origins: "*" } }, () => empty()))).toEqual({ route: "{*rest}", methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], authLevel: "anonymous" });
  });
  test("private access asks for a function key", () => {
    expect(options(http.get("/a", { access: "private" }, () => empty()))).toMatchObject({ authLevel: "function" });
  });
  test("access by token is unsupported, and the text says what works", () => {
    expect(() => options(http.get("/a", { access: { jwt: { issuer: "https://id.example", audience: "shop" } } }, () => empty()))).toThrow(
      expect.objectContaining({ code: "unsupported", message: 'checkout: access by token — Azure — no generated setting checks it yet — use "private"' }),
    );
  });
});
