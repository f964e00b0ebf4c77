import { expect, test } from "vitest";
import { connectionOf, eventHub, ownQueue, serviceBusQueue } from "./registration.ts";

test("a connection is the name of an environment variable", () => {
  expect(["a", "orders", "orders-2-failed", ".report"].map(connectionOf)).toEqual(["A", "ORDERS", "ORDERS_2_FAILED", "_REPORT"]);
});
test("a subscriber's queue carries both names, and is no channel's", () => expect(ownQueue("news", "mail")).toBe("news.mail"));
test("edge 42 and 43: bodies are asked for as bytes, which nothing parses; order by key is sessions", () => {
  expect([serviceBusQueue("charge", "queue", "orders", "orders"), serviceBusQueue("mail", "topic", "news", "news.mail", true)]).toEqual([
    { name: "charge", app: "serviceBusQueue", maker: "queue", options: { queueName: "orders", connection: "ORDERS", dataType: "binary" } },
    { name: "mail", app: "serviceBusQueue", maker: "topic", options: { queueName: "news.mail", connection: "NEWS", dataType: "binary", isSessionsEnabled: true } },
  ]);
});
test("an event hub is read in batches, as bytes, by a consumer group of the function's own, and a batch that failed comes again without end", () => {
  expect(eventHub("count", "stream", "clicks")).toEqual({
    name: "count",
    app: "eventHub",
    maker: "stream",
    options: { eventHubName: "clicks", connection: "CLICKS", consumerGroup: "count", cardinality: "many", dataType: "binary", retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } },
  });
});
