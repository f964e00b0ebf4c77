import { expect, test } from "vitest";
import { connectionOf, eventHub, ownQueue } from "./registration.ts";

test("a connection is the name of an environment variable", () => {
  expect(["a", "orders", "orders-2-failed"].map(connectionOf)).toEqual(["A", "ORDERS", "ORDERS_2_FAILED"]);
});
test("a subscriber's queue carries both names", () => expect(ownQueue("news", "mail")).toBe("news-mail"));
test("an event hub is read in batches, as bytes, by a consumer group of the function's own, and a batch that failed comes again without end", () => {
  expect(eventHub("stream", "clicks", "count")).toEqual({
    app: "eventHub",
    maker: "stream",
    options: { eventHubName: "clicks", connection: "CLICKS", consumerGroup: "count", cardinality: "many", dataType: "binary", retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } },
  });
});
