import { Hono } from "hono";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { bytes, defineQueue, defineTopic, empty, http, json, redirect, text } from "../index.ts";

const open = { access: "public" } as const;
const Order = z.object({ id: z.string(), total: z.number() });
type Order = z.infer<typeof Order>;
const orders = defineQueue("orders", { data: Order });
const audit = defineTopic("audit", { data: v.object({ who: v.string() }), order: "by-key" });
const failed = defineQueue("orders-failed", { data: Order });

test("parameters come from the path, valid input from the schemas, channels from `sends`", () => {
  http.post("/orders/{tenant}/{rest+}", { ...open, body: Order, sends: [orders, audit] }, async (request, ctx) => {
    expectTypeOf(request.params).toEqualTypeOf<{ readonly tenant: string; readonly rest: string }>();
    expectTypeOf(request.valid).toEqualTypeOf<{ readonly body: Order }>();
    expectTypeOf(request).toExtend<Request>();
    expectTypeOf(request.clientAddress).toEqualTypeOf<string | undefined>();
    await ctx.send(orders, request.valid.body);
    await ctx.send(audit, { who: "x" }, { key: "k", delay: "1m" });
    // @ts-expect-error an ordered topic wants a key
    await ctx.send(audit, { who: "x" });
    // @ts-expect-error wrong data
    await ctx.send(orders, { id: 1, total: 2 });
    // @ts-expect-error not declared in `sends`
    await ctx.send(failed, request.valid.body);
    // @ts-expect-error no such parameter
    request.params.tenent;
    // @ts-expect-error no query schema was given
    request.valid.query;
    return json({ accepted: request.valid.body.id }, { status: 202 });
  });
});
test("every part may have a schema of any validator", () => {
  http.get("/s/{page}", { ...open, query: v.object({ n: v.pipe(v.string(), v.transform(Number)) }), params: z.object({ page: z.coerce.number() }), headers: z.object({ "x-tenant": z.string() }) }, (request) => {
    expectTypeOf(request.valid).toEqualTypeOf<{ readonly query: { n: number }; readonly params: { page: number }; readonly headers: { "x-tenant": string } }>();
    return empty();
  });
});
test("what is sent is a schema's input, what arrives its output", () => {
  const dated = defineQueue("dated", { data: z.object({ at: z.string().transform((text) => new Date(text)) }) });
  http.post("/d", { ...open, sends: [dated] }, async (_request, ctx) => {
    await ctx.send(dated, { at: "2030-01-01" });
    // @ts-expect-error a Date where the channel wants the string
    await ctx.send(dated, { at: new Date() });
    return empty();
  });
});
test("any fetch handler mounts, and every answer is a Response", () => {
  http.all("/{rest+}", open, new Hono().fetch);
  for (const answer of [json(1), text("a"), bytes(new Uint8Array()), empty(), redirect("/a", 303)]) expectTypeOf(answer).toEqualTypeOf<Response>();
  http.put("/a", open, () => new Response());
  http.patch("/a", { ...open, body: Order }, (request) => json(request.valid.body.total));
  http.delete("/a/{id}", open, (request) => text(request.params.id));
});
test("what cannot be meant does not compile", () => {
  // @ts-expect-error access has no default
  http.get("/a", {}, () => empty());
  // @ts-expect-error a GET has no body
  http.get("/a", { ...open, body: Order }, () => empty());
  // @ts-expect-error a path starts with a slash
  http.get("a", open, () => empty());
  // @ts-expect-error a handler answers
  http.get("/a", open, () => {});
  // @ts-expect-error the pattern has no `tennant`
  http.get("/a/{tenant}", { ...open, params: z.object({ tennant: z.string() }) }, () => empty());
  // @ts-expect-error a typo in an option
  http.post("/a", { ...open, boddy: Order }, () => empty());
  // @ts-expect-error not a duration
  http.get("/a", { ...open, timeout: "10 sec" }, () => empty());
  // @ts-expect-error nobody is not an answer to who may call
  http.get("/a", { access: "nobody" }, () => empty());
  // @ts-expect-error no status of a redirection
  redirect("/a", 200);
  // @ts-expect-error a function that sends nothing
  http.get("/a", open, async (_request, ctx) => { await ctx.send(orders, { id: "1", total: 1 }); return empty(); });
});
