import { expect, test } from "vitest";
import { call, defineBucket, defineQueue, empty, http, queue, storage } from "@isobar/core";
import { native } from "./native.ts";
import * as local from "./runtime/index.ts";

const context = { invocationId: "run-1", functionName: "shop" };
const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
const message = { id: "m-1", attempt: 1, enqueuedAt: 0, body: { text: "{}" } };

test("native(ctx) is the very record and context, whatever the kind", async () => {
  const seen: ReturnType<typeof native>[] = [];
  const [request, batch, objects, asked] = [{ method: "GET", url: "https://shop.test/a", headers: [] }, { messages: [{ ...message, more: 1 }] }, { messages: [{ ...message, told: { change: "created", object: { bucket: "b", key: "k" } } }] }, { payload: 1 }];
  await local.http(http.get("/a", { access: "public" }, (_request, ctx) => (seen.push(native(ctx)), empty())))(request, context);
  await local.queue(queue(defineQueue("orders"), { delivery }, (_event, ctx) => void seen.push(native(ctx))))(batch, context);
  await local.storage(storage(defineBucket("uploads"), { delivery }, (_event, ctx) => void seen.push(native(ctx))))(objects, context);
  await local.call(call({ delivery }, (_event, ctx) => void seen.push(native(ctx))))(asked, context);
  expect(seen.map((each) => each?.record)).toEqual([request, batch.messages[0], objects.messages[0], asked]);
  expect(seen.every((each, i) => each?.record === [request, batch.messages[0], objects.messages[0], asked][i] && each?.context === context)).toBe(true);
});
test("native(ctx) is undefined for what is no ctx of ours", () => expect(native({} as never)).toBeUndefined());
