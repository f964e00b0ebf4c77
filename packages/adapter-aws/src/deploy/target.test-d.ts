import { expectTypeOf, test } from "vitest";
import { call, defineApp, defineQueue, defineTopic, empty, http, queue, topic } from "@isobar/core";
import type { AlbEvent, HttpEvent, LambdaContext, RestEvent, SqsRecord } from "../index.ts";
import { native } from "../index.ts";
import { functionUrl, http as serve, queue as consume } from "../runtime/index.ts";
import { aws } from "./index.ts";

const charge = queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
const hello = http.get("/", { access: "public" }, () => empty());
const app = defineApp("shop", { charge, hello });
const hear = topic(defineTopic("news"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
const ask = call({ delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => null);
const more = defineApp("more", { hear, ask });

test("settings are typed by the app's own functions and their kinds", () => {
  aws(app, { region: "eu-central-1", functions: { hello: { variant: "function-url" }, charge: { maximumBatchingWindowSeconds: 5 } } });
  // @ts-expect-error no function `helo`
  aws(app, { functions: { helo: {} } });
  // @ts-expect-error an HTTP setting on a queue function
  aws(app, { functions: { charge: { variant: "function-url" } } });
  // @ts-expect-error another cloud's word
  aws(app, { functions: { hello: { variant: "storage-queue" } } });
});
test("a variant takes its own settings only", () => {
  aws(more, { functions: { hear: { visibilityTimeoutSeconds: 60, accept: ["saturation"] }, ask: { variant: "async", maximumConcurrency: 5 } } });
  aws(more, { functions: { hear: { variant: "direct", reservedConcurrency: 5, accept: ["backoff", "deadLetter"] }, ask: { reservedConcurrency: 5 } } });
  // @ts-expect-error Lambda's own queue hides nothing
  aws(more, { functions: { hear: { variant: "direct", visibilityTimeoutSeconds: 60 } } });
  // @ts-expect-error a caller that waits has no mapping
  aws(more, { functions: { ask: { maximumConcurrency: 5 } } });
});
test("whatever starts a function, it may have instances, a network and a log of its own; what is there already is named by kind", () => {
  aws(app, { stage: "live", functions: { hello: { reservedConcurrency: 5, logRetentionDays: 7 }, charge: { provisionedConcurrency: 2, network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } } } });
  aws(app, { existing: { queues: { orders: { arn: "arn", url: "https://q" } }, topics: { news: "arn" } }, overrides: { OrdersQueue: { Properties: {} } }, alarms: false });
  // @ts-expect-error no number of days that CloudWatch has
  aws(app, { logRetentionDays: 31 });
  // @ts-expect-error a queue is an ARN and a URL
  aws(app, { existing: { queues: { orders: "arn" } } });
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
