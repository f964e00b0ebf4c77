import { expect, test } from "vitest";
import { incoming } from "../testing/incoming.ts";
import * as http from "../triggers/http.ts";
import { isPreflight } from "./cors.ts";
import { empty } from "./response.ts";
import { router } from "./router.ts";

const open = { access: "public" } as const;
const routes = Object.entries({
  root: http.get("/", open, () => empty()),
  list: http.get("/orders", { ...open, cors: { origins: "*" } }, () => empty()),
  create: http.post("/orders", open, () => empty()),
  one: http.get("/orders/{id}", open, () => empty()),
  only: http.post("/only-post", open, () => empty()),
  mount: http.all("/web/{rest+}", open, () => empty()),
}).map(([name, fn]) => ({ name, fn, timeoutMs: 1 }));
const find = router(routes, isPreflight);
const found = (method: string, path: string, headers = {}) => {
  const answer = find(incoming(path, { method, headers }));
  return "route" in answer ? [answer.route.name, answer.params] : answer;
};

test.each([
  ["GET", "/", ["root", {}]],
  ["HEAD", "/orders", ["list", {}]],
  ["POST", "/orders", ["create", {}]],
  ["GET", "/orders/a%20b", ["one", { id: "a b" }]],
  ["PURGE", "/web/x/y", ["mount", { rest: "x/y" }]],
  ["GET", "/nowhere", { status: 404 }],
  ["GET", "/orders/", { status: 404 }],
  ["DELETE", "/orders", { status: 405, allow: "GET, HEAD, POST" }],
  ["GET", "/only-post", { status: 405, allow: "POST" }],
  ["HEAD", "/only-post", { status: 405, allow: "POST" }],
  ["GET", "/orders/%zz", { status: 400, why: "not valid percent-encoding" }],
  ["GET", "/orders/%2e%2E/x", { status: 400, why: 'a segment is "." or ".."' }],
])("%s %s", (method, path, expected) => expect(found(method, path)).toEqual(expected));

test("a preflight finds the route of the method to come, where that route answers cross-origin requests", () => {
  const preflight = (method: string) => found("OPTIONS", "/orders", { origin: "https://a.example", "access-control-request-method": method });
  expect(preflight("GET")).toEqual(["list", {}]);
  expect(preflight("POST")).toEqual({ status: 405, allow: "GET, HEAD, POST" });
});
