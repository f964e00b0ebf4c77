import type { HttpRequest, InvocationContext } from "@azure/functions";
import { HttpRequest as LibraryRequest } from "@azure/functions";
import { call as callFunction, changes as changesFunction, defineTable, schedule as scheduleFunction } from "@isobar/core";
import { describe, expect, test } from "vitest";
import { native } from "../native.ts";
import { call, changes, scheduleDirect } from "./index.ts";

const each = { delivery: { maxAttempts: 3, deadLetter: "discard" } } as const;
const context = { invocationId: "i-1", functionName: "fn", info() {}, warn() {}, error() {}, debug() {} } as unknown as InvocationContext;

describe("a timer", () => {
  test("without a status has its time computed from when the host called", async () => {
    const seen: unknown[] = [];
    const clock = { now: () => Date.UTC(2030, 0, 1, 6, 7, 8), after: () => () => {} };
    await scheduleDirect(scheduleFunction("*/5 * * * *", each, (event) => void seen.push(event.data)), { clock })({ isPastDue: true, scheduleStatus: null }, context);
    expect(seen).toEqual([{ scheduledTime: "2030-01-01T06:05:00.000Z", overdue: true }]);
  });
});
describe("a change feed", () => {
  const documents = [{ id: "a", _etag: '"1"' }, { id: "b", _etag: '"2"' }];
  test("hands each document over, with its record; the metadata is not asked for", async () => {
    const seen: unknown[] = [];
    await changes(changesFunction(defineTable("users"), each, (event, ctx) => void seen.push([event.data.key, native(ctx)?.record])))(documents, context);
    expect(seen).toEqual(documents.map((document) => [{ id: document.id }, document]));
  });
  test("is refused as a whole, for the host to hear, where one of it comes again", async () => {
    const failing = changes(changesFunction(defineTable("users"), each, ({ data }) => { if (data.key.id === "b") throw new Error("secret"); }));
    await expect(failing(documents, context)).rejects.toMatchObject({ code: "handler-failed", message: "the batch comes again" });
  });
  test("that is none runs nothing", async () => {
    await expect(changes(changesFunction(defineTable("users"), each, () => {}))({}, context)).rejects.toMatchObject({ code: "invalid-native-event" });
  });
});
describe("a call", () => {
  const asked = async (body: string, handle: (payload: unknown) => unknown) => {
    const answer = await call(callFunction(each, (event) => handle(event.data)))(new LibraryRequest({ method: "POST", url: "https://shop.azurewebsites.net/total", body: { string: body } }) as HttpRequest, context);
    return [answer.status, JSON.parse(String(answer.body))];
  };
  test("is answered with its result", async () => expect(await asked('{"n":1}', (payload) => ({ payload }))).toEqual([200, { payload: { n: 1 } }]));
  test("that fails is answered without a word of why", async () => {
    expect(await asked("1", () => { throw new Error("secret"); })).toEqual([500, { type: "about:blank", title: "Internal Server Error", status: 500, code: "handler-failed" }]);
  });
  test("whose payload is no JSON is the caller's error", async () => expect((await asked("{", () => 1))[0]).toBe(400));
});
