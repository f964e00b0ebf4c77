import { describe, expect, test } from "vitest";
import { empty, http, type HttpFunction } from "@isobar/core";
import { httpMaker, type HttpSettings } from "./plan.ts";

const whole = http.get("/a", { access: "public" }, () => empty());
const streaming = http.get("/b", { access: "public", streaming: true }, () => empty());
const bound = (name: string, fn: HttpFunction, settings: HttpSettings = {}) => ({ name, fn, settings });

describe("the entry maker follows the front end", () => {
  test("an HTTP API unless the target says otherwise", () => {
    expect([httpMaker([bound("a", whole)]), httpMaker([bound("a", whole, { variant: "http-api" }), bound("b", whole)])]).toEqual(["http", "http"]);
  });
  test("a Function URL streams where one of its functions does", () => {
    const url = { variant: "function-url" } as const;
    expect([httpMaker([bound("a", whole, url)]), httpMaker([bound("b", streaming, url)]), httpMaker([bound("a", whole, url), bound("b", streaming, url)])]).toEqual(["functionUrl", "functionUrlStream", "functionUrlStream"]);
  });
  test("streaming through the HTTP API is unsupported, and the text says what streams instead", () => {
    expect(() => httpMaker([bound("a", whole), bound("b", streaming)])).toThrow(
      expect.objectContaining({ code: "unsupported", message: 'b: streaming — AWS, HTTP API — the gateway takes whole answers only — set its variant to "function-url"' }),
    );
  });
  test("two front ends for one unit are unsupported", () => {
    expect(() => httpMaker([bound("a", whole), bound("b", whole, { variant: "function-url" })])).toThrow(
      expect.objectContaining({ code: "unsupported", message: "a, b: two front ends for one unit — a Lambda function answers one format — give them one variant or separate groups" }),
    );
  });
  test.each([["rest-api", "restApi", "REST API", "gateway"], ["alb", "alb", "ALB", "load balancer"]] as const)("%s has its own maker, and streams no more than the HTTP API does", (variant, maker, name, who) => {
    expect(httpMaker([bound("a", whole, { variant })])).toBe(maker);
    expect(() => httpMaker([bound("b", streaming, { variant })])).toThrow(expect.objectContaining({ code: "unsupported", message: `b: streaming — AWS, ${name} — the ${who} takes whole answers only — set its variant to "function-url"` }));
  });
});
