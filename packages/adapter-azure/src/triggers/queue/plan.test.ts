import { describe, expect, test } from "vitest";
import { defineQueue, queue, type Queue } from "@isobar/core";
import { queueMaker, type QueueSettings } from "./plan.ts";

const registered = (source: Queue, settings: QueueSettings = {}) => queueMaker({ name: "charge", fn: queue(source, { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}), settings });

describe("the registration of a queue function", () => {
  test("edge 42 and 43: bodies are asked for as bytes, which nothing parses", () => {
    expect(registered(defineQueue("orders-failed"))).toEqual({ app: "serviceBusQueue", maker: "queue", options: { queueName: "orders-failed", connection: "ORDERS_FAILED", dataType: "binary" } });
  });
  test("order by key is sessions", () => {
    expect(registered(defineQueue("orders", { order: "by-key" })).options).toEqual({ queueName: "orders", connection: "ORDERS", dataType: "binary", isSessionsEnabled: true });
  });
  test("a Storage queue is registered as such", () => {
    expect(registered(defineQueue("orders"), { variant: "storage-queue" })).toEqual({ app: "storageQueue", maker: "queueStorageQueue", options: { queueName: "orders", connection: "ORDERS", dataType: "binary" } });
  });
});
