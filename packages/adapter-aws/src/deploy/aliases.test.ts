import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, type App } from "@isobar/core";
import { composed, everyKind, invokedDirectly, propertiesIn, refusals, resourceIn, templateOf } from "../testing/composed.ts";
import type { AwsSettings } from "./target.ts";

const warm = (settings: AwsSettings = {}): AwsSettings => ({ ...settings, functions: Object.fromEntries(Object.keys(everyKind.functions).map((name) => [name, { ...(settings.functions as Readonly<Record<string, object>> | undefined)?.[name], provisionedConcurrency: 3 }])) }) as AwsSettings;
const alias = (name: string) => ({ "Fn::Sub": `\${${name}Alias}` });

describe("instances that are kept warm", () => {
  const template = templateOf(everyKind, warm());
  test("are an alias's, of a version that tells its code and its settings", () => {
    expect([propertiesIn(template, "ChargeVersion"), propertiesIn(template, "ChargeAlias"), template.Parameters!.ChargeCode]).toEqual([
      { FunctionName: { Ref: "ChargeFunction" }, Description: { "Fn::Sub": expect.stringMatching(/^code \$\{ChargeCode\}, settings [0-9a-f]{8}$/) } },
      { FunctionName: { Ref: "ChargeFunction" }, FunctionVersion: { "Fn::GetAtt": ["ChargeVersion", "Version"] }, Name: "live", ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 } },
      { Type: "String", Description: "the beginning of the SHA-256 digest of charge/index.mjs: another one publishes another version" },
    ]);
  });
  test("are what mappings, routes and permissions call: nothing but version and alias names the function itself", () => {
    const direct = templateOf(everyKind, warm(invokedDirectly));
    for (const [each, exempt] of [[template, /(?:Version|Alias)$/], [direct, /(?:Version|Alias|InvokeConfig)$/]] as const) {
      const naming = Object.entries(each.Resources).filter(([id, { Properties }]) => !exempt.test(id) && /"(?:Ref|Fn::GetAtt)":\[?"\w+Function"|\$\{\w+Function/.test(JSON.stringify(Properties))).map(([id]) => id);
      expect(naming).toEqual([]);
    }
    expect([propertiesIn(template, "ChargeMapping").FunctionName, propertiesIn(template, "PageIntegration").IntegrationUri, propertiesIn(template, "PageHttpPermission").FunctionName, propertiesIn(direct, "HearSubscription").Endpoint, propertiesIn(direct, "ReadSubscription").DestinationArn]).toEqual([alias("Charge"), alias("Page"), alias("Page"), alias("Hear"), alias("Read")]);
    expect((propertiesIn(direct, "TickRule").Targets as readonly { readonly Arn: unknown }[])[0]!.Arn).toEqual(alias("Tick"));
  });
  test("have Lambda's own retries as the function would, by the alias", () => {
    const config = resourceIn(templateOf(everyKind, warm(invokedDirectly)), "HearInvokeConfig");
    expect([config.Properties.FunctionName, config.Properties.Qualifier, config.DependsOn]).toEqual([{ Ref: "HearFunction" }, "live", ["HearAlias"]]);
  });
  const page = defineApp("shop", { page: http.get("/a", { access: "public" }, () => empty()) });
  test("answer at the alias's URL, and behind a REST API by its ARN", () => {
    const by = (variant: string) => templateOf(page, { functions: { page: { variant, provisionedConcurrency: 1 } } } as AwsSettings);
    const url = resourceIn(by("function-url"), "PageUrl");
    expect([url.Properties.TargetFunctionArn, url.Properties.Qualifier, url.DependsOn, propertiesIn(by("function-url"), "PageUrlPermission").FunctionName]).toEqual([{ "Fn::GetAtt": ["PageFunction", "Arn"] }, "live", ["PageAlias"], alias("Page")]);
    expect((propertiesIn(by("rest-api"), "PageMethod").Integration as { readonly Uri: unknown }).Uri).toEqual({ "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${PageAlias}/invocations" });
  });
  const version = (app: App, settings: AwsSettings) => (propertiesIn(templateOf(app, { functions: { page: { provisionedConcurrency: 1 } } as never, ...settings }), "PageVersion").Description as { readonly "Fn::Sub": string })["Fn::Sub"];
  test("are of another version where the function's settings differ, overrides counted in, and of the same where others' do", () => {
    const own = version(page, {});
    expect([version(page, { alarms: false, logRetentionDays: 7 }), version(page, { architecture: "x86_64" }) === own, version(page, { overrides: { PageFunction: { Properties: { MemorySize: 1024 } } } }) === own]).toEqual([own, false, false]);
  });
  test("are of another version where an address is another, and of the same where only what no version holds differs", () => {
    const to = (order: "none" | "by-key") => version(defineApp("shop", { page: http.get("/a", { access: "public", sends: [defineQueue("out", { order })] }, () => empty()) }), {});
    expect(to("none") === to("by-key")).toBe(false);
    const reserved = { functions: { page: { provisionedConcurrency: 1, reservedConcurrency: 9 } } } as never as AwsSettings;
    expect([version(page, reserved), version(page, { overrides: { PageFunction: { Properties: { Tags: [{ Key: "team", Value: "a" }] } } } })]).toEqual([version(page, {}), version(page, {})]);
  });
  test("take the code's digest from the command that deploys", () => {
    const { steps } = composed(page, { codeBucket: "code", functions: { page: { provisionedConcurrency: 1 } } as never });
    expect(steps[1]!.command).toBe('aws cloudformation deploy --template-file packaged.json --stack-name shop-dev --s3-bucket code --s3-prefix shop-dev --capabilities CAPABILITY_IAM --parameter-overrides PageCode="$(sha256sum page/index.mjs | cut -c1-16)"');
  });
  test("are no more than are reserved", () => {
    expect(refusals(page, { functions: { page: { provisionedConcurrency: 3, reservedConcurrency: 2 } } as never })).toEqual(["page: 3 instances are kept warm where 2 are reserved"]);
  });
});
test("without them a template asks whoever deploys it nothing", () => expect(templateOf(everyKind).Parameters).toBeUndefined());
