import { describe, expect, test } from "vitest";
import { cutLock, type LockedPackage } from "./lock.ts";

const cut = (packages: Readonly<Record<string, LockedPackage>>, names: readonly string[] = ["framework"], app = "") => cutLock({ lockfileVersion: 3, packages }, app, names);
const at = (version: string, needs: Readonly<Record<string, string>> = {}, rest: LockedPackage = {}): LockedPackage => ({ version, ...(Object.keys(needs).length === 0 ? {} : { dependencies: needs }), ...rest });
const refused = (message: string) => expect.objectContaining({ name: "IsobarError", code: "invalid-definition", message });

describe("what is cut", () => {
  test("is the packages named with all that they need, each at its version, and nothing else", () => {
    const express = at("4.19.2", { accepts: "~1.3.8" }, { resolved: "https://registry.example/express-4.19.2.tgz", integrity: "sha512-e", license: "MIT", engines: { node: ">= 0.10.0" } });
    expect(cut({ "": at("1.0.0", { framework: "^5.0.0", zod: "4.6.7" }), "node_modules/framework": at("5.0.5", { express: "^4.0.0" }), "node_modules/express": express, "node_modules/accepts": at("1.3.8"), "node_modules/zod": at("4.6.7") })).toEqual({
      dependencies: { framework: "5.0.5" },
      packages: { "node_modules/accepts": at("1.3.8"), "node_modules/express": express, "node_modules/framework": at("5.0.5", { express: "^4.0.0" }) },
    });
  });
  test("of a circle has each once", () => expect(Object.keys(cut({ "node_modules/framework": at("1.0.0", { b: "1" }), "node_modules/b": at("1.0.0", { framework: "1" }) }).packages)).toEqual(["node_modules/b", "node_modules/framework"]));
  test("keeps two versions apart, each where whoever needs it finds it", () => {
    const packages = { "node_modules/framework": at("1.0.0", { a: "1", b: "1" }), "node_modules/a": at("1.0.0", { b: "2" }), "node_modules/b": at("1.5.0"), "node_modules/a/node_modules/b": at("2.0.0") };
    expect(cut(packages).packages).toEqual(packages);
  });
  test("hoists what the rest of the app kept from being hoisted", () =>
    expect(cut({ "node_modules/b": at("1.0.0"), "node_modules/framework": at("1.0.0", { b: "2" }), "node_modules/framework/node_modules/b": at("2.0.0", { c: "1" }), "node_modules/c": at("1.0.0") }).packages).toEqual({ "node_modules/b": at("2.0.0", { c: "1" }), "node_modules/c": at("1.0.0"), "node_modules/framework": at("1.0.0", { b: "2" }) }));
  test("begins where the app lies in its workspace", () => {
    const packages = { "node_modules/framework": at("4.0.0"), "apps/shop/node_modules/framework": at("5.0.0", { b: "1" }), "node_modules/b": at("1.0.0"), "node_modules/c": at("9.0.0") };
    expect(cut(packages, ["framework"], "apps/shop")).toEqual({ dependencies: { framework: "5.0.0" }, packages: { "node_modules/b": at("1.0.0"), "node_modules/framework": at("5.0.0", { b: "1" }) } });
    expect(cut(packages, ["framework"], "apps/other").dependencies).toEqual({ framework: "4.0.0" });
  });
  test("sees a workspace's own version beside a hoisted one", () =>
    expect(cut({ "apps/shop/node_modules/framework": at("1.0.0", { b: "1", c: "1" }), "apps/shop/node_modules/b": at("1.0.0"), "node_modules/c": at("1.0.0", { b: "2" }), "node_modules/b": at("2.0.0") }, ["framework"], "apps/shop").packages).toEqual({
      "node_modules/b": at("1.0.0"), "node_modules/c": at("1.0.0", { b: "2" }), "node_modules/c/node_modules/b": at("2.0.0"), "node_modules/framework": at("1.0.0", { b: "1", c: "1" }),
    }));
  test("knows scopes, and a package under another name", () =>
    expect(cut({ "node_modules/@cloud/framework": at("1.0.0"), "node_modules/old": at("2.0.0", {}, { name: "framework" }) }, ["old", "@cloud/framework"]).dependencies).toEqual({ "@cloud/framework": "1.0.0", old: "npm:framework@2.0.0" }));
  test("says where a package comes from that has no registry", () => expect(cut({ "node_modules/framework": at("1.0.0", {}, { resolved: "git+ssh://git@example.com/framework.git#abc" }) }).dependencies).toEqual({ framework: "git+ssh://git@example.com/framework.git#abc" }));
  test("goes without what is optional and was not installed, and with peers but optional ones", () =>
    expect(cut({
      "node_modules/framework": at("1.0.0", {}, { optionalDependencies: { fast: "1", slow: "1" }, peerDependencies: { host: "1", guest: "1" }, peerDependenciesMeta: { guest: { optional: true } } }),
      "node_modules/fast": at("1.0.0", { inner: "1" }, { os: ["linux"] }), "node_modules/inner": at("1.0.0"), "node_modules/host": at("1.0.0"), "node_modules/guest": at("1.0.0"),
    }).packages).toEqual({
      "node_modules/fast": at("1.0.0", { inner: "1" }, { os: ["linux"], optional: true }), "node_modules/framework": expect.objectContaining({ version: "1.0.0" }), "node_modules/host": at("1.0.0", {}, { peer: true }), "node_modules/inner": at("1.0.0", {}, { optional: true }),
    }));
  test("forgets what a package was to the app", () => expect(cut({ "node_modules/framework": at("1.0.0", { b: "1" }, { dev: true }), "node_modules/b": at("1.0.0", {}, { devOptional: true, optional: true, peer: true }) }).packages).toEqual({ "node_modules/b": at("1.0.0"), "node_modules/framework": at("1.0.0", { b: "1" }) }));
  test("leaves what is part of a package's archive inside it", () => {
    const packages = { "node_modules/framework": at("1.0.0", { a: "1", c: "1" }), "node_modules/framework/node_modules/a": at("1.0.0", { b: "1" }, { inBundle: true }), "node_modules/framework/node_modules/b": at("1.0.0", {}, { inBundle: true }), "node_modules/c": at("1.0.0") };
    expect(cut(packages).packages).toEqual(packages);
    const inside = Object.fromEntries(Object.entries(packages).map(([path, each]) => [`apps/shop/${path}`, each]));
    expect(cut(inside, ["framework"], "apps/shop").packages).toEqual(packages);
  });
  test("is in npm's order, of paths and of what is said of each", () => {
    const { packages } = cut({ "node_modules/framework": { version: "1.0.0", dev: true, optionalDependencies: { B: "1", a: "1" }, bin: { f: "f.js" }, dependencies: { c: "1" }, license: "MIT", integrity: "sha512-f" }, "node_modules/B": { version: "1.0.0", os: ["linux"], license: "MIT", engines: {} }, "node_modules/a": at("1.0.0"), "node_modules/c": at("1.0.0") });
    expect([Object.keys(packages), Object.keys(packages["node_modules/framework"]!), Object.keys(packages["node_modules/B"]!)]).toEqual([["node_modules/a", "node_modules/B", "node_modules/c", "node_modules/framework"], ["version", "integrity", "license", "dependencies", "bin", "optionalDependencies"], ["version", "license", "optional", "os", "engines"]]);
  });
});

describe("what cannot be cut is refused, with what mends it", () => {
  test.each<[string, () => unknown, string]>([
    ["a package that is not there", () => cut({ "": {}, "node_modules/zod": at("1.0.0") }), 'framework is not in the app\'s package-lock.json: run "npm install framework"'],
    ["one named as every object has a name", () => cut({}, ["constructor"]), 'constructor is not in the app\'s package-lock.json: run "npm install constructor"'],
    ["a package without one that it needs", () => cut({ "node_modules/framework": at("1.0.0", { b: "1" }) }), 'b, which framework needs, is not in the app\'s package-lock.json: run "npm install"'],
    ["a lock of version 1", () => cutLock({ lockfileVersion: 1 }, "", ["framework"]), "the app's package-lock.json is of version 1, which does not say where packages lie: run \"npm install --package-lock-only --lockfile-version 3\""],
    ["something else", () => cutLock({}, "", ["framework"]), "the app's package-lock.json is of version none, which does not say where packages lie: run \"npm install --package-lock-only --lockfile-version 3\""],
    ["a linked package", () => cut({ "node_modules/framework": { resolved: "packages/framework", link: true } }), "framework is linked to a folder of this machine, from which no platform can install it: install a published version"],
    ["a package of a file", () => cut({ "node_modules/framework": at("1.0.0", {}, { resolved: "file:framework.tgz" }) }), "framework is linked to a folder of this machine, from which no platform can install it: install a published version"],
    ["a linked package that another needs", () => cut({ "node_modules/framework": at("1.0.0", { b: "1" }), "node_modules/b": { resolved: "packages/b", link: true } }), "b is linked to a folder of this machine, from which no platform can install it: install a published version"],
    ["one without a version", () => cut({ "node_modules/framework": {} }), 'framework has no version in the app\'s package-lock.json: run "npm install"'],
  ])("%s", (_, making, message) => expect(making).toThrow(refused(message)));
});
