import { expect, test } from "vitest";
import { pushCall, pushId } from "./pubsub.ts";

const message = { id: "m-1", enqueuedAt: Date.UTC(2030, 0, 1), body: "{}" };
const told = { messageId: "m-1", data: "e30=", publishTime: "2030-01-01T00:00:00.000Z" };

test("a push tells the attempt where the subscription counts, and nothing of it where it does not", () => {
  const bodies = [3, undefined].map((attempt) => JSON.parse(Buffer.from(pushCall({ ...message, attempt }, "orders").body as Uint8Array).toString()) as unknown);
  expect(bodies).toEqual([{ subscription: "projects/p/subscriptions/orders", deliveryAttempt: 3, message: told }, { subscription: "projects/p/subscriptions/orders", message: told }]);
});
test("its id is the message's", () => expect(pushId(pushCall({ ...message, attempt: 1 }, "orders"))).toBe("m-1"));
