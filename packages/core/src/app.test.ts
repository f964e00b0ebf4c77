import { describe, expect, test } from "vitest";
import { defineApp } from "./app.ts";
import { defineQueue } from "./channel.ts";
import { empty } from "./http/response.ts";
import * as http from "./triggers/http.ts";
import { queue } from "./triggers/queue.ts";

const open = { access: "public" } as const;
const build = { get: http.get, post: http.post, all: http.all } as Readonly<Record<string, typeof http.all>>;
const route = (path: `/${string}`, method: "get" | "post" | "all" = "get") => build[method]!(path, open, () => empty());
const consume = (name: string) => queue(defineQueue(name), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
const refusal = (message: string) => expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(message) });

test("an app is its name and the very functions it was given", () => {
  const functions = { checkout: route("/checkout"), charge: consume("orders") };
  const app = defineApp("shop", functions);
  expect(app).toEqual({ name: "shop", functions });
  expect(app.functions).toBe(functions);
});

describe("names", () => {
  test.each(["", "Shop", "1shop", "shop-", "shop--eu", "shop_eu", "a".repeat(41)])("the app name %j is refused", (name) => {
    expect(() => defineApp(name, {})).toThrow(refusal("app name"));
  });
  test.each(["shop", "shop-eu-2", "a".repeat(40)])("the app name %j is taken", (name) => expect(defineApp(name, {}).name).toBe(name));
  test.each(["", "a-b", "a_b", "1a", "a b", "ä", "$", "a".repeat(61)])("the function name %j is refused", (name) => {
    expect(() => defineApp("shop", { [name]: route("/") })).toThrow(refusal("function name"));
  });
  test("the function name then is refused: its module could not be imported", () => {
    expect(() => defineApp("shop", { then: route("/") })).toThrow(refusal('function name "then": a module that exports it is taken for a promise'));
  });
  test("two functions whose names differ in case only are refused", () => {
    expect(() => defineApp("shop", { charge: route("/a"), Charge: route("/b") })).toThrow(refusal("charge and Charge differ in case only"));
  });
});

describe("what is no function is refused, naming the export", () => {
  test.each([["a number", 1], ["null", null], ["undefined", undefined], ["a bare handler", () => empty()], ["a channel", defineQueue("orders")], ["an object with a kind only", { kind: "http" }]])("%s", (_, value) => {
    expect(() => defineApp("shop", { good: route("/"), helper: value as never })).toThrow(refusal("helper is no function of Isobar"));
  });
});

describe("consumers and routes", () => {
  test("one queue has one consumer", () => {
    expect(() => defineApp("shop", { a: consume("orders"), b: consume("orders") })).toThrow(refusal('a and b both consume queue "orders"'));
    expect(() => defineApp("shop", { a: consume("orders"), b: consume("others") })).not.toThrow();
  });
  test("two routes for the same requests are refused", () => {
    expect(() => defineApp("shop", { a: route("/x/{id}"), b: route("/x/{name}") })).toThrow(refusal("a and b answer the same requests: GET /x/{id}, GET /x/{name}"));
  });
  test("two routes of which neither is the more specific are refused", () => {
    expect(() => defineApp("shop", { a: route("/{kind}/new"), b: route("/orders/{id}") })).toThrow(refusal("a (GET /{kind}/new) and b (GET /orders/{id}) overlap"));
  });
  test("one path may have a function for each method, and a mount beneath", () => {
    expect(() => defineApp("shop", { a: route("/x"), b: route("/x", "post"), c: route("/{rest+}", "all") })).not.toThrow();
  });
});

describe("one name is one channel", () => {
  const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
  test.each([
    ["its order", defineQueue("orders"), defineQueue("orders", { order: "by-key" })],
    ["its format", defineQueue("orders"), defineQueue("orders", { format: "bytes" })],
  ] as const)("two definitions that differ in %s are refused, wherever they stand", (what, one, other) => {
    const consumer = queue(one, { delivery }, () => {});
    for (const second of [queue(defineQueue("a"), { delivery: { maxAttempts: 1, deadLetter: other } }, () => {}), queue(defineQueue("a"), { delivery, sends: [other] }, () => {})])
      expect(() => defineApp("shop", { consumer, second })).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(what) as string }));
  });
  test("two that say the same are one", () => expect(() => defineApp("shop", { consumer: queue(defineQueue("orders"), { delivery }, () => {}), second: queue(defineQueue("a"), { delivery, sends: [defineQueue("orders")] }, () => {}) })).not.toThrow());
});
