import { expect, test } from "vitest";
import { queueMaker } from "./plan.ts";

test("a queue function is called through an event source mapping", () => {
  expect(queueMaker()).toBe("queue");
});
