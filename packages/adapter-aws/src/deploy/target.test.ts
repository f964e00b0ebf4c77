import { expect, test } from "vitest";
import { defineApp, empty, http } from "@isobar/core";
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
