import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { doors, reportFile, reportOf } from "./api/report.ts";

test.each(doors)("the committed API report of core's door %s is what the sources say; npm run api rewrites it", async (door) => {
  expect(await readFile(reportFile(door), "utf8")).toBe(await reportOf(door));
});
