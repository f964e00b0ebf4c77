import { describe, expect, test } from "vitest";
import { defineQueue, queue, type Queue } from "@isobar/core";
import { connectionOf, queueOptions } from "./plan.ts";

const options = (source: Queue) => queueOptions({ name: "charge", fn: queue(source, { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}), settings: {} });

describe("the options of app.serviceBusQueue", () => {
  test("edge 42 and 43: bodies are asked for as bytes, which nothing parses", () => {
    expect(options(defineQueue("orders-failed"))).toEqual({ queueName: "orders-failed", connection: "ORDERS_FAILED", dataType: "binary" });
  });
  test("order by key is sessions", () => {
    expect(options(defineQueue("orders", { order: "by-key" }))).toEqual({ queueName: "orders", connection: "ORDERS", dataType: "binary", isSessionsEnabled: true });
  });
  test("a connection is the name of an environment variable", () => {
    expect(["a", "orders", "orders-2-failed"].map(connectionOf)).toEqual(["A", "ORDERS", "ORDERS_2_FAILED"]);
  });
});
