import { expectTypeOf, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue } from "@isobar/core";
import type { AlbEvent, HttpEvent, LambdaContext, RestEvent, SqsRecord } from "../index.ts";
import { native } from "../index.ts";
import { functionUrl, http as serve, queue as consume } from "../runtime/index.ts";
import { aws } from "./index.ts";

const charge = queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
const hello = http.get("/", { access: "public" }, () => empty());
const app = defineApp("shop", { charge, hello });

test("settings are typed by the app's own functions and their kinds", () => {
  aws(app, { region: "eu-central-1", functions: { hello: { variant: "function-url" }, charge: { maximumBatchingWindowSeconds: 5 } } });
  // @ts-expect-error no function `helo`
  aws(app, { functions: { helo: {} } });
  // @ts-expect-error an HTTP setting on a queue function
  aws(app, { functions: { charge: { variant: "function-url" } } });
  // @ts-expect-error another cloud's word
  aws(app, { functions: { hello: { variant: "storage-queue" } } });
});
test("native(ctx) is typed by the function's kind", () => {
  queue(defineQueue("other"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, (_event, ctx) => void expectTypeOf(native(ctx)).toEqualTypeOf<{ readonly record: SqsRecord; readonly context: LambdaContext } | undefined>());
  http.get("/", { access: "public" }, (_request, ctx) => { expectTypeOf(native(ctx)!.record).toEqualTypeOf<HttpEvent | RestEvent | AlbEvent>(); return empty(); });
});
test("an entry takes functions of its kind only", () => {
  serve(hello);
  functionUrl({ hello });
  consume(charge);
  // @ts-expect-error a queue function has no route
  serve(charge);
  // @ts-expect-error an HTTP function consumes nothing
  consume(hello);
});
