import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App } from "@isobar/core";
import { composed, everyKind, invokedDirectly, refusals, templateOf, templatesIn } from "../testing/composed.ts";
import { failed } from "../testing/planned.ts";
import { circleIn, type Template } from "./stacks.ts";
import type { AwsSettings } from "./target.ts";

const delivery = { maxAttempts: 3, deadLetter: failed } as const;
/** Of each kind in turn. */
const makers: readonly ((n: number) => AnyFunction)[] = [
  (n) => queue(defineQueue(`q${n}`), { delivery }, () => {}),
  (n) => topic(defineTopic(`t${n % 50}`), { delivery }, () => {}),
  (n) => storage(defineBucket(`b${n}`), { delivery }, () => {}),
  (n) => schedule("0 6 * * *", { delivery, sends: [defineQueue(`q${n}`)] }, () => {}),
  (n) => changes(defineTable(`d${n}`), { delivery }, () => {}),
  (n) => stream(defineStream(`s${n}`), { delivery }, () => {}),
  () => bus(defineBus("events"), { delivery }, () => {}),
  (n) => logs(defineLog(`l${n}`), { delivery }, () => {}),
  () => call({ delivery }, () => null),
  (n) => http.post(`/p${n}/{id}`, { access: "public", sends: [defineTopic("t0")] }, () => empty()),
];
const many = (count: number, more: Readonly<Record<string, AnyFunction>> = {}): App => defineApp("shop", { ...Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, makers[n % makers.length]!(n)])), ...more });
/** Where each resource is. */
const homes = (templates: Readonly<Record<string, Template>>): ReadonlyMap<string, string> => new Map(Object.entries(templates).flatMap(([file, { Resources }]) => Object.keys(Resources).map((id) => [id, file] as const)));
const reached = (value: unknown): readonly string[] => JSON.stringify(value).match(/"Ref":"[^"]+"|"Fn::GetAtt":\["[^"]+","[^"]+"\]|\$\{[^}]+\}/g) ?? [];

describe("an app of 300 functions", () => {
  const app = many(300);
  const templates = templatesIn(composed(app));
  test("is a root and 32 nested stacks, none of which is over a limit", () => {
    expect(Object.keys(templates).sort()).toEqual([...Array.from({ length: 32 }, (_, n) => `stack-${String(n).padStart(2, "0")}.json`), "template.json"]);
    for (const { Resources, Parameters = {}, Outputs = {} } of Object.values(templates)) expect([Object.keys(Resources).length <= 500, Object.keys(Parameters).length <= 200, Object.keys(Outputs).length <= 200]).toEqual([true, true, true]);
    expect(homes(templates).size - 32).toBeGreaterThan(1_500);
  });
  test("has in its root what several may share, and nothing that is one function's own but what is discarded", () => {
    const types = new Set(Object.values(templates["template.json"]!.Resources).map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::CloudFormation::Stack", "AWS::CloudWatch::Alarm", "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::Kinesis::Stream", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue",
    ]);
  });
  test("keeps every resource where it is when a function is added, whatever that shares with others", () => {
    const before = homes(templates);
    const sends = { sends: [defineQueue("q0"), defineTopic("t0")] };
    const after = homes(templatesIn(composed(many(300, { added: queue(defineQueue("new"), { delivery: { maxAttempts: 1, deadLetter: defineQueue("q10") }, ...sends }, () => {}) }))));
    expect([...before].filter(([id, file]) => after.get(id) !== file)).toEqual([]);
    expect([...after.keys()].filter((id) => !before.has(id)).sort()).toEqual(["AddedFunction", "AddedLogs", "AddedMapping", "AddedRole", "NewQueue", "Q10QueueAlarm"]);
  });
  test("has all that one stack of it would have, each once", () => {
    const small = defineApp("shop", Object.fromEntries(Object.entries(app.functions).slice(0, 40)));
    const one = Object.keys(templateOf(small).Resources);
    const nested = [...homes(templatesIn(composed(small, { nested: true }))).keys()].filter((id) => !/^Stack\d\d$/.test(id));
    expect([nested.length, [...nested].sort()]).toEqual([one.length, [...one].sort()]);
  });
});

describe("what one stack needs of another", () => {
  const templates = templatesIn(composed(everyKind, { nested: true }));
  const root = templates["template.json"]!;
  const children = Object.entries(templates).filter(([file]) => file !== "template.json");
  const stackOf = (file: string) => `Stack${file.slice(6, 8)}`;
  test("comes as a parameter, from the root's own or from another's output; every one that is declared is given", () => {
    for (const [file, { Parameters = {} }] of children) {
      const { TemplateURL, Parameters: given = {} } = root.Resources[stackOf(file)]!.Properties as { readonly TemplateURL: string; readonly Parameters?: object };
      expect([TemplateURL, Object.keys(given)]).toEqual([`./${file}`, Object.keys(Parameters)]);
    }
  });
  test("is named in no stack that has not got it", () => {
    for (const { Resources, Parameters = {}, Outputs = {} } of Object.values(templates)) {
      const names = reached([Resources, Outputs]).map((each) => each.replace(/^"Ref":"|^"Fn::GetAtt":\["|^\$\{/, "").split(/["}.]/)[0]!).filter((name) => !name.startsWith("AWS::"));
      expect(names.filter((name) => !Object.hasOwn(Resources, name) && !Object.hasOwn(Parameters, name))).toEqual([]);
      const after = Object.values(Resources).flatMap(({ DependsOn = [] }) => DependsOn);
      expect(after.filter((id) => !Object.hasOwn(Resources, id))).toEqual([]);
    }
  });
  test("a bucket, which is the root's, waits for the stack that lets it in, and notifies a queue there", () => {
    const { Properties, DependsOn } = root.Resources.UploadsBucket!;
    const stack = stackOf(homes(templates).get("ResizeInbox")!);
    expect([DependsOn, (Properties.NotificationConfiguration as { readonly QueueConfigurations: readonly object[] }).QueueConfigurations]).toEqual([[stack], [{ Event: "s3:ObjectCreated:*", Queue: { "Fn::GetAtt": [stack, "Outputs.ResizeInboxArn"] } }]]);
  });
  test("outputs of the whole tell addresses that are a nested stack's too", () => {
    const stack = stackOf(homes(templates).get("HearInbox")!);
    expect([root.Outputs!.HearInboxAddress, root.Outputs!.OrdersQueueAddress]).toEqual([{ Description: "ISOBAR_SOURCE_HEAR", Value: { "Fn::GetAtt": [stack, "Outputs.HearInboxRef"] } }, { Description: "ISOBAR_QUEUE_ORDERS", Value: { Ref: "OrdersQueue" } }]);
  });
  test("a parameter of the whole reaches the stack that reads it", () => {
    const warm = templatesIn(composed(everyKind, { nested: true, functions: { ask: { provisionedConcurrency: 1 } } as never }));
    const file = homes(warm).get("AskVersion")!;
    expect([Object.keys(warm["template.json"]!.Parameters ?? {}), Object.keys(warm[file]!.Parameters ?? {}), warm["template.json"]!.Resources[stackOf(file)]!.Properties.Parameters]).toEqual([["AskCode"], ["AskCode"], { AskCode: { Ref: "AskCode" } }]);
  });
  test("is waited for by the stack where one of its resources waits for it", () => {
    const [charge, ask] = ["ChargeFunction", "AskFunction"].map((id) => stackOf(homes(templates).get(id)!));
    expect(charge).not.toBe(ask);
    const waiting = templatesIn(composed(everyKind, { nested: true, overrides: { ChargeFunction: { DependsOn: ["OrdersQueue", "AskFunction", "ChargeLogs"] }, UsersTable: { DependsOn: ["ChargeFunction", "ChargeLogs"] } } }));
    const { Resources } = waiting["template.json"]!;
    expect([Resources[charge!]!.DependsOn, Resources.UsersTable!.DependsOn, waiting[homes(waiting).get("ChargeFunction")!]!.Resources.ChargeFunction!.DependsOn]).toEqual([["OrdersQueue", ask], [charge], ["ChargeLogs"]]);
  });
  test("a queue of a function's own that a channel ends in stays beside the channel", () => {
    const app = defineApp("shop", { drop: queue(defineQueue("drops"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) });
    expect(homes(templatesIn(composed(app, { nested: true }))).get("DropDiscardedQueue")).toBe("template.json");
  });
  test("waits for nobody that waits for it", () => {
    for (const template of [...Object.values(templates), ...Object.values(templatesIn(composed(everyKind, { ...invokedDirectly, nested: true })))]) expect(circleIn(template)).toEqual([]);
  });
});

describe("what does not fit", () => {
  test("is refused: a root of more than 500 channels, with what helps", () => {
    const own = (n: number) => queue(defineQueue(`q${n}`), { delivery: { maxAttempts: 1, deadLetter: defineQueue(`z${n}`) } }, () => {});
    const app = defineApp("shop", Object.fromEntries(Array.from({ length: 170 }, (_, n) => [`f${n}`, own(n)])));
    expect(refusals(app)).toEqual(["template.json: a template has 500 resources at most, and this one 542: channels and front ends are not split, so that none of them moves; reference some as existing, or make two apps"]);
    expect(refusals(app, { alarms: false })).toEqual([]);
  });
  test("queues whose dead letters are each other's wait for each other", () => {
    const [a, b] = [defineQueue("a"), defineQueue("b")];
    const app = defineApp("shop", { one: queue(a, { delivery: { maxAttempts: 1, deadLetter: b } }, () => {}), two: queue(b, { delivery: { maxAttempts: 1, deadLetter: a } }, () => {}) });
    const wait = "template.json: BQueue → AQueue → BQueue wait for each other";
    expect([refusals(app), refusals(app, { nested: true } satisfies AwsSettings)]).toEqual([[wait], [wait]]);
  });
});
