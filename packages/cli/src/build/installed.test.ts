import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "../testing/folder.ts";
import { cuttingFor, withInstalled } from "./installed.ts";

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const kit = { "": {}, "node_modules/kit": { version: "1.2.3" }, "node_modules/part": { version: "1.0.1" } };
const texts = (files: Readonly<Record<string, string>>, composed: Readonly<Record<string, string>>, { app = "", installed = ["kit"], unit = "charge" } = {}) => withInstalled(unit, { file: "index.cjs", installed }, composed, cuttingFor(join(folderOf(files), app)));
const parsed = (given: Readonly<Record<string, string>>, name: string) => JSON.parse(given[name]!) as { readonly name?: string; readonly dependencies?: object; readonly packages: Readonly<Record<string, unknown>> };

describe("what lies beside a bundle", () => {
  test("is what its adapter composed, where nothing is installed", () => expect(texts({}, { "host.json": "{}" }, { installed: [] })).toEqual({ "host.json": "{}" }));
  test("is the composed package.json with the versions of the app's lock, and a lock that says what it says", () => {
    const given = texts({ "package-lock.json": lock(kit) }, { "host.json": "{}", "package.json": JSON.stringify({ name: "own", version: "2.0.0", license: "MIT", engines: { node: ">=22" }, dependencies: { kit: "^1.0.0", part: "*" }, scripts: {} }) });
    expect(Object.keys(given)).toEqual(["host.json", "package.json", "package-lock.json"]);
    expect(parsed(given, "package.json")).toEqual({ name: "own", version: "2.0.0", license: "MIT", engines: { node: ">=22" }, dependencies: { kit: "1.2.3", part: "1.0.1" }, scripts: {} });
    expect(given["package-lock.json"]).toBe(`${JSON.stringify({ name: "own", version: "2.0.0", lockfileVersion: 3, requires: true, packages: { "": { name: "own", version: "2.0.0", license: "MIT", dependencies: { kit: "1.2.3", part: "1.0.1" }, engines: { node: ">=22" } }, "node_modules/kit": { version: "1.2.3" }, "node_modules/part": { version: "1.0.1" } } }, undefined, 2)}\n`);
  });
  test.each([["chargeOrder", "chargeorder"], ["_charge$", "charge-"], ["$", "unit"]])("is named by its unit, as npm takes names: %s", (unit, name) => expect(parsed(texts({ "package-lock.json": lock(kit) }, {}, { unit }), "package.json").name).toBe(name));
  test("is cut from the nearest lock file above the app, from where the app lies", () => {
    const files = { "package-lock.json": lock({ ...kit, "apps/shop/node_modules/kit": { version: "2.0.0" } }), "apps/shop/app.ts": "", "apps/other/app.ts": "" };
    expect(["apps/shop", "apps/other"].map((app) => parsed(texts(files, {}, { app }), "package.json").dependencies)).toEqual([{ kit: "2.0.0" }, { kit: "1.2.3" }]);
  });
  test("is cut once for all units that ask for the same", () => {
    const cutting = cuttingFor(folderOf({ "package-lock.json": lock(kit) }));
    expect(cutting(["kit"])).toBe(cutting(["kit"]));
    expect(cutting(["part"])!.dependencies).toEqual({ part: "1.0.1" });
  });
});
