import { expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue } from "@isobar/core";
import { aws } from "./target.ts";

const app = defineApp("shop", { checkout: http.get("/a", { access: "public" }, () => empty()) });

test("a target is the app and what was said of AWS, unchanged", () => {
  const target = aws(app, { region: "eu-central-1", functions: { checkout: { variant: "function-url" } } });
  expect(target).toEqual({ cloud: "aws", app, settings: { region: "eu-central-1", functions: { checkout: { variant: "function-url" } } } });
  expect([target.app === app, aws(app).settings]).toEqual([true, {}]);
});
test("a function that the app has not got does not compile", () => {
  // @ts-expect-error: no function `chekout`
  expect(aws(app, { functions: { chekout: {} } }).cloud).toBe("aws");
});
test("a function whose source is there already knows it, beside what else is said of it", () => {
  const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
  const two = defineApp("shop", { charge: queue(defineQueue("orders"), { delivery }, () => {}), refund: queue(defineQueue("refunds"), { delivery }, () => {}) });
  const orders = { arn: "arn:aws:sqs:eu-central-1:123456789012:x", url: "https://sqs.eu-central-1.amazonaws.com/123456789012/x" };
  const settings = { functions: { charge: { maximumConcurrency: 5 } }, existing: { queues: { orders } } };
  expect([aws(two, settings).settings, settings.functions]).toEqual([{ functions: { charge: { maximumConcurrency: 5, existing: orders } }, existing: { queues: { orders } } }, { charge: { maximumConcurrency: 5 } }]);
});
