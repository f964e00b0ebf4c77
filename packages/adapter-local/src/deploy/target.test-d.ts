import { expectTypeOf, test } from "vitest";
import { call, defineApp, defineBucket, defineQueue, empty, http, queue, storage } from "@isobar/core";
import { native, type LocalCall, type LocalContext, type LocalMessage, type LocalRequest } from "../index.ts";
import * as local from "../runtime/index.ts";
import { local as target } from "./index.ts";

const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
const charge = queue(defineQueue("orders"), { delivery }, () => {});
const resize = storage(defineBucket("uploads"), { delivery }, () => {});
const add = call({ delivery }, () => 1);
const hello = http.get("/", { access: "public" }, () => empty());
const app = defineApp("shop", { charge, resize, add, hello });

test("settings are typed by the app's own functions and their kinds", () => {
  target(app, { functions: { add: { variant: "async" } } });
  target(app);
  // @ts-expect-error no function `ad`
  target(app, { functions: { ad: {} } });
  // @ts-expect-error no such variant
  target(app, { functions: { add: { variant: "later" } } });
  // @ts-expect-error another cloud's setting
  target(app, { region: "eu-central-1" });
});
test("native(ctx) is typed by the function's kind", () => {
  queue(defineQueue("other"), { delivery }, (_event, ctx) => void expectTypeOf(native(ctx)).toEqualTypeOf<{ readonly record: LocalMessage; readonly context: LocalContext } | undefined>());
  call({ delivery }, (_event, ctx) => void expectTypeOf(native(ctx)!.record).toEqualTypeOf<LocalCall | LocalMessage>());
  http.get("/", { access: "public" }, (_request, ctx) => { expectTypeOf(native(ctx)!.record).toEqualTypeOf<LocalRequest>(); return empty(); });
});
test("an entry takes functions of its kind only", () => {
  local.http({ hello });
  local.storage(resize);
  local.callAsync(add);
  // @ts-expect-error a queue function has no route
  local.http(charge);
  // @ts-expect-error a storage function consumes no queue
  local.queue(resize);
  // @ts-expect-error a queue function is not called
  local.call(charge);
});
