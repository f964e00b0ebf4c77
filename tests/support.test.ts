import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clouds } from "./proof/clouds.ts";
import { supportDocument, supportFile } from "./support/markdown.ts";

test("docs/support.md is what the adapters assess; npm run support rewrites it", () => {
  expect(readFileSync(supportFile, "utf8")).toBe(supportDocument(clouds));
});
