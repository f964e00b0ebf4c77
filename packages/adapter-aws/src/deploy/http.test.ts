import { describe, expect, test } from "vitest";
import { defineApp, empty, http, type Access, type App, type HttpFunction } from "@isobar/core";
import { composed, propertiesIn, refusals, resourceIn, templateOf } from "../testing/composed.ts";
import type { AwsSettings } from "./target.ts";

const page = (options: object = {}, path: `/${string}` = "/a", access: Access = "public") => http.get(path, { access, ...options }, () => empty());
const post = (path: `/${string}`, options: object = {}) => http.post(path, { access: "public", ...options }, () => empty());
const all = (path: `/${string}`, options: object = {}) => http.all(path, { access: "public", ...options }, () => empty());
const app = (functions: Readonly<Record<string, HttpFunction>>) => defineApp("shop", functions);
const by = (variant: string, ...names: readonly string[]): AwsSettings => ({ functions: Object.fromEntries(names.map((name) => [name, { variant }])) }) as AwsSettings;
const cors = { cors: { origins: "*" } } as const;
const jwt = (audience = "shop") => ({ jwt: { issuer: "https://issuer.example", audience } });
/** "GET /a NONE", of every route or method. */
function routes(of: App, settings: AwsSettings = {}): readonly string[] {
  const template = templateOf(of, settings);
  return Object.values(template.Resources).flatMap(({ Type, Properties: { RouteKey, AuthorizationType, HttpMethod, AuthorizerId } }) =>
    Type === "AWS::ApiGatewayV2::Route" ? [`${String(RouteKey)} ${String(AuthorizationType)}${AuthorizerId === undefined ? "" : ` ${(AuthorizerId as { readonly Ref: string }).Ref}`}`] : Type === "AWS::ApiGateway::Method" ? [`${String(HttpMethod)} ${String(AuthorizationType)}`] : [],
  );
}

describe("an HTTP API", () => {
  test("has a route for each method: HEAD where GET is answered, and OPTIONS, for anyone, where preflights are", () => {
    expect(routes(app({ page: page(), save: post("/b/{id}", cors), any: all("/c/{rest+}", cors), root: post("/") }))).toEqual(["GET /a NONE", "HEAD /a NONE", "POST /b/{id} NONE", "OPTIONS /b/{id} NONE", "ANY /c/{proxy+} NONE", "POST / NONE"]);
  });
  test("lets in whom the function says, and preflights without credentials", () => {
    expect(routes(app({ page: page(cors, "/a", "private"), save: page({}, "/b", jwt()) }))).toEqual(["GET /a AWS_IAM", "HEAD /a AWS_IAM", "OPTIONS /a NONE", "GET /b JWT JwtAuthorizer47547389", "HEAD /b JWT JwtAuthorizer47547389"]);
  });
  test("has one authorizer for each issuer and audience", () => {
    const template = templateOf(app({ a: page({}, "/a", jwt()), b: page({}, "/b", jwt()), c: page({}, "/c", jwt("other")) }));
    const authorizers = Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::ApiGatewayV2::Authorizer");
    expect(authorizers.map(([, { Properties }]) => Properties)).toEqual(["shop", "other"].map((audience) => ({ ApiId: { Ref: "HttpApi" }, Name: expect.stringMatching(/^jwt-[0-9a-f]{8}$/), AuthorizerType: "JWT", IdentitySource: ["$request.header.Authorization"], JwtConfiguration: { Issuer: "https://issuer.example", Audience: [audience] } })));
    expect(authorizers[0]![1].Metadata).toEqual({ Isobar: { api: "http-api", for: "a, b", at: "functions/a.ts:5, functions/b.ts:5" } });
  });
  test("sends functions of one group to one Lambda function, with one route for a preflight that they share", () => {
    const template = templateOf(app({ read: page({ ...cors, group: "web" }), save: post("/a", { ...cors, group: "web" }) }));
    const targets = Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::ApiGatewayV2::Route").map(([id, { Properties }]) => [id, Properties.RouteKey, Properties.Target]);
    const target = { "Fn::Sub": "integrations/${WebIntegration}" };
    expect(targets).toEqual([["ReadRoute", "GET /a", target], ["ReadHeadRoute", "HEAD /a", target], ["ReadPreflightRoute", "OPTIONS /a", target], ["SaveRoute", "POST /a", target]]);
  });
  test("has 300 routes at most", () => {
    const many = (count: number) => app(Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, post(`/p${i}`)])));
    expect([refusals(many(300), { nested: true }), refusals(many(301), { nested: true })]).toEqual([[], ['an HTTP API has 300 routes at most, and the app\'s functions make 301 (GET is two, with HEAD; cors one more): http.all is one, and variant "function-url" or "rest-api" for some takes theirs away']]);
  });
  test("has ten authorizers at most", () => {
    expect(refusals(app(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, page({}, `/p${i}`, jwt(`a${i}`))]))))).toEqual(["an HTTP API has 10 authorizers at most, and the app's functions name 11 pairs of issuer and audience"]);
  });
});

describe("a function's own URL", () => {
  const url = by("function-url", "page");
  test("for anyone takes two permissions", () => {
    const template = templateOf(app({ page: page() }), url);
    expect([propertiesIn(template, "PageUrl"), propertiesIn(template, "PageUrlPermission"), propertiesIn(template, "PageUrlInvokePermission"), template.Outputs]).toEqual([
      { TargetFunctionArn: { "Fn::GetAtt": ["PageFunction", "Arn"] }, AuthType: "NONE", InvokeMode: "BUFFERED" },
      { FunctionName: { Ref: "PageFunction" }, Principal: "*", Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
      { FunctionName: { Ref: "PageFunction" }, Principal: "*", Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
      { PageUrlAddress: { Description: "where page answers", Value: { "Fn::GetAtt": ["PageUrl", "FunctionUrl"] } } },
    ]);
  });
  test("for callers with credentials takes none, and streams where its function does", () => {
    const template = templateOf(app({ page: page({ streaming: true }, "/a", "private") }), url);
    expect([propertiesIn(template, "PageUrl"), Object.values(template.Resources).filter(({ Type }) => Type === "AWS::Lambda::Permission")]).toEqual([{ TargetFunctionArn: { "Fn::GetAtt": ["PageFunction", "Arn"] }, AuthType: "AWS_IAM", InvokeMode: "RESPONSE_STREAM" }, []]);
  });
  test("needs no API", () => expect(Object.keys(templateOf(app({ page: page() }), url).Resources).filter((id) => id.includes("Api"))).toEqual([]));
});

describe("a REST API", () => {
  const two = app({ page: page({}, "/a/{id}"), save: post("/a/{name}/b", { ...cors, access: "private" }), any: all("/c/{rest+}"), root: post("/") });
  const rest = by("rest-api", "page", "save", "any", "root");
  const paths = (of: App, settings: AwsSettings) => {
    const { Resources } = templateOf(of, settings);
    const pathOf = (id: string): string => {
      const { ParentId, PathPart } = Resources[id]!.Properties as { readonly ParentId: { readonly Ref?: string }; readonly PathPart: string };
      return `${ParentId.Ref === undefined ? "" : pathOf(ParentId.Ref)}/${PathPart}`;
    };
    return Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::ApiGateway::Resource").map(([id]) => pathOf(id));
  };
  test("has a tree of the app's paths, in which a variable has one name, and methods on it", () => {
    expect([paths(two, rest), routes(two, rest)]).toEqual([["/a", "/a/{segment}", "/a/{segment}/b", "/c", "/c/{proxy+}"], ["GET NONE", "HEAD NONE", "POST AWS_IAM", "OPTIONS NONE", "ANY NONE", "POST NONE"]]);
    const template = templateOf(two, rest);
    expect(propertiesIn(template, "RootMethod").ResourceId).toEqual({ "Fn::GetAtt": ["RestApi", "RootResourceId"] });
    expect(propertiesIn(template, "PageMethod").Integration).toEqual({ Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: { "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${PageFunction.Arn}/invocations" }, TimeoutInMillis: 29000 });
    expect(propertiesIn(template, "RestApi")).toEqual({ Name: "shop-dev", EndpointConfiguration: { Types: ["REGIONAL"] }, BinaryMediaTypes: ["*/*"] });
  });
  test("has one method for a preflight that functions of one group share", () => {
    expect(routes(app({ read: page({ ...cors, group: "web" }), save: post("/a", { ...cors, group: "web" }) }), by("rest-api", "read", "save"))).toEqual(["GET NONE", "HEAD NONE", "OPTIONS NONE", "POST NONE"]);
  });
  const deployment = (of: App, settings: AwsSettings) => Object.keys(templateOf(of, settings).Resources).filter((id) => id.startsWith("RestDeployment"));
  test("is deployed anew when it changes, whatever else does, after all of its methods; its stage stays", () => {
    const template = templateOf(two, rest);
    const [id] = deployment(two, rest);
    expect(resourceIn(template, id!).DependsOn).toEqual(["PageMethod", "PageHeadMethod", "SaveMethod", "SavePreflightMethod", "AnyMethod", "RootMethod"]);
    expect(propertiesIn(template, "RestApiStage")).toEqual({ RestApiId: { Ref: "RestApi" }, DeploymentId: { Ref: id }, StageName: "dev" });
    expect(deployment(two, { ...rest, logRetentionDays: 7, tracing: false })).toEqual([id]);
    const { page: first, save, any, root } = two.functions;
    expect(deployment(app({ root: root!, any: any!, save: save!, page: first! }), rest)).toEqual([id]);
    expect(deployment(app({ page: first!, save: post("/a/{name}/b", cors), any: any!, root: root! }), rest)).not.toEqual([id]);
    for (const overrides of [{ PageMethod: { Properties: { ApiKeyRequired: true } } }, { PageFunction: { Properties: { FunctionName: "other" } } }]) expect(deployment(two, { ...rest, overrides })).not.toEqual([id]);
  });
  test.each([
    ["two variables below one place", app({ page: page({}, "/a/{id}"), any: all("/a/{rest+}") }), ["page", "any"], ['page and any: below /a a REST API has one variable, either {name} or {rest+}; variant "http-api"']],
    ["a path that ends in a slash", app({ page: page({}, "/a/") }), ["page"], ['page: a REST API has no path /a/: none of its paths ends in a slash; variant "http-api"']],
    ["a segment of other characters", app({ page: page({}, "/a@b") }), ["page"], ['page: a REST API has no path /a@b: "a@b" has other characters than letters, digits and ._:-; variant "http-api"']],
  ] as const)("has no %s", (_, of, names, sentences) => {
    expect(refusals(of, by("rest-api", ...names))).toEqual(sentences);
  });
  test("has 300 resources at most", () => {
    const many = app(Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`f${i}`, post(`/p${i}`)])));
    expect(refusals(many, { ...by("rest-api", ...Object.keys(many.functions)), nested: true })).toContain("a REST API has 300 resources at most, and the app's paths make 301");
  });
});

describe("a load balancer", () => {
  const listenerArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
  const alb = (rules: Readonly<Record<string, object>>): AwsSettings => ({ functions: Object.fromEntries(Object.entries(rules).map(([name, more]) => [name, { variant: "alb", listenerArn, ...more }])) }) as AwsSettings;
  test("has a target group that the function lets in by its name, and a rule of its own place", () => {
    const template = templateOf(app({ page: page(cors, "/a/{id}") }), alb({ page: { priority: 7, host: "shop.example" } }));
    expect([propertiesIn(template, "PageAlbPermission"), resourceIn(template, "PageTargetGroup"), propertiesIn(template, "PageRule")]).toEqual([
      { Action: "lambda:InvokeFunction", FunctionName: { Ref: "PageFunction" }, Principal: "elasticloadbalancing.amazonaws.com", SourceArn: { "Fn::Sub": "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:targetgroup/shop-dev-page/*" } },
      {
        Type: "AWS::ElasticLoadBalancingV2::TargetGroup",
        Metadata: { Isobar: { for: "page", at: "functions/page.ts:5" } },
        Properties: { Name: "shop-dev-page", TargetType: "lambda", Targets: [{ Id: { "Fn::GetAtt": ["PageFunction", "Arn"] } }], TargetGroupAttributes: [{ Key: "lambda.multi_value_headers.enabled", Value: "true" }] },
        DependsOn: ["PageAlbPermission"],
      },
      {
        ListenerArn: listenerArn,
        Priority: 7,
        Conditions: [
          { Field: "path-pattern", PathPatternConfig: { Values: ["/a/*"] } },
          { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET", "HEAD", "OPTIONS"] } },
          { Field: "host-header", HostHeaderConfig: { Values: ["shop.example"] } },
        ],
        Actions: [{ Type: "forward", TargetGroupArn: { Ref: "PageTargetGroup" } }],
      },
    ]);
  });
  test("has a name of 32 characters, which its permission knows", () => {
    const long = templateOf(app({ aFunctionWithAVeryLongNameIndeed: page() }), alb({ aFunctionWithAVeryLongNameIndeed: { priority: 1 } }));
    const name = String(propertiesIn(long, "AFunctionWithAVeryLongNameIndeedTargetGroup").Name);
    expect([name.length, JSON.stringify(propertiesIn(long, "AFunctionWithAVeryLongNameIndeedAlbPermission"))]).toEqual([32, expect.stringContaining(`targetgroup/${name}/*`)]);
  });
  test.each([
    ["a listener and a place are missing", { page: page() }, { page: { listenerArn: undefined } }, ['page: variant "alb" needs a listenerArn, and there is none', 'page: variant "alb" needs a priority, a whole number from 1 to 50,000']],
    ["a listener is something else", { page: page() }, { page: { listenerArn: "arn:aws:sqs:eu-central-1:123456789012:q", priority: 1 } }, ['page: variant "alb" needs a listenerArn, which "arn:aws:sqs:eu-central-1:123456789012:q" is not']],
    ["a place is out of range", { page: page() }, { page: { priority: 50_001 } }, ['page: variant "alb" needs a priority, a whole number from 1 to 50,000']],
    ["two have one place", { page: page(), save: post("/b") }, { page: { priority: 1 }, save: { priority: 1 } }, ["page and save: one listener has one rule of priority 1"]],
    ["a parameter takes what another function is for", { page: page({}, "/a/{id}"), more: page({}, "/a/{id}/more") }, { page: { priority: 1 }, more: { priority: 2 } }, ["page (/a/{id}, priority 1) takes the requests of more (/a/{id}/more, priority 2), since a parameter is any text in a rule: give more the lower priority, or both one group"]],
    ["a pattern has other characters", { page: page({}, "/a(b)") }, { page: { priority: 1 } }, ['page: a rule has no path pattern /a(b): 128 characters at most, and of others than letters and digits only _-.$/~"\'@:+&; variant "http-api"']],
  ] as const)("is refused where %s", (_, functions, rules, sentences) => {
    expect(refusals(app(functions), alb(rules))).toEqual(sentences);
  });
  test.each([
    ["the narrower one comes first", { page: page({}, "/a/{id}"), more: page({}, "/a/{id}/more") }, { page: { priority: 2 }, more: { priority: 1 } }],
    ["methods differ", { page: page({}, "/a/{id}"), more: post("/a/{id}/more") }, { page: { priority: 1 }, more: { priority: 2 } }],
    ["hosts differ", { page: page({}, "/a/{id}"), more: page({}, "/a/{id}/more") }, { page: { priority: 1, host: "a.example" }, more: { priority: 2, host: "b.example" } }],
    ["they are one unit", { page: page({ group: "web" }, "/a/{id}"), more: page({ group: "web" }, "/a/{id}/more") }, { page: { priority: 1 }, more: { priority: 2 } }],
  ] as const)("is fine where %s", (_, functions, rules) => {
    expect(refusals(app(functions), alb(rules))).toEqual([]);
  });
});

test("every front end tells where it answers, but for a load balancer, which is somebody else's", () => {
  const four = app({ a: page({}, "/a"), b: page({}, "/b"), c: page({}, "/c"), d: page({}, "/d") });
  const listenerArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
  const settings = { stage: "live", functions: { b: { variant: "function-url" }, c: { variant: "rest-api" }, d: { variant: "alb", listenerArn, priority: 1 } } } as AwsSettings;
  expect([templateOf(four, settings).Outputs, Object.keys(composed(four, settings).files)]).toEqual([
    {
      HttpApiAddress: { Description: "where the HTTP API answers", Value: { "Fn::GetAtt": ["HttpApi", "ApiEndpoint"] } },
      BUrlAddress: { Description: "where b answers", Value: { "Fn::GetAtt": ["BUrl", "FunctionUrl"] } },
      RestApiAddress: { Description: "where the REST API answers", Value: { "Fn::Sub": "https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live" } },
    },
    ["template.json"],
  ]);
});
