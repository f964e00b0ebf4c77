import { describe, expect, test } from "vitest";
import { checkPath, matchPath, moreSpecificFirst, patternOf, refuseOverlaps, segmentsOf } from "./path.ts";

const match = (pattern: string, path: string) => matchPath(patternOf(pattern), segmentsOf(path));

describe("grammar", () => {
  test.each(["/", "/a", "/a/", "/orders/{tenant}", "/{a}/{b}", "/files/{rest+}", "/a-b.c_d~e!$&'()*+,;=:@"])("%s is a path", (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });
  test.each([
    ["a", 'it starts with "/"'],
    ["/a//b", "an empty segment"],
    ["/files/{name}.jpg", "neither plain characters nor one whole {name}"],
    ["/{}", "neither plain characters"],
    ["/{1a}", "neither plain characters"],
    ["/ä", "neither plain characters"],
    ["/a%20b", "neither plain characters"],
    ["/api/*rest?", "neither plain characters"],
    ["/{rest+}/more", "{rest+} stands last"],
    ["/{a}/{a}", "{a} stands twice"],
    ["/a/../b", "never arrives"],
  ])("%s is refused", (path, why) => {
    expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(why) }));
  });
});

describe("matching", () => {
  test.each([
    ["/", "/", {}],
    ["/a/b", "/a/b", {}],
    ["/a", "/%61", {}],
    ["/orders/{id}", "/orders/7", { id: "7" }],
    ["/orders/{id}", "/orders/caf%C3%A9%20au", { id: "café au" }],
    ["/orders/{id}", "/orders/a%2Fb", { id: "a/b" }],
    ["/files/{rest+}", "/files/a/b%20c/", { rest: "a/b c/" }],
    ["/{rest+}", "/a", { rest: "a" }],
    ["/a/", "/a/", {}],
  ])("%s takes %s", (pattern, path, params) => expect(match(pattern, path)).toEqual(params));
  test.each([["/", "/a"], ["/a", "/A"], ["/a", "/a/"], ["/a/", "/a"], ["/a/b", "/a"], ["/orders/{id}", "/orders/"], ["/orders/{id}", "/orders"], ["/orders/{id}", "/orders/7/x"], ["/files/{rest+}", "/files"], ["/files/{rest+}", "/files/"], ["/{a}/b", "//b"]])("%s does not take %s", (pattern, path) => {
    expect(match(pattern, path)).toBeUndefined();
  });
  test("a path that is not valid percent-encoding is an error, not a mismatch", () => expect(() => match("/{a}", "/%zz")).toThrow(URIError));
  test("a parameter called __proto__ cannot be written, and a value of that name is a value", () => expect(match("/{a}", "/__proto__")).toEqual({ a: "__proto__" }));
});

describe("precedence", () => {
  test("the more specific route comes first: literal, parameter, rest, then the method", () => {
    const routes = ["GET /{rest+}", "* /a/{b}", "GET /a/{b}", "GET /a/b", "GET /{a}/b", "GET /"].map((each) => ({ method: each.split(" ")[0]!, path: each.split(" ")[1]! }));
    expect(routes.toSorted(moreSpecificFirst).map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /a/b", "GET /a/{b}", "* /a/{b}", "GET /", "GET /{a}/b", "GET /{rest+}"]);
  });
  const refuse = (a: string, b: string) => () => refuseOverlaps([a, b].map((each, i) => ({ name: `f${i}`, method: each.split(" ")[0]!, path: each.split(" ")[1]! })));
  test.each([["GET /{a}/b", "GET /a/{b}"], ["* /a", "GET /{x}"], ["GET /{a}/x/{c}", "GET /y/{b}/{c}"], ["GET /a/{rest+}", "GET /{x}/b"]])("%s and %s overlap without one being narrower, and are refused", (a, b) => {
    expect(refuse(a, b)).toThrow("neither is the more specific");
    expect(refuse(b, a)).toThrow("neither is the more specific");
  });
  test.each([["GET /a", "GET /a"], ["GET /{a}", "GET /{b}"], ["* /x/{rest+}", "* /x/{more+}"]])("%s and %s answer the same, and are refused", (a, b) => expect(refuse(a, b)).toThrow("answer the same requests"));
  test.each([["GET /a", "POST /a"], ["GET /a", "GET /b"], ["GET /a", "GET /{x}"], ["GET /a/{x}", "GET /{rest+}"], ["GET /a", "* /a"], ["GET /a", "GET /a/"], ["GET /a/b", "GET /{x}"], ["GET /x/", "GET /x/{rest+}"], ["GET /x/", "GET /x/{y}"], ["GET /x/", "GET /x/y"], ["GET /a/{rest+}", "GET /a/b/c/d"], ["GET /{x}", "GET /"], ["POST /{a}/b", "GET /a/{b}"]])("%s and %s stand beside each other", (a, b) => {
    expect(refuse(a, b)).not.toThrow();
    expect(refuse(b, a)).not.toThrow();
  });
});
