import { describe, expect, test } from "vitest";
import { committedFor, composedFor, exampleNames } from "./goldens.ts";

test("there are examples that name their clouds", () => expect(exampleNames).toContain("orders"));

describe.each(exampleNames)("the manifests of the example %s", (example) => {
  test("are what is committed: npm run goldens writes them anew", async () => {
    const [composed, committed] = [await composedFor(example), committedFor(example)];
    expect(Object.keys(committed)).toEqual(Object.keys(composed));
    for (const [path, text] of Object.entries(composed)) expect(committed[path], path).toBe(text);
  });
  test("name no place of this machine and no secret", () => {
    for (const [path, text] of Object.entries(committedFor(example))) expect(text, path).not.toMatch(/file:\/\/|\/home\/|\/tmp\/|\/root\/|\\\\Users\\\\/);
  });
});
