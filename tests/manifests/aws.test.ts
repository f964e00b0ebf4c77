/** Manifests that the AWS adapter composes, in front of the checker of CloudFormation: every kind by every path and front end, in one stack and in many, and random apps. */
import { batched, bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App, type DeliveryPolicy } from "@isobar/core";
import { plan, refusedOf } from "@isobar/core/plan";
import { adapter, aws, type AwsSettings } from "@isobar/adapter-aws/deploy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cloudFormationFaults } from "./check/cloudformation.ts";
import { edited, set } from "./edit.ts";

const byKey = { order: "by-key" } as const;
const [failed, failedInOrder] = [defineQueue("failed"), defineQueue("failed-in-order", byKey)];
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const inOrder = { maxAttempts: 3, deadLetter: failedInOrder } as const;
const discard = { maxAttempts: 2, deadLetter: "discard" } as const;
const get = (path: `/${string}`, options: object = {}) => http.get(path, { access: "public", ...options }, () => empty());
const jwt = { jwt: { issuer: "https://issuer.example", audience: "shop" } };
const everything = {
  charge: queue(defineQueue("orders"), { delivery: { ...delivery, backoff: { min: "10s", max: "10m" } }, batch: { maxSize: 100 }, secrets: ["stripe-key"], environment: { LEVEL: "debug" }, sends: [defineTopic("told"), defineTopic("told-in-order", byKey), defineQueue("out"), defineQueue("out-in-order", byKey)] }, () => {}),
  order: queue(defineQueue("ordered", byKey), { delivery: inOrder }, () => {}),
  drop: queue(defineQueue("drops"), { delivery: discard }, () => {}),
  hear: topic(defineTopic("news"), { delivery }, () => {}),
  hearInOrder: topic(defineTopic("news-in-order", byKey), { delivery: inOrder }, () => {}),
  resize: storage(defineBucket("uploads"), { delivery, prefix: "in/" }, () => {}),
  index: storage(defineBucket("uploads"), { delivery, prefix: "out/" }, () => {}),
  tick: schedule("0 6 * * 1-5", { delivery }, () => {}),
  follow: changes(defineTable("users"), { delivery }, () => {}),
  count: stream(defineStream("clicks"), { delivery, batch: { maxSize: 100 } }, batched(async () => {})),
  listen: bus(defineBus("events"), { delivery, sources: ["shop"] }, () => {}),
  read: logs(defineLog("access"), { delivery }, () => {}),
  ask: call({ delivery }, () => null),
  page: get("/a", { cors: { origins: "*" } }),
  secret: http.post("/b/{id}", { access: "private" }, () => empty()),
  token: http.put("/c/{rest+}", { access: jwt }, () => empty()),
  any: http.all("/d/{rest+}", { access: "public" }, () => empty()),
} satisfies Readonly<Record<string, AnyFunction>>;
type Name = keyof typeof everything;
const app = defineApp("shop", everything);

/** Every fault of every template. A plan that refuses is no manifest to look at: throws. */
function faultsOf(of: App, settings: AwsSettings = {}): readonly string[] {
  const target = aws(of, settings as never);
  const planned = plan(target, adapter);
  const refused = [...refusedOf(planned).map(({ where, why }) => `${where}: ${why}`), ...planned.faults.map(({ text }) => text)];
  if (refused.length > 0) throw new Error(refused.join("\n"));
  return Object.entries(adapter.compose!(target, planned, { origin: (name) => `functions/${name}.ts:1` }).files).flatMap(([file, text]) => cloudFormationFaults(JSON.parse(text)).map((fault) => `${file}: ${fault}`));
}
const settingsOf = (by: (name: Name) => object): AwsSettings => ({ functions: Object.fromEntries((Object.keys(everything) as Name[]).map((name) => [name, by(name)])) }) as AwsSettings;
const direct = { variant: "direct", accept: ["deadLetter"] } as const;
const others: Partial<Readonly<Record<Name, object>>> = { hear: direct, resize: direct, index: direct, tick: direct, listen: direct, read: direct, ask: { variant: "async" } };
const listenerArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
const byFront = (variant: string, more: (name: Name) => object = () => ({})) => settingsOf((name) => (["page", "any"].includes(name) ? { variant, ...more(name) } : {}));
const network = { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] };
const arn = (service: string, name: string) => `arn:aws:${service}:eu-central-1:123456789012:${name}`;
const queueAt = (name: string) => ({ arn: arn("sqs", name), url: `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}` });
const existing = {
  queues: { orders: queueAt("orders"), failed: queueAt("failed"), ordered: queueAt("ordered.fifo"), "failed-in-order": queueAt("failed.fifo"), out: queueAt("out") },
  topics: { news: arn("sns", "news"), told: arn("sns", "told") },
  buses: { events: "default" },
  tables: { users: { streamArn: arn("dynamodb", "table/users/stream/2030-01-01T00:00:00.000"), streamViewType: "NEW_AND_OLD_IMAGES" } },
  streams: { clicks: arn("kinesis", "stream/clicks") },
  logs: { access: "/aws/vpc/flow" },
  secrets: { "stripe-key": arn("secretsmanager", "secret:stripe-a1b2c3") },
} as const;

describe("every kind", () => {
  test.each<readonly [string, AwsSettings]>([
    ["by its default", {}],
    ["by its other path", settingsOf((name) => others[name] ?? {})],
    ["with instances reserved and kept warm", settingsOf((name) => ({ reservedConcurrency: 5, provisionedConcurrency: 2, ...others[name] }))],
    ["in a network, on Node 22, untraced and without alarms", { network, runtime: "nodejs22.x", architecture: "x86_64", tracing: false, alarms: false, logRetentionDays: 1 }],
    ["with alarms that somebody hears", { alarms: { notify: [arn("sns", "pager")] } }],
    ["on what is there already", { existing }],
    ["on what is there already, by its other path", { ...settingsOf((name) => others[name] ?? {}), existing }],
    ["with the user's own words", { resources: { Reports: { Type: "AWS::S3::Bucket", Properties: {} } }, overrides: { OrdersQueue: { Properties: { ReceiveMessageWaitTimeSeconds: 20 } } } }],
    ["its requests by a URL", byFront("function-url", () => ({ provisionedConcurrency: 1 }))],
    ["its requests by a REST API", byFront("rest-api", () => ({ provisionedConcurrency: 1 }))],
    ["its requests by a load balancer", byFront("alb", (name) => ({ listenerArn, priority: name === "page" ? 1 : 2, host: "shop.example" }))],
  ])("%s", (_, settings) => {
    expect([faultsOf(app, settings), faultsOf(app, { ...settings, nested: true })]).toEqual([[], []]);
  });
  test("of functions of one bucket that overlap, and of one group", () => {
    const shared = defineApp("shop", { resize: storage(defineBucket("uploads"), { delivery }, () => {}), index: storage(defineBucket("uploads"), { delivery }, () => {}), a: get("/a", { group: "web", cors: { origins: "*" } }), b: http.post("/a", { access: "private", group: "web", cors: { origins: "*" } }, () => empty()) });
    expect([faultsOf(shared), faultsOf(shared, { nested: true })]).toEqual([[], []]);
  });
});

test("a wrong setting in what was composed is caught", () => {
  const target = aws(app);
  const template = JSON.parse(adapter.compose!(target, plan(target, adapter)).files["template.json"]!) as never;
  expect(cloudFormationFaults(edited(template, set("Resources/OrdersQueue/Properties/VisibilityTimeout", 5)))).toEqual(["Resources.ChargeMapping: OrdersQueue hides messages for 5 s, ChargeFunction may take 21 s"]);
});

describe("random apps", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:-[a-z0-9]{1,4})?$/);
  const policy = fc.record({ maxAttempts: fc.integer({ min: 1, max: 3 }), deadLetter: fc.constantFrom(failed, "discard" as const) }) as fc.Arbitrary<DeliveryPolicy>;
  const sends = fc.subarray([defineQueue("out"), defineTopic("told"), defineQueue("out-in-order", byKey), defineTopic("told-in-order", byKey)]);
  const common = fc.record({ sends, secrets: fc.subarray(["stripe-key", "mail-key"]), memoryMb: fc.constantFrom(128, 512, 1024), environment: fc.constantFrom({}, { LEVEL: "debug" }) });
  const functionOf = fc.tuple(fc.constantFrom("queue", "topic", "storage", "schedule", "changes", "stream", "bus", "logs", "call", "http"), word, policy, common).map(([kind, name, its, options]): AnyFunction => {
    const all = { ...options, delivery: its };
    switch (kind) {
      case "queue": return queue(defineQueue(`q-${name}`), all, () => {});
      case "topic": return topic(defineTopic(`t-${name}`), all, () => {});
      case "storage": return storage(defineBucket(`b-${name}`), all, () => {});
      case "schedule": return schedule("*/5 * * * *", all, () => {});
      case "changes": return changes(defineTable(`d-${name}`), all, () => {});
      case "stream": return stream(defineStream(`s-${name}`), all, () => {});
      case "bus": return bus(defineBus(`e-${name}`), all, () => {});
      case "logs": return logs(defineLog(`l-${name}`), all, () => {});
      case "call": return call(all, () => null);
      default: return http.get(`/${name}/{id}`, { ...options, access: "public" }, () => empty());
    }
  });
  /** One function for each source: what two of one may do is said in tests of their own. */
  const sourceOf = ({ kind, source }: AnyFunction, i: number) => `${kind} ${(source as { readonly name?: string; readonly path?: string }).name ?? (source as { readonly path?: string }).path ?? i}`;
  const appOf = fc.uniqueArray(functionOf, { minLength: 1, maxLength: 12, selector: (fn) => (fn.kind === "schedule" || fn.kind === "call" ? fn : sourceOf(fn, 0)) }).map((functions) => defineApp("shop", Object.fromEntries(functions.map((fn, i) => [`f${i}`, fn]))));
  test("break no rule, in one stack and in many", () => {
    fc.assert(
      fc.property(appOf, fc.boolean(), (of, nested) => {
        // Names that differ in a hyphen alone are one in a template, and refused.
        const names = Object.values(of.functions).map((fn, i) => sourceOf(fn, i).replaceAll("-", ""));
        fc.pre(new Set(names).size === names.length);
        expect(faultsOf(of, { nested })).toEqual([]);
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});
