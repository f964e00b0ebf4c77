/** Front ends of HTTP units: an HTTP API for all of them, or a URL of a function's own; what else there is, rest-api.ts and load-balancer.ts. */
import type { HttpFunction } from "@isobar/core";
import { bindingOf } from "@isobar/core/plan";
import type { HttpSettings } from "../triggers/http/plan.ts";
import { loadBalancer } from "./load-balancer.ts";
import { digest } from "./naming.ts";
import type { Fragment } from "./parts.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource, type Resources } from "./resources.ts";
import { restApi } from "./rest-api.ts";
import { fragment, gatewayPath, gatewayPermission, methodsOf, type FrontEnd, type Member, type Served } from "./routes.ts";
import type { AgreedUnit, Composition } from "./units.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostRoutes = 300;
const mostAuthorizers = 10;
const api = "HttpApi";
const about = { Isobar: { api: "http-api" } };

/** Of bearers' tokens, one for each issuer and audience. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function authorizer({ options: { access } }: HttpFunction): Named | undefined {
  if (typeof access === "string") return undefined;
  const { issuer, audience } = access.jwt;
  const id = digest(JSON.stringify([issuer, audience]));
  return [`JwtAuthorizer${id}`, { Type: "AWS::ApiGatewayV2::Authorizer", Metadata: about, Properties: { ApiId: ref(api), Name: `jwt-${id}`, AuthorizerType: "JWT", IdentitySource: ["$request.header.Authorization"], JwtConfiguration: { Issuer: issuer, Audience: [audience] } } }];
}
const authorization = ({ options: { access } }: HttpFunction, by: Named | undefined): object => (by !== undefined ? { AuthorizationType: "JWT", AuthorizerId: ref(by[0]) } : { AuthorizationType: access === "private" ? "AWS_IAM" : "NONE" });

function httpApi({ prefix, app }: Composition, served: readonly Served[]): FrontEnd {
  const shared: Resources = {
    [api]: { Type: "AWS::ApiGatewayV2::Api", Metadata: about, Properties: { Name: prefix, ProtocolType: "HTTP", Description: `routes of ${app.name}` } },
    // Without a name there is nothing in front of a path.
    [`${api}Stage`]: { Type: "AWS::ApiGatewayV2::Stage", Metadata: about, Properties: { ApiId: ref(api), StageName: "$default", AutoDeploy: true } },
  };
  const keys = new Map<string, string>();
  const authorizers = new Set<string>();
  const fragments = served.flatMap((each): readonly Fragment[] => {
    const { name, lambda } = each.unit;
    const integration = logicalId(name, "Integration");
    const of = { Isobar: { for: name } };
    const own: readonly Named[] = [
      [integration, { Type: "AWS::ApiGatewayV2::Integration", Metadata: of, Properties: { ApiId: ref(api), IntegrationType: "AWS_PROXY", IntegrationUri: getAtt(lambda), PayloadFormatVersion: "2.0", TimeoutInMillis: 30_000 } }],
      gatewayPermission(each.unit, "HttpPermission", sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*`)),
    ];
    return each.members.map(({ name: member, fn }) => {
      const by = authorizer(fn);
      if (by !== undefined) authorizers.add(by[0]);
      const routes = methodsOf(fn).flatMap(([method, what]): readonly Named[] => {
        const key = `${method} ${gatewayPath(fn.source.path)}`;
        // Functions of one unit may share a preflight: it arrives at the unit.
        if (keys.has(key)) return [];
        keys.set(key, member);
        const properties = { ApiId: ref(api), RouteKey: key, Target: sub(`integrations/\${${integration}}`), ...(what === "Preflight" ? { AuthorizationType: "NONE" } : authorization(fn, by)) };
        return [[logicalId(member, `${what}Route`), { Type: "AWS::ApiGatewayV2::Route", Metadata: { Isobar: { for: member } }, Properties: properties } satisfies Resource]];
      });
      return fragment(each, member, ...Object.entries(shared), ...(by === undefined ? [] : [by]), ...own, ...routes);
    });
  });
  const outputs = served.length === 0 ? {} : { [`${api}Address`]: { Description: "where the HTTP API answers", Value: getAtt(api, "ApiEndpoint") } };
  return {
    fragments,
    outputs,
    faults: [
      ...(keys.size > mostRoutes ? [`an HTTP API has ${mostRoutes} routes at most, and the app's functions make ${keys.size} (GET is two, with HEAD; cors one more): http.all is one, and variant "function-url" or "rest-api" for some takes theirs away`] : []),
      ...(authorizers.size > mostAuthorizers ? [`an HTTP API has ${mostAuthorizers} authorizers at most, and the app's functions name ${authorizers.size} pairs of issuer and audience`] : []),
    ],
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: since October 2025 whoever a URL lets in needs both permissions. */
function functionUrl(each: Served): FrontEnd {
  const { unit: { name, lambda }, members } = each;
  const url = logicalId(name, "Url");
  const of = { Isobar: { for: name } };
  const everyone = members.every(({ fn }) => fn.options.access === "public");
  const permission = (what: string, more: object): Named => [logicalId(name, what), { Type: "AWS::Lambda::Permission", Metadata: of, Properties: { FunctionName: ref(lambda), Principal: "*", ...more } }];
  const own: readonly Named[] = [
    [url, { Type: "AWS::Lambda::Url", Metadata: of, Properties: { TargetFunctionArn: getAtt(lambda), AuthType: everyone ? "NONE" : "AWS_IAM", InvokeMode: members.some(({ fn }) => fn.options.streaming) ? "RESPONSE_STREAM" : "BUFFERED" } }],
    // Callers with AWS credentials are let in by what their own identities may do.
    ...(everyone ? [permission("UrlPermission", { Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" }), permission("UrlInvokePermission", { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true })] : []),
  ];
  return { fragments: members.map((member) => fragment(each, member.name, ...own)), outputs: { [`${url}Address`]: { Description: `where ${members.map((member) => member.name).join(", ")} answers`, Value: getAtt(url, "FunctionUrl") } }, faults: [] };
}

/** All front ends of an app. Members of a unit have one variant: `httpMaker` refuses others. */
export function frontEnds(composition: Composition, units: readonly AgreedUnit[]): FrontEnd {
  const served = units.filter(({ kind }) => kind === "http").map((unit): Served => ({ unit, members: unit.functions.map((name) => bindingOf(composition.target, name) as unknown as Member) }));
  const by = (variant: NonNullable<HttpSettings["variant"]>) => served.filter(({ members }) => (members[0]!.settings.variant ?? "http-api") === variant);
  const all = [httpApi(composition, by("http-api")), ...by("function-url").map(functionUrl), restApi(composition, by("rest-api")), loadBalancer(composition, by("alb"))];
  return { fragments: all.flatMap(({ fragments }) => fragments), outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)) as FrontEnd["outputs"], faults: all.flatMap(({ faults }) => faults) };
}
