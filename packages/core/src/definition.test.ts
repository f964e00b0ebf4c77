import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, logs, queue, schedule, storage, stream, topic } from "./index.ts";
import { checkFunction } from "./definition.ts";
import type { AnyFunction } from "./triggers/index.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;
const refused = (fn: AnyFunction, why: string) => {
  expect(() => checkFunction("tidy", fn)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(why) }));
};
const nothing = () => {};

describe("every asynchronous kind answers for its failures", () => {
  const kinds = (policy: never): readonly AnyFunction[] => [
    queue(defineQueue("a"), { delivery: policy }, nothing), topic(defineTopic("a"), { delivery: policy }, nothing), storage(defineBucket("a"), { delivery: policy }, nothing), schedule("* * * * *", { delivery: policy }, nothing),
    changes(defineTable("a"), { delivery: policy }, nothing), stream(defineStream("a"), { delivery: policy }, nothing), bus(defineBus("a"), { delivery: policy }, nothing), logs(defineLog("a"), { delivery: policy }, nothing), call({ delivery: policy }, nothing),
  ];
  test.each(kinds(undefined as never).map((fn) => [fn.kind, fn] as const))("%s without a policy is refused", (kind, fn) => refused(fn, `tidy: delivery of ${kind}`));
  test.each(kinds({ maxAttempts: 0, deadLetter: "discard" } as never).map((fn) => [fn.kind, fn] as const))("%s with no attempts is refused", (_, fn) => refused(fn, "maxAttempts is an integer from 1"));
  test.each(kinds(delivery as never).map((fn) => [fn.kind, fn] as const))("%s with a policy is taken", (_, fn) => expect(() => checkFunction("tidy", fn)).not.toThrow());
  test.each(["soon", "-1s", 5])("a batch waits for a duration, not %j", (maxWait) => refused(logs(defineLog("a"), { delivery, batch: { maxSize: 2, maxWait: maxWait as "5s" } }, nothing), "is not a duration"));
  test("a batch is one or more, whatever the kind", () => refused(storage(defineBucket("a"), { delivery, batch: { maxSize: 0 } }, nothing), "batch.maxSize is an integer from 1, not 0"));
});

describe("schedules", () => {
  test.each([["every day", "five fields"], ["0 24 * * *", 'hour "24" is not from 0 to 23'], ["0 6 1 * 1", "exclude each other"]])("%j is refused", (cron, why) => refused(schedule(cron, { delivery }, nothing), why));
  test.each(["Mars/Olympus", "", "CET+1", "+01:00", "-05:00"])("zone %j is refused", (zone) => refused(schedule("0 6 * * *", { delivery, zone }, nothing), `zone ${JSON.stringify(zone)} is no IANA time zone`));
  test("the function is named", () => refused(schedule("", { delivery }, nothing), 'tidy: cron "": five fields'));
  test("an IANA zone is taken", () => expect(() => checkFunction("tidy", schedule("0 6 * * *", { delivery, zone: "Europe/Berlin" }, nothing))).not.toThrow());
});

test("several functions may hear of one topic, bucket, table, stream, bus or log", () => {
  const [news, uploads] = [defineTopic("news"), defineBucket("uploads")];
  expect(() => defineApp("shop", { a: topic(news, { delivery }, nothing), b: topic(news, { delivery }, nothing), c: storage(uploads, { delivery }, nothing), d: storage(uploads, { delivery }, nothing) })).not.toThrow();
});

describe("what a unit is given", () => {
  const of = (options: object) => queue(defineQueue("a"), { delivery, ...options }, nothing);
  test.each([[{ memoryMb: 127 }, "memoryMb"], [{ memoryMb: 512.5 }, "memoryMb"], [{ environment: { "1A": "x" } }, "no name of a variable"], [{ environment: { "A-B": "x" } }, "no name of a variable"], [{ environment: { ISOBAR_QUEUE_A: "x" } }, "are ours"], [{ environment: { A: 1 } }, "is a text, not number"], [{ secrets: ["Stripe_Key"] }, "secret name"], [{ secrets: [7] }, "secret name 7"], [{ secrets: ["a".repeat(61)] }, "60 at most"], [{ group: "../evil" }, "group"], [{ group: "Web" }, "group"], [{ group: "a".repeat(41) }, "40 at most"]])("%j is refused", (options, why) => refused(of(options), why));
  test("memory, variables and secrets' names that every cloud takes", () => expect(() => checkFunction("tidy", of({ memoryMb: 1024, environment: { LOG_LEVEL: "debug", _x1: "" }, secrets: ["stripe-key"] }))).not.toThrow());
});
