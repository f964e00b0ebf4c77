/**
 * Access by token: App Service's own authentication, which stands before the host and checks who calls. It is one setting for a whole app. https://learn.microsoft.com/azure/app-service/overview-authentication-authorization
 * and, for bearers of tokens, https://learn.microsoft.com/azure/app-service/configure-authentication-provider-aad#daemon-client-application-service-to-service-calls
 */
import type { Access, HttpFunction } from "@isobar/core";
import { exact, unsupported, type Verdict } from "@isobar/core/plan";
import { idOfPrefixed, literal, prefixed, resource, type Resources } from "./arm.ts";

type Token = Exclude<Access, string>["jwt"];
/** Whose tokens it checks where a caller brings one; of other issuers the pages tell how users sign in, and no more. Hosts: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const entra = /^https:\/\/(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|[\w-]+\.(?:ciamlogin|b2clogin)\.com)\/./;
const secondBest = 'access: "private"';
const tokenOf = ({ options: { access } }: HttpFunction): Token | undefined => (typeof access === "object" ? access.jwt : undefined);

/** Why a unit's token cannot be checked. In: all functions of the unit, and the one that asks. */
function tokenGap(fn: HttpFunction, members: readonly HttpFunction[]): Verdict | undefined {
  const token = tokenOf(fn)!;
  if (!entra.test(token.issuer)) return unsupported("App Service checks bearer tokens of Microsoft Entra ID alone", secondBest);
  if (members.some((other) => tokenOf(other)?.issuer !== token.issuer || tokenOf(other)?.audience !== token.audience)) return unsupported("tokens are checked for a whole function app, of one issuer and for one audience", "a `group` of its own for the routes that say the same");
  return members.some(({ options }) => options.cors !== undefined) ? unsupported("a preflight brings no token, and App Service answers it 401 before the function is called", "no `cors` in this group") : undefined;
}
/** Whether a function is called by nobody whose token was not checked. */
export const isChecked = (fn: HttpFunction, members: readonly HttpFunction[]): boolean => tokenOf(fn) !== undefined && tokenGap(fn, members) === undefined;
/** The host asks for a key where nothing else keeps others out. */
export const authLevelOf = (fn: HttpFunction, members: readonly HttpFunction[]): "anonymous" | "function" => (fn.options.access === "public" || isChecked(fn, members) ? "anonymous" : "function");

const settings = "Microsoft.Web/sites/config authsettingsV2";
export function assessAccess(fn: HttpFunction, members: readonly HttpFunction[]): Verdict {
  const { source: { path }, options: { access } } = fn;
  if (/^\/admin(?:\/|$)/i.test(path)) return unsupported("the host answers what lies under /admin itself", "another path");
  if (access === "public") return exact({ "app.http authLevel": "anonymous" });
  if (access === "private") return exact({ "app.http authLevel": "function" }, "callers show a key, which they share");
  return tokenGap(fn, members) ?? exact({ [`${settings} issuer`]: access.jwt.issuer, [`${settings} audience`]: access.jwt.audience, "app.http authLevel": "anonymous" }, "App Service answers 401 to a caller without such a token, and the function is not called");
}
/** An app's id, where the audience is "api://" and that: tokens of version 2 name the id alone. */
const clientIdOf = (audience: string): string => audience.replace(/^api:\/\//, "");
/** What checks a unit's tokens; none where it has none. */
export function authenticated(unit: string, fn: HttpFunction, members: readonly HttpFunction[]): Resources {
  if (!isChecked(fn, members)) return {};
  const { issuer, audience } = tokenOf(fn)!;
  return {
    authentication: resource("Microsoft.Web/sites/config", {
      name: prefixed("Microsoft.Web/sites", unit, "authsettingsV2"),
      comments: `who may call ${unit}`,
      dependsOn: [idOfPrefixed("Microsoft.Web/sites", unit)],
      properties: {
        platform: { enabled: true },
        globalValidation: { requireAuthentication: true, unauthenticatedClientAction: "Return401" },
        identityProviders: { azureActiveDirectory: { enabled: true, registration: { openIdIssuer: literal(issuer), clientId: literal(clientIdOf(audience)) }, validation: { allowedAudiences: [...new Set([audience, clientIdOf(audience)])].map(literal) } } },
        login: { tokenStore: { enabled: false } },
        httpSettings: { requireHttps: true },
      },
    }),
  };
}
