import { describe, expect, test } from "vitest";
import { defineApp, defineTopic, defineQueue, topic, type DeliveryPolicy } from "@isobar/core";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { topicPlan } from "../../triggers/topic/plan.ts";
import { topicWires } from "../../triggers/topic/testing.ts";
import { asynchronousRules } from "./asynchronous.ts";

const [, direct] = topicWires;
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly faults?: Faults;
  readonly unsure?: Readonly<Record<string, number>>;
  /** Properties laid over a rendered resource's. */
  readonly spoil?: Readonly<Record<string, object>>;
}
async function run(outcomes: string, { delivery, faults, unsure = {}, spoil = {} }: Case = {}): Promise<Simulated> {
  const hear = topic(defineTopic("news"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("failed"), ...delivery } as DeliveryPolicy, timeout: "1s" }, () => {});
  const rendered = topicPlan.render({ name: "hear", fn: hear, settings: { variant: "direct" }, app: defineApp("shop", { hear }) });
  const resources = Object.fromEntries(Object.entries(rendered.resources).map(([id, resource]) => [id, { ...resource, Properties: { ...(resource as { Properties: object }).Properties, ...spoil[id] } }]));
  return simulate({ wire: direct as never, rendered: { ...rendered, resources }, name: "hear", fn: hear, messages: [{ message: { id: "m", body: "{}" }, acts: script(outcomes) }], unsure, ...(faults === undefined ? {} : { faults }) });
}
const starts = ({ fates }: Simulated) => fates.m!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt ?? "?"} ${act}`);
const rest = ({ fates }: Simulated) => [fates.m!.rest, fates.m!.queue, fates.m!.reason, fates.m!.letters].filter((part) => part !== undefined);

describe("an event in Lambda's asynchronous queue", () => {
  test("comes again one minute after its first failure, two after its second, and is told no attempt", async () => {
    const seen = await run("fail,throw,ok");
    expect([starts(seen), rest(seen)]).toEqual([["0s #? fail", "60s #? throw", "180s #? ok"], ["acknowledged", 0]]);
  });
  test("used up it is left in the dead-letter queue, as it was, without a letter of ours", async () => {
    const seen = await run("fail");
    expect([starts(seen).length, rest(seen)]).toEqual([3, ["dead-letter", "failed", "RetriesExhausted", 0]]);
  });
  test("has as many attempts as are asked for", async () => {
    expect([starts(await run("fail", { delivery: { maxAttempts: 1 } })), starts(await run("fail", { delivery: { maxAttempts: 2 } }))]).toEqual([["0s #? fail"], ["0s #? fail", "60s #? fail"]]);
  });
  test("rejected it is a letter of ours at once", async () => {
    const seen = await run("reject");
    expect([starts(seen), rest(seen)]).toEqual([["0s #? reject"], ["dead-letter", "failed", "as scripted", 1]]);
  });
  test("a crash and a time-out are failures as any", async () => {
    expect([starts(await run("crash,block,ok"))]).toEqual([["0s #? crash", "60s #? block", "182s #? ok"]]);
  });
  test("a handler that hangs is given up at its timeout", async () => {
    expect(starts(await run("hang,ok"))).toEqual(["0s #? hang", "61.25s #? ok"]);
  });
  test("finding no instance it waits longer and longer, and spends nothing", async () => {
    const seen = await run("fail,fail,ok", { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } });
    // 1 + 2 + 4 + 8 + 16 s
    expect([starts(seen), rest(seen)]).toEqual([["31s #? fail", "91s #? fail", "211s #? ok"], ["acknowledged", 0]]);
  });
  test("the throttles' curve ends at five minutes, and is a parameter", async () => {
    const capacity = { instances: 0, fromMs: 0, untilMs: 1_000_000 };
    // 1 + 2 + … + 256, then 300 s at a time; from 100 s by thirds: 100, 300, 300, 300
    expect([starts(await run("ok", { faults: { capacity } })), starts(await run("ok", { faults: { capacity }, unsure: { throttledMs: 100_000, throttleFactor: 3 } }))]).toEqual([["1111s #? ok"], ["1000s #? ok"]]);
  });
  test("too old it is left in the dead-letter queue without being run", async () => {
    const seen = await run("ok", { delivery: { maxAge: "60s" }, faults: { capacity: { instances: 0, fromMs: 0, untilMs: 100_000 } } });
    // 1 + 2 + 4 + 8 + 16 + 32 s
    expect([starts(seen), rest(seen), seen.fates.m!.atMs]).toEqual([[], ["dead-letter", "failed", "EventAgeExceeded", 0], 63_000]);
  });
  test("while the letter of a reject cannot be written it comes again", async () => {
    const seen = await run("reject", { faults: { sinkDown: { fromMs: 0, untilMs: 30_000 } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #? reject", "60s #? reject"], ["dead-letter", "failed", "as scripted", 1]]);
  });
  test("used up while the dead-letter queue takes nothing, it is gone: Lambda deletes it", async () => {
    expect(rest(await run("fail", { delivery: { maxAttempts: 1 }, faults: { sinkDown: { fromMs: 0, untilMs: 30_000 } } }))).toEqual(["discarded", "RetriesExhausted", 0]);
  });
  test("without a dead-letter queue it is dropped, as asked or by mistake", async () => {
    expect([rest(await run("fail", { delivery: { deadLetter: "discard" } })), rest(await run("fail", { spoil: { HearFunction: { DeadLetterConfig: undefined } } }))]).toEqual([["discarded", "RetriesExhausted", 0], ["discarded", "RetriesExhausted", 0]]);
  });
  test("what the template leaves out is Lambda's own: two retries", async () => {
    expect(starts(await run("fail", { delivery: { maxAttempts: 1 }, spoil: { HearInvokeConfig: { MaximumRetryAttempts: undefined } } })).length).toBe(3);
  });
  test("a duplicate runs twice, and is one event", async () => {
    const seen = await run("ok", { faults: { duplicates: true } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #? ok", "0s #? ok"], ["acknowledged", 0]]);
  });
});

test("a path without a function is unsupported", () => {
  expect(() => asynchronousRules({ maker: "topicDirect", resources: {}, grants: [] })).toThrow(expect.objectContaining({ code: "unsupported" }));
});
test("it takes nothing back: it waits as long as it does", async () => {
  const broker = asynchronousRules({ maker: "topicDirect", resources: { F: { Type: "AWS::Lambda::Function", Properties: {} } }, grants: [] }).open({} as never);
  await expect(broker.perform({ do: "postpone", record: {}, afterMs: 1 })).rejects.toMatchObject({ code: "unsupported", message: "Lambda's asynchronous queue cannot postpone: it waits as long as it does" });
});
