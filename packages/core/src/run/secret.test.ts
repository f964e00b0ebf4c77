import { expect, test } from "vitest";
import { defineQueue, http, queue, text } from "../index.ts";
import { deliver, request, testContext } from "../testing.ts";
import { messages } from "./messages.ts";
import { queueReading } from "../triggers/queue.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;

test("a handler reads the secrets that its function lists, of every kind of call", async () => {
  const read: string[] = [];
  const charge = queue(defineQueue("orders"), { delivery, secrets: ["stripe-key"] }, async (_event, ctx) => void read.push(await ctx.secret("stripe-key")));
  await deliver(charge, { data: {} }, { secrets: { "stripe-key": "s-1" } });
  const show = http.get("/", { access: "public", secrets: ["stripe-key"] }, async (_request, ctx) => text(await ctx.secret("stripe-key")));
  const answer = await request(show, "/", {}, { secrets: { "stripe-key": "s-2" } });
  expect([read, await answer.text(), await testContext({ secrets: { "stripe-key": "s-3" } }).secret("stripe-key")]).toEqual([["s-1"], "s-2", "s-3"]);
});
test("one that it does not list is refused, though the store has it", async () => {
  const charge = queue(defineQueue("orders"), { delivery, secrets: ["other"] }, async (_event, ctx) => void (await ctx.secret("stripe-key")));
  const { logs, then } = await deliver(charge, { data: {} }, { secrets: { "stripe-key": "s-1" } });
  expect([then, logs[0]!.code]).toEqual(["again", "invalid-definition"]);
});
test("an entry that cannot read what its function lists fails when it is made", () => {
  const charge = queue(defineQueue("orders"), { delivery, secrets: ["stripe-key"] }, () => {});
  expect(() => messages(charge, queueReading, {} as never, {})).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining("`secret`") }));
});
