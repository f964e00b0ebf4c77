import { expect, test } from "vitest";
import { checkFunction } from "../definition.ts";
import { empty } from "../http/response.ts";
import * as http from "./http.ts";

const open = { access: "public" } as const;
const handle = () => empty();

test("an HTTP function is plain data: method and path, options and handler", () => {
  const options = { access: "private", timeout: "5s" } as const;
  expect(http.get("/orders/{id}", options, handle)).toEqual({ kind: "http", source: { method: "GET", path: "/orders/{id}" }, options, handle });
});

test("each builder is its method; `all` is every method", () => {
  const methods = ([http.get, http.post, http.put, http.patch, http.delete, http.all] as readonly (typeof http.all)[]).map((build) => build("/", open, handle).source.method);
  expect(methods).toEqual(["GET", "POST", "PUT", "PATCH", "DELETE", "*"]);
});

const checked = (build: () => ReturnType<typeof http.get>) => () => checkFunction("hello", build());

test.each([
  [{}, "say who may call it with `access`"],
  [undefined, "say who may call it with `access`"],
  [{ access: "public", timeout: "0ms" }, "timeout"],
  [{ access: "public", timeout: "soon" }, "is not a duration"],
  [{ access: "public", cors: { origins: "*", credentials: true } }, 'origins "*" cannot be combined with credentials'],
])("the options %j are refused where the function becomes part of an app, naming it", (options, why) => {
  expect(checked(() => http.get("/", options as typeof open, handle))).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringMatching(/^hello: /) }));
  expect(checked(() => http.get("/", options as typeof open, handle))).toThrow(expect.objectContaining({ message: expect.stringContaining(why) }));
});

test("a path outside the grammar is refused as well", () => {
  expect(checked(() => http.get("/a//b", open, handle))).toThrow(expect.objectContaining({ code: "invalid-definition" }));
});
