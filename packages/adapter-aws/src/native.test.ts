import { expect, test } from "vitest";
import { defineQueue, empty, http, queue } from "@isobar/core";
import { exchange, messages, queueReading, type Platform } from "@isobar/core/adapter";
import { native } from "./native.ts";
import { httpApi } from "./triggers/http/codec.ts";
import { sqs } from "./triggers/queue/codec.ts";

const context = { awsRequestId: "request-1", functionName: "shop", getRemainingTimeInMillis: () => 30_000 };
const platform = (cloud: string): Platform => ({ cloud, invocationId: "request-1", functionName: "shop", context });
const event = { version: "2.0", rawPath: "/a", requestContext: { http: { method: "GET" }, authorizer: { jwt: { claims: { sub: "u" } } } }, stageVariables: { a: "1" } };
const batch = { Records: [{ messageId: "1", body: "{}", receiptHandle: "r", eventSource: "aws:sqs", unknownField: 1 }] };

async function seenOn(cloud: string) {
  const seen: ReturnType<typeof native>[] = [];
  await exchange(http.get("/a", { access: "public" }, (_request, ctx) => (seen.push(native(ctx)), empty())), httpApi)(event, platform(cloud));
  await messages(queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, (_event, ctx) => void seen.push(native(ctx))), queueReading, sqs)(batch, platform(cloud));
  return seen;
}

test("native(ctx) is this cloud's very record and context, unknown fields and all", async () => {
  const [http, queue] = await seenOn("aws");
  expect([http?.record === event, http?.context === context, queue?.record === batch.Records[0], queue?.context === context]).toEqual([true, true, true, true]);
});
test("native(ctx) is undefined on another cloud, and for what is no ctx of ours", async () => {
  expect([...(await seenOn("local")), native({} as never)]).toEqual([undefined, undefined, undefined]);
});
