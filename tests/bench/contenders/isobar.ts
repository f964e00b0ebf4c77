/** The same functions in Isobar, behind the entries that `isobar build` writes. */
import * as lambda from "@isobar/adapter-aws/runtime";
import { bytes, defineQueue, http, json, queue } from "@isobar/core";
import type { Contender } from "./contender.ts";
import { book, find, Order } from "./order.ts";

const get = http.get("/orders/{id}", { access: "public" }, async (request) => json(await find(request.params.id)));
const post = http.post("/orders", { access: "public", body: Order }, async ({ valid: { body } }) => json({ id: body.id, total: await book(body) }, { status: 201 }));
const binary = http.post("/echo", { access: "public" }, async (request) => bytes(await request.bytes()));
const orders = defineQueue("orders", { data: Order });
const consume = queue(orders, { batch: { maxSize: 10 }, delivery: { maxAttempts: 3, deadLetter: "discard" } }, async ({ data }) => void (await book(data)));

export const contender: Contender = {
  get: lambda.http(get, { name: "get" }),
  post: lambda.http(post, { name: "post", input: lambda.input }),
  binary: lambda.http(binary, { name: "binary" }),
  queue: lambda.queue(consume, { name: "consume" }),
  "queue-bad": lambda.queue(consume, { name: "consume" }),
};
