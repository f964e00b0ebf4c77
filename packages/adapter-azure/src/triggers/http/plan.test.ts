import { describe, expect, test } from "vitest";
import { defineApp, empty, http, type App, type HttpFunction } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "../../deploy/entries.ts";
import { azure } from "../../deploy/target.ts";
import { lineOf, planned } from "../../testing/planned.ts";
import { authLevelOf } from "../../deploy/access.ts";
import { httpOptions, routeOf } from "./plan.ts";

const options = (fn: HttpFunction) => httpOptions(fn, authLevelOf(fn, [fn]));
const access = "public" as const;
const token = { jwt: { issuer: "https://id.example", audience: "shop" } } as const;

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
  test("private access asks for a function key, and so does access by token, which is refused", () => {
    expect([options(http.get("/a", { access: "private" }, () => empty())), options(http.get("/a", { access: token }, () => empty()))]).toMatchObject([{ authLevel: "function" }, { authLevel: "function" }]);
  });
});

describe("an HTTP function", () => {
  const { binding, lines, faults } = planned(http.get("/orders/{id}", { access }, () => empty()));
  test("is rendered with its route alone in front, and no home page", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["http-trigger", [], {
      maker: "http",
      resources: {
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-shop')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs shop", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512, triggers: { http: { perInstanceConcurrency: 16 } } } }, siteConfig: { appSettings: [{ name: "AzureWebJobsDisableHomepage", value: "true" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:21", extensions: { http: { routePrefix: "" } } },
        registration: { name: "act", app: "http", maker: "http", options: { route: "orders/{id}", methods: ["GET", "HEAD"], authLevel: "anonymous" } },
      },
      grants: [],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({ access: "exact (app.http authLevel anonymous)", streaming: "exact", timeout: "exact (host.json functionTimeout 00:00:21)", isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)" });
  });
  test.each<[string, Parameters<typeof http.get>[1], string, string, string]>([
    ["private", { access: "private" }, "/a", "access", "exact: callers show a key, which they share (app.http authLevel function)"],
    ["by token", { access: token }, "/a", "access", 'unsupported: App Service checks bearer tokens of Microsoft Entra ID alone · access: "private"'],
    ["under the host's own paths", { access }, "/Admin/users", "access", "unsupported: the host answers what lies under /admin itself · another path"],
    ["that is the host's own path", { access }, "/admin", "access", "unsupported: the host answers what lies under /admin itself · another path"],
    ["beside the host's own paths", { access }, "/administration", "access", "exact (app.http authLevel anonymous)"],
    ["in pieces", { access, streaming: true }, "/a", "streaming", "exact (app.setup enableHttpStream true)"],
    ["for as long as a load balancer waits", { access, timeout: "229s" }, "/a", "timeout", "exact (host.json functionTimeout 00:03:50)"],
    ["for longer", { access, timeout: "229001ms" }, "/a", "timeout", 'unsupported: the platform\'s load balancer waits 230 s for the first byte of an answer · timeout: "229s"'],
  ])("%s", (_, asked, path, capability, line) => {
    expect(planned(http.get(path as "/a", asked as { access: "public" }, () => empty())).lines[capability as "access"]).toBe(line);
  });
});

describe("functions of one unit", () => {
  const app = defineApp("shop", {
    list: http.get("/a", { access, timeout: "2s" }, () => empty()),
    feed: http.get("/b", { access, timeout: "10s", streaming: true }, () => empty()),
    apart: http.get("/c", { access, timeout: "3s", group: "back" }, () => empty()),
  });
  const { bindings } = plan(azure(app as App), adapter);
  const of = (name: string) => bindings.find((each) => each.function === name)!;
  test("agree on their app: it streams where one of them does, and has the longest time of any", () => {
    expect(["list", "feed", "apart"].map((name) => [of(name).rendered.maker, of(name).rendered.resources["host.json"], (of(name).rendered.resources.site as { readonly name: string }).name])).toEqual([
      ["httpStream", { version: "2.0", functionTimeout: "00:00:11", extensions: { http: { routePrefix: "" } } }, "[concat(variables('prefix'), '-shop')]"],
      ["httpStream", { version: "2.0", functionTimeout: "00:00:11", extensions: { http: { routePrefix: "" } } }, "[concat(variables('prefix'), '-shop')]"],
      ["http", { version: "2.0", functionTimeout: "00:00:04", extensions: { http: { routePrefix: "" } } }, "[concat(variables('prefix'), '-back')]"],
    ]);
  });
  test("share it, and the plan says with whom", () => {
    expect(bindings.map(({ verdicts }) => lineOf(verdicts.find(({ capability }) => capability === "isolation")!.verdict))).toEqual([
      "exact: the HTTP functions of an app are one function app: shared with feed (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)", "exact: the HTTP functions of an app are one function app: shared with list (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)", "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    ]);
  });
});
