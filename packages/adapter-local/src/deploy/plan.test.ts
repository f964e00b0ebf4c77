/** What this machine promises of every kind, and what it renders for it. */
import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type DeliveryPolicy } from "@isobar/core";
import { plan, refusedOf, type Plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { local, type LocalSettings } from "./target.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const planOf = (fn: AnyFunction, settings: object = {}): Plan => plan(local(defineApp("shop", { work: fn }), { functions: { work: settings } } as LocalSettings), adapter);
const queueOf = (policy: Partial<DeliveryPolicy> = {}, options: object = {}) => queue(defineQueue("orders"), { delivery: { ...delivery, ...policy }, timeout: "1s", ...options }, () => {});
const verdictsOf = ({ bindings: [binding] }: Plan) => Object.fromEntries(binding!.verdicts.map(({ capability, verdict }) => [capability, verdict]));
const said = (of: Plan) => of.gaps.map(({ capability, verdict, why, nearest, accepted }) => [capability, verdict, why, nearest, accepted]);

describe("a queue", () => {
  test("is rendered with everything that the store and its consumer read, and nothing else", () => {
    expect(planOf(queueOf({ backoff: "10s" }, { batch: { maxSize: 5, maxWait: "2s" } })).bindings[0]).toMatchObject({
      variant: "local", unit: "work", source: "orders",
      rendered: {
        maker: "queue",
        keeping: "postponing",
        resources: {
          "queue failed": { type: "queue", for: "work", order: "none" },
          "queue orders": { type: "queue", for: "work", order: "none", visibilityMs: 12_000 },
          "function work": { type: "function", for: "work", timeoutMs: 2_000, maxInstances: 10 },
          "consumer work": { type: "consumer", for: "work", queue: "orders", function: "work", batchSize: 5, batchWaitMs: 2_000, againMs: 1_000 },
        },
        grants: [{ actions: ["receive", "settle", "postpone"], on: "queue orders", for: "consuming" }, { actions: ["send"], on: "queue failed", for: "dead letters" }],
      },
    });
  });
  test("that discards has no place for dead letters, and without a wait nothing is postponed", () => {
    const { rendered } = planOf(queueOf({ deadLetter: "discard" })).bindings[0]!;
    expect([rendered.keeping, Object.keys(rendered.resources), rendered.grants]).toEqual([undefined, ["queue orders", "function work", "consumer work"], [{ actions: ["receive", "settle"], on: "queue orders", for: "consuming" }]]);
  });
  test("keeps every promise of a policy that asks for all", () => {
    const all = verdictsOf(planOf(queueOf({ maxAttempts: 1_000_000, backoff: { min: "1s", max: "60d" }, maxAge: "400d", retryAfter: { max: "90d" } })));
    expect(Object.fromEntries(Object.entries(all).map(([capability, { verdict }]) => [capability, verdict]))).toEqual({
      attempts: "emulated", backoff: "emulated", retryAfter: "emulated", maxAge: "emulated", deadLetter: "emulated", order: "exact", batch: "exact", timeout: "exact", saturation: "exact", identity: "emulated", isolation: "exact",
    });
  });
  test("a wait says from when it runs, and what it is after a crash", () => {
    expect(verdictsOf(planOf(queueOf({ backoff: "10s" }))).backoff).toEqual({ verdict: "emulated", how: "the run time hides the failed message for the wait, from its settlement, to the millisecond", window: "after a crash, or where the store was not reached, the wait is 12000 ms from the hand-over", by: [{ setting: "queue visibilityMs", value: 12_000 }] });
    expect(verdictsOf(planOf(queueOf())).backoff).toEqual({ verdict: "exact", by: [], note: "the wait is the consumer's own: 1000 ms" });
  });
  test("in order says so in its settings", () => {
    const ordered = planOf(queue(defineQueue("orders", { order: "by-key" }), { delivery, batch: { maxSize: 100 } }, () => {}));
    expect([verdictsOf(ordered).order, verdictsOf(ordered).batch]).toEqual([
      { verdict: "exact", by: [{ setting: "queue order", value: "by-key" }], note: "one message of a key at a time; keys do not wait for each other" },
      { verdict: "exact", by: [{ setting: "consumer batchSize", value: 10 }, { setting: "consumer batchWaitMs", value: 0 }], note: "10 at most: a batch's size is a ceiling" },
    ]);
  });
  test("a visibility of the user's under the function's time is refused, and is a fault of what is rendered", () => {
    const short = planOf(queueOf(), { visibilityMs: 1_999 });
    expect([said(short), short.faults.map(({ text }) => text)]).toEqual([
      [["timeout", "unsupported", "the visibility set here, 1999 ms, ends before the function's 2000 ms: the store would hand the message to a second process", "visibilityMs: 12000", false]],
      ["work on local: the queue hides messages for 1999 ms, the function may take 2000 ms"],
    ]);
    expect(planOf(queueOf(), { visibilityMs: 2_000 })).toMatchObject({ gaps: [], faults: [] });
  });
  test("a function that takes longer than any timer is refused", () => {
    expect(said(planOf(queueOf({}, { timeout: "30d" })))).toEqual([["timeout", "unsupported", "a timer of this machine's runs for 24 days at most", "an invocation of 2147483647ms, all its attempts and a margin of 1s included", false]]);
  });
  test("processes are the target's to say", () => {
    const few = planOf(queueOf(), { maxInstances: 2 });
    expect([few.bindings[0]!.rendered.resources["function work"], verdictsOf(few).saturation!]).toMatchObject([{ maxInstances: 2 }, { verdict: "exact", by: [{ setting: "function maxInstances", value: 2 }] }]);
  });
});

describe("what reaches a queue of the function's own", () => {
  test.each<[string, AnyFunction, string, object, string]>([
    ["topic", topic(defineTopic("news"), { delivery }, () => {}), "news/work", { type: "subscription", for: "work", topic: "news", queue: "news/work" }, "subscription work"],
    ["storage", storage(defineBucket("uploads"), { delivery, prefix: "in/" }, () => {}), "uploads/work", { type: "notification", for: "work", bucket: "uploads", queue: "uploads/work" }, "notification work"],
    ["schedule", schedule("0 6 * * 1-5", { delivery, zone: "Europe/Vienna" }, () => {}), "schedule/work", { type: "schedule", for: "work", cron: "0 6 * * 1-5", zone: "Europe/Vienna", queue: "schedule/work" }, "schedule work"],
    ["bus", bus(defineBus("events"), { delivery, sources: ["shop"], detailTypes: ["placed"] }, () => {}), "events/work", { type: "rule", for: "work", bus: "events", sources: ["shop"], detailTypes: ["placed"], queue: "events/work" }, "rule work"],
  ])("%s", (kind, fn, queueName, filling, name) => {
    const { bindings: [binding], gaps, faults } = planOf(fn);
    const { maker, resources, grants } = binding!.rendered;
    expect([maker, resources[name], resources["consumer work"], grants[0]?.on, gaps, faults]).toEqual([kind, filling, { type: "consumer", for: "work", queue: queueName, function: "work", batchSize: 1, batchWaitMs: 0, againMs: 1_000 }, `queue ${queueName}`, [], []]);
    expect(resources[`queue ${queueName}`]).toEqual({ type: "queue", for: "work", order: "none", visibilityMs: 31_000 });
  });
  test("a bus function that hears everything has no filter", () => {
    expect(planOf(bus(defineBus("events"), { delivery }, () => {})).bindings[0]!.rendered.resources["rule work"]).toEqual({ type: "rule", for: "work", bus: "events", queue: "events/work" });
  });
  test("a schedule without a zone ticks in UTC", () => {
    expect(verdictsOf(planOf(schedule("0 6 * * *", { delivery }, () => {}))).zone).toMatchObject({ by: [{ setting: "schedule zone", value: "UTC" }] });
  });
  test("an ordered topic is ordered in its subscriber's queue", () => {
    expect(planOf(topic(defineTopic("news", { order: "by-key" }), { delivery }, () => {})).bindings[0]!.rendered.resources["queue news/work"]).toMatchObject({ order: "by-key" });
  });
});

describe("what is read by position", () => {
  const policy = { ...delivery, backoff: { min: "1s", max: "4s" } } as const;
  test.each<[string, AnyFunction, string, object]>([
    ["stream", stream(defineStream("clicks"), { delivery: policy, timeout: "1s" }, () => {}), "stream clicks", { type: "stream", for: "work", name: "clicks" }],
    ["changes", changes(defineTable("users"), { delivery: policy, timeout: "1s" }, () => {}), "table users", { type: "table", for: "work", name: "users", images: "both" }],
    ["logs", logs(defineLog("access"), { delivery: policy, timeout: "1s" }, () => {}), "log access", { type: "log", for: "work", name: "access" }],
  ])("%s has one invocation for all attempts of a record, and a reader", (kind, fn, source, resource) => {
    const { bindings: [binding], gaps, faults } = planOf(fn);
    expect([gaps, faults, binding!.rendered]).toEqual([[], [], {
      maker: kind,
      keeping: "inside",
      resources: {
        "queue failed": { type: "queue", for: "work", order: "none" },
        [source]: resource,
        // Three attempts of 1,250 ms, waits of 1 s and 2 s, a margin of 1 s.
        "function work": { type: "function", for: "work", timeoutMs: 7_750, maxInstances: 10 },
        "reader work": { type: "reader", for: "work", source, function: "work", batchSize: 1, batchWaitMs: 0, againMs: 1_000 },
      },
      grants: [{ actions: ["read"], on: source, for: "consuming" }, { actions: ["send"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("of several, the invocation has twice the time of one", () => {
    expect(planOf(stream(defineStream("clicks"), { delivery: policy, timeout: "1s", batch: { maxSize: 10 } }, () => {})).bindings[0]!.rendered.resources["function work"]).toMatchObject({ timeoutMs: 14_500 });
  });
  test("a crash begins the count again, and the verdict says so", () => {
    expect(verdictsOf(planOf(stream(defineStream("clicks"), { delivery }, () => {}))).attempts).toEqual({ verdict: "emulated", how: "the run time makes all attempts inside one invocation", window: "a crash, or the end of the invocation's time, begins the count again: the position is handed over until it is settled", by: [] });
  });
});

describe("what is answered", () => {
  test("a call has its caller for a broker; sent ahead it has a queue", () => {
    const add = call({ delivery, timeout: "1s" }, () => 1);
    const [now, later] = [planOf(add), planOf(add, { variant: "async" })];
    expect([now.bindings[0]!.variant, now.bindings[0]!.rendered, now.gaps]).toEqual(["local", { maker: "call", resources: { "function work": { type: "function", for: "work", timeoutMs: 2_000, maxInstances: 10 } }, grants: [] }, []]);
    expect([later.bindings[0]!.variant, later.bindings[0]!.rendered.maker, Object.keys(later.bindings[0]!.rendered.resources)]).toEqual(["async", "callAsync", ["queue failed", "queue call/work", "function work", "consumer work"]]);
  });
  test("a route is for this machine alone", () => {
    const of = planOf(http.get("/a", { access: "private", timeout: "2s" }, () => empty()));
    expect([of.gaps, of.bindings[0]!.rendered]).toEqual([[], { maker: "http", resources: { "function work": { type: "function", for: "work", timeoutMs: 3_000, maxInstances: 10 }, "route work": { type: "route", for: "work", method: "GET", path: "/a", host: "127.0.0.1", function: "work" } }, grants: [] }]);
  });
  test("tokens are not looked at and answers do not stream: both are refused until they are accepted", () => {
    const fn = http.get("/a", { access: { jwt: { issuer: "https://id.test", audience: "shop" } }, streaming: true }, () => empty());
    expect(said(planOf(fn))).toEqual([
      ["access", "approximated", "this machine looks at no token: whoever reaches the server may call", 'access: "private"', false],
      ["streaming", "approximated", "the local wire carries whole answers: the pieces arrive together", "streaming: false", false],
    ]);
    expect(refusedOf(planOf(fn, { accept: ["access", "streaming"] }))).toEqual([]);
  });
  test("routes say whom they share their unit with", () => {
    const route = (path: `/${string}`, options = {}) => http.get(path, { access: "public", ...options }, () => empty());
    const { bindings } = plan(local(defineApp("shop", { a: route("/a"), b: route("/b"), c: route("/c", { group: "web" }), d: route("/d", { group: "web" }), e: route("/e", { group: "own" }) })), adapter);
    const notes = bindings.map(({ verdicts }) => verdicts.find(({ capability }) => capability === "isolation")!.verdict).map((verdict) => verdict.verdict === "exact" && verdict.note);
    expect(notes).toEqual(["all routes of an app are one unit: shared with b", "all routes of an app are one unit: shared with a", "all routes of a group are one unit: shared with d", "all routes of a group are one unit: shared with c", "a process of its own"]);
  });
});

test("a variant that there is not is unsupported, where the compiler was passed by", () => {
  expect(() => planOf(queueOf(), { variant: "sqs" })).toThrow(expect.objectContaining({ code: "unsupported", message: 'variant "sqs" of queue: there is local' }));
});
