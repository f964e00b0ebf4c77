import { describe, expect, test } from "vitest";
import { defineApp, empty, http, type Access, type App } from "@isobar/core";
import { bindingOf, plan } from "@isobar/core/plan";
import { composed, resourcesIn } from "../testing/composed.ts";
import { lineOf } from "../testing/planned.ts";
import { adapter } from "./entries.ts";
import { azure } from "./target.ts";

const issuer = "https://login.microsoftonline.com/contoso/v2.0";
const token = { jwt: { issuer, audience: "api://shop" } } as const;
const get = (path: string, access: Access, more: object = {}) => http.get(path as "/a", { access, ...more } as never, () => empty());
const linesOf = (app: App) => Object.fromEntries(plan(azure(app), adapter).bindings.map(({ function: name, verdicts }) => [name, lineOf(verdicts.find(({ capability }) => capability === "access")!.verdict)]));
const levelOf = (app: App, name: string) => (adapter.triggers.http.render(bindingOf(azure(app), name) as never).resources.registration as { readonly options: { readonly authLevel: string } }).options.authLevel;

describe("a token of Entra ID that all routes of a unit ask for", () => {
  const app = defineApp("shop", { a: get("/a", token), b: get("/b", token), open: get("/c", "public", { group: "open" }) });
  test("is checked before the function is called", () => {
    const line = `exact: App Service answers 401 to a caller without such a token, and the function is not called (Microsoft.Web/sites/config authsettingsV2 issuer ${issuer}, Microsoft.Web/sites/config authsettingsV2 audience api://shop, app.http authLevel anonymous)`;
    expect([linesOf(app), levelOf(app, "a"), levelOf(app, "open")]).toEqual([{ a: line, b: line, open: "exact (app.http authLevel anonymous)" }, "anonymous", "anonymous"]);
  });
  test("is one setting of the app, after it", () => {
    expect([...resourcesIn(composed(app))].find(([key]) => key.startsWith("authentication shop"))![1]).toMatchObject({
      type: "Microsoft.Web/sites/config",
      name: "[concat(variables('prefix'), '-shop/authsettingsV2')]",
      dependsOn: ["[resourceId('Microsoft.Web/sites', concat(variables('prefix'), '-shop'))]"],
      properties: {
        platform: { enabled: true },
        globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
        identityProviders: { azureActiveDirectory: { enabled: true, registration: { openIdIssuer: issuer, clientId: "shop" }, validation: { allowedAudiences: ["api://shop", "shop"] } } },
        login: { tokenStore: { enabled: false } },
        httpSettings: { requireHttps: true },
      },
    });
    expect([...resourcesIn(composed(app)).keys()].filter((key) => key.startsWith("authentication"))).toHaveLength(1);
  });
  test.each(["https://login.microsoftonline.us/t/v2.0", "https://sts.windows.net/t/", "https://contoso.ciamlogin.com/t/v2.0", "https://contoso.b2clogin.com/t/v2.0/", "https://login.partner.microsoftonline.cn/t/v2.0"])("may be of %s", (other) => {
    expect(linesOf(defineApp("shop", { a: get("/a", { jwt: { issuer: other, audience: "b" } }) })).a).toMatch(/^exact: /);
  });
});

describe("a token that nobody would check is refused, and its route asks for a key", () => {
  const both = (...more: readonly object[]) => defineApp("shop", Object.fromEntries([get("/a", token), ...more].map((fn, i) => ["abc"[i], fn])) as never);
  test.each<[string, App, string]>([
    ["of another issuer", defineApp("shop", { a: get("/a", { jwt: { issuer: "https://id.example", audience: "b" } }) }), 'unsupported: App Service checks bearer tokens of Microsoft Entra ID alone · access: "private"'],
    ["of an issuer that looks like it", defineApp("shop", { a: get("/a", { jwt: { issuer: "https://login.microsoftonline.com.example/t", audience: "b" } }) }), 'unsupported: App Service checks bearer tokens of Microsoft Entra ID alone · access: "private"'],
    ["beside an open route", both(get("/b", "public")), "unsupported: tokens are checked for a whole function app, of one issuer and for one audience · a `group` of its own for the routes that say the same"],
    ["beside one for another audience", both(get("/b", { jwt: { issuer, audience: "other" } })), "unsupported: tokens are checked for a whole function app, of one issuer and for one audience · a `group` of its own for the routes that say the same"],
    ["beside preflights", both(get("/b", token, { cors: { origins: "*" } })), "unsupported: a preflight brings no token, and App Service answers it 401 before the function is called · no `cors` in this group"],
  ])("%s", (_, app, line) => {
    expect([linesOf(app).a, levelOf(app, "a")]).toEqual([line, "function"]);
    expect(() => adapter.entry(azure(app), adapter.units(azure(app))[0]!, () => ({ module: "./a.js", export: "a" }))).toThrow(expect.objectContaining({ code: "unsupported", message: 'a: access by token — Azure — nothing would check it — use "private"' }));
  });
});
