import { describe, expect, test } from "vitest";
import { empty, http, type Access, type HttpFunction } from "@isobar/core";
import { bound as binding, lineOf, linesOf } from "../../testing/planned.ts";
import { httpMaker, httpPlan, type HttpSettings } from "./plan.ts";

const whole = http.get("/a", { access: "public" }, () => empty());
const streaming = http.get("/b", { access: "public", streaming: true }, () => empty());
const bound = (name: string, fn: HttpFunction, settings: HttpSettings = {}, others: Readonly<Record<string, HttpFunction>> = {}) => binding(name, fn, settings, others);
const by = (variant: NonNullable<HttpSettings["variant"]>): HttpSettings => ({ variant });

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

describe("the promises of each front end", () => {
  test.each([
    ["http-api", "exact | AWS::ApiGatewayV2::Route AuthorizationType = NONE"],
    ["function-url", "exact | AWS::Lambda::Url AuthType = NONE | whom it lets in also needs two permissions on the function"],
    ["rest-api", "exact | AWS::ApiGateway::Method AuthorizationType = NONE"],
    ["alb", "exact | AWS::ElasticLoadBalancingV2::LoadBalancer Scheme = internet-facing"],
  ] as const)("%s, for anyone, with a whole answer", (variant, access) => {
    expect([httpPlan.variant(by(variant)), linesOf(httpPlan.assess(bound("page", whole, by(variant))))]).toEqual([variant, { access, streaming: "exact", timeout: "exact | AWS::Lambda::Function Timeout = 21", isolation: "exact | a Lambda function of its own" }]);
  });
  test("the HTTP API is the default", () => {
    expect([httpPlan.variant({}), httpPlan.assess(bound("page", whole))]).toEqual(["http-api", httpPlan.assess(bound("page", whole, by("http-api")))]);
  });
  const access = (variant: NonNullable<HttpSettings["variant"]>, given: Access) => lineOf(httpPlan.assess(bound("page", http.get("/a", { access: given }, () => empty()), by(variant))).access);
  const jwt = { jwt: { issuer: "https://issuer.example", audience: "shop" } };
  test("callers with AWS credentials, where the front end knows them", () => {
    expect([access("http-api", "private"), access("function-url", "private"), access("rest-api", "private"), access("alb", "private")]).toEqual([
      "exact | AWS::ApiGatewayV2::Route AuthorizationType = AWS_IAM",
      "exact | AWS::Lambda::Url AuthType = AWS_IAM | whom it lets in also needs two permissions on the function",
      "exact | AWS::ApiGateway::Method AuthorizationType = AWS_IAM",
      'unsupported | ALB knows no callers by their AWS credentials | variant "http-api"',
    ]);
  });
  test("bearers of a token, where it checks them", () => {
    expect([access("http-api", jwt), access("function-url", jwt), access("rest-api", jwt), access("alb", jwt)]).toEqual([
      "exact | AWS::ApiGatewayV2::Route AuthorizationType = JWT",
      'unsupported | Function URL checks no bearer\'s token | variant "http-api"',
      'unsupported | REST API checks no bearer\'s token | variant "http-api"',
      'unsupported | ALB checks no bearer\'s token | variant "http-api"',
    ]);
  });
  test("streaming, which a Function URL has alone", () => {
    expect((["function-url", "http-api", "rest-api", "alb"] as const).map((variant) => lineOf(httpPlan.assess(bound("b", streaming, by(variant))).streaming))).toEqual([
      "exact | AWS::Lambda::Url InvokeMode = RESPONSE_STREAM",
      'unsupported | the gateway takes whole answers only | variant "function-url"',
      'unsupported | a REST API streams in another format than this entry\'s | variant "function-url"',
      'unsupported | the load balancer takes whole answers only | variant "function-url"',
    ]);
  });
  test.each([
    ["http-api", "29s", "30s", 'unsupported | an HTTP API gives up after 30 s | timeout: "29s"', 30],
    ["rest-api", "28s", "29s", 'unsupported | a REST API gives up after 29 s | timeout: "28s"', 29],
    ["function-url", "899s", "15m", 'unsupported | a Lambda invocation ends after 900 s | timeout: "899s"', 900],
    ["alb", "899s", "15m", 'unsupported | a Lambda invocation ends after 900 s | timeout: "899s"', 900],
  ] as const)("%s has time for %s and not for %s", (variant, fits, not, gap, seconds) => {
    const timeout = (given: "29s" | "30s" | "28s" | "899s" | "15m") => lineOf(httpPlan.assess(bound("page", http.get("/a", { access: "public", timeout: given }, () => empty()), by(variant))).timeout);
    expect([timeout(fits), timeout(not)]).toEqual([`exact | AWS::Lambda::Function Timeout = ${seconds}`, gap]);
  });
});

describe("functions of one group", () => {
  const member = (path: "/a" | "/b", options: { readonly access?: Access; readonly timeout?: "5s" | "9s"; readonly streaming?: boolean } = {}) => http.get(path, { access: "public", group: "web", ...options }, () => empty());
  const url = by("function-url");
  test("share a Lambda function with the longest of their timeouts, and the plan says with whom", () => {
    const page = bound("page", member("/a", { timeout: "5s" }), {}, { list: member("/b", { timeout: "9s" }) });
    expect([httpPlan.render(page).resources, lineOf(httpPlan.assess(page).timeout), lineOf(httpPlan.assess(page).isolation)]).toEqual([
      { WebFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "web" } }, Properties: { Timeout: 10 } } },
      "exact | AWS::Lambda::Function Timeout = 10",
      'exact | shared with list, by group "web"',
    ]);
  });
  test("stream all where one does, behind a Function URL", () => {
    expect([httpPlan.render(bound("page", member("/a"), url, { list: member("/b", { streaming: true }) })).maker, httpPlan.render(bound("page", member("/a"), url, { list: member("/b") })).maker, httpPlan.render(bound("page", member("/a"), {}, { list: member("/b", { streaming: true }) })).maker]).toEqual(["functionUrlStream", "functionUrl", "http"]);
  });
  test("that let in others than each other are a gap behind a Function URL, and none behind an HTTP API", () => {
    const access = (settings: HttpSettings) => lineOf(httpPlan.assess(bound("page", member("/a"), settings, { list: member("/b", { access: "private" }) })).access);
    expect([access(url), access({})]).toEqual(['unsupported | one Function URL lets in all or none, and list of the same group asks for something else | another group, or variant "http-api"', "exact | AWS::ApiGatewayV2::Route AuthorizationType = NONE"]);
  });
});

test("what is rendered is the function and its timeout", () => {
  expect(httpPlan.render(bound("page", whole, by("rest-api")))).toEqual({ maker: "restApi", resources: { PageFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "page" } }, Properties: { Timeout: 21 } } }, grants: [] });
});
test("a front end that AWS has not got is unsupported", () => {
  const pigeon = bound("page", whole, { variant: "carrier-pigeon" } as never);
  for (const ask of [() => httpPlan.assess(pigeon), () => httpPlan.render(pigeon), () => httpMaker([pigeon])]) expect(ask).toThrow(expect.objectContaining({ code: "unsupported", message: 'page: variant "carrier-pigeon" — AWS has no such http wire' }));
});

describe("cross-origin requests and who is let in", () => {
  const cors = { cors: { origins: "*" } } as const;
  const get = (path: `/${string}`, options: object = {}) => http.get(path, { access: "public", ...options }, () => empty());
  const post = (path: `/${string}`, options: object = {}) => http.post(path, { access: "public", ...options }, () => empty());
  const all = (path: `/${string}`, options: object = {}) => http.all(path, { access: "public", ...options }, () => empty());
  const access = (fn: HttpFunction, variant: HttpSettings["variant"] = "http-api", others: Readonly<Record<string, HttpFunction>> = {}) => lineOf(httpPlan.assess(bound("page", fn, { variant }, others)).access);
  const isolation = (fn: HttpFunction, others: Readonly<Record<string, HttpFunction>>, variant: HttpSettings["variant"] = "http-api") => lineOf(httpPlan.assess(bound("page", fn, { variant }, others)).isolation);
  const anyMethod = "unsupported | preflights for page are let in without credentials, and this function would answer any OPTIONS as its own | a function for each method, as in http.get and http.post";

  test("a function of every method that is not for anyone answers no preflights: OPTIONS would let anyone in", () => {
    const jwt = { access: { jwt: { issuer: "https://issuer.example", audience: "shop" } } };
    expect([access(all("/a", { ...cors, access: "private" })), access(all("/a", { ...cors, ...jwt })), access(all("/a", { ...cors, access: "private" }), "rest-api")]).toEqual([anyMethod, anyMethod, anyMethod]);
    expect([access(all("/a", cors)), access(all("/a", { access: "private" })), access(get("/a", { ...cors, access: "private" }))]).toEqual(["exact | AWS::ApiGatewayV2::Route AuthorizationType = NONE", "exact | AWS::ApiGatewayV2::Route AuthorizationType = AWS_IAM", "exact | AWS::ApiGatewayV2::Route AuthorizationType = AWS_IAM"]);
  });
  test("nor where another of its group answers them", () => {
    const other = { other: get("/b", { ...cors, group: "web" }) };
    expect([access(all("/a", { access: "private", group: "web" }), "http-api", other), access(all("/a", { access: "private" }), "http-api", other)]).toEqual(["unsupported | preflights for other are let in without credentials, and this function would answer any OPTIONS as its own | a function for each method, as in http.get and http.post", "exact | AWS::ApiGatewayV2::Route AuthorizationType = AWS_IAM"]);
  });
  test("a Function URL lets a preflight in only where it lets in all", () => {
    expect([access(get("/a", { ...cors, access: "private" }), "function-url"), access(get("/a", cors), "function-url")]).toEqual(["unsupported | a Function URL lets in a preflight, which carries no credentials, only where it lets in all | variant \"http-api\"", "exact | AWS::Lambda::Url AuthType = NONE | whom it lets in also needs two permissions on the function"]);
  });
  const alike = "unsupported | a preflight goes to one Lambda function, and those for other and page are alike until its header is read | one group for them";
  const own = "exact | a Lambda function of its own";
  test.each([
    ["one path", get("/a", cors), post("/a", cors), alike],
    ["a path and a parameter that takes it", get("/a/b", cors), post("/a/{id}", cors), alike],
    ["a parameter and the rest", get("/a/{id}", cors), post("/a/{rest+}", cors), alike],
    ["one method on all of them", get("/a", cors), all("/{rest+}", cors), alike],
    ["paths apart", get("/a", cors), post("/b", cors), own],
    ["paths of other lengths", get("/a", cors), post("/a/{id}", cors), own],
    ["one method: the narrower route has both", get("/a/b", cors), get("/a/{id}", cors), own],
    ["no preflights for one of them", get("/a", cors), post("/a"), own],
  ] as const)("two functions of their own with preflights for %s", (_, fn, other, line) => {
    expect(isolation(fn, { other })).toBe(line);
  });
  test("of one group they are one, and at URLs of their own they are apart", () => {
    expect([isolation(get("/a", { ...cors, group: "web" }), { other: post("/a", { ...cors, group: "web" }) }), isolation(get("/a", cors), { other: post("/a", cors) }, "function-url")]).toEqual(['exact | shared with other, by group "web"', own]);
  });
});
