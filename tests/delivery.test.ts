import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clouds } from "./proof/clouds.ts";
import { deliveryDocument, deliveryFile } from "./delivery/markdown.ts";

test("docs/delivery.md is what the scenarios give on every path, and no cell of it is broken; npm run delivery rewrites it", async () => {
  const document = await deliveryDocument(clouds);
  expect(document).not.toContain("**broken**");
  expect(readFileSync(deliveryFile, "utf8")).toBe(document);
});
