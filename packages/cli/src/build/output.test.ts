import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { folderOf } from "../testing/folder.ts";
import { openOutput, sealed, unsealed } from "./output.ts";

/** How many files may still be moved. */
const disk = vi.hoisted(() => ({ renames: Number.POSITIVE_INFINITY }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const renameSync: typeof fs.renameSync = (from, to) => {
    if (--disk.renames < 0) throw new Error("interrupted");
    fs.renameSync(from, to);
  };
  return { ...fs, default: fs, renameSync };
});
const list = ".isobar/files.json";
function written(out: string, files: Readonly<Record<string, string>>, cloud = "moon"): readonly string[] {
  const output = openOutput(out);
  for (const [path, text] of Object.entries(files)) output.put(cloud, path, text);
  return output.commit();
}
const filesIn = (out: string): Readonly<Record<string, string>> => Object.fromEntries(readdirSync(out, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => relative(out, join(each.parentPath, each.name))).filter((each) => !each.endsWith(list)).sort().map((each) => [each, readFileSync(join(out, each), "utf8")]));
const foreign = (path: string) => expect.objectContaining({ code: "invalid-definition", message: `${path}: no build wrote that, and this one would write over it: move it away, or say --out with another folder` });
const old = new Date("2001-01-01");

describe("what is staged", () => {
  test("is nowhere to be seen before it is committed, and gone with all that was made for it when it is dropped", () => {
    const out = join(folderOf({}), "deep", "out");
    const output = openOutput(out);
    output.put("moon", "charge/index.mjs", "code");
    expect(existsSync(join(out, "moon"))).toBe(false);
    output.drop();
    expect(existsSync(join(out, ".."))).toBe(false);
  });
  test("is taken away from a folder that was there, and nothing else is", () => {
    const out = folderOf({ "mine.txt": "mine" });
    const output = openOutput(out);
    output.put("moon", "a", "code");
    output.drop();
    expect(Object.keys(filesIn(out))).toEqual(["mine.txt", "package.json", "tsconfig.json"]);
  });
  test("and left by a build that was ended, an hour ago, is taken away by the next; what is younger is another's", () => {
    const out = folderOf({ ".writing-old/moon/a": "1", ".writing-new/moon/a": "1" });
    utimesSync(join(out, ".writing-old"), old, old);
    written(out, { b: "1" });
    expect(readdirSync(out).filter((name) => name.startsWith(".writing-"))).toEqual([".writing-new"]);
  });
  test("cannot leave the folder", () => {
    const output = openOutput(join(folderOf({}), "out"));
    for (const path of ["../a", "a/../../b", "/tmp/a", "", "a//b", ".hidden", ".isobar/files.json", "a\\b", "a\0b"]) expect(() => output.put("moon", path, ""), path).toThrow("cannot name a file or folder");
    expect(() => output.put("..", "a", "")).toThrow('".." cannot name a file or folder');
    output.drop();
  });
  test("has one file of a name", () => {
    const output = openOutput(join(folderOf({}), "out"));
    output.put("moon", "a", "1");
    output.put("moon", "b/c/d", "1");
    for (const path of ["a", "a/b", "a/b/c", "b", "b/c", "b/c/d"]) expect(() => output.put("moon", path, "2"), path).toThrow(`moon: two files are called ${path}: give units other names, and put targets of one cloud in configurations of their own`);
    output.put("moon", "b/c/e", "1");
    output.put("sun", "a", "2");
    output.drop();
  });
});

describe("what is committed", () => {
  test("is in its place, and in a list with its hash", () => {
    const out = join(folderOf({}), "out");
    expect(written(out, { "template.json": "{}\n", "charge/index.mjs": "code" })).toEqual([]);
    expect([filesIn(out), readdirSync(out)]).toEqual([{ "moon/template.json": "{}\n", "moon/charge/index.mjs": "code" }, ["moon"]]);
    expect(unsealed(readFileSync(join(out, "moon", list), "utf8"))).toEqual({ "charge/index.mjs": "5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b", "template.json": "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356" });
  });
  test("replaces what a former build wrote, and takes away what is needed no more, with folders that are then empty", () => {
    const out = join(folderOf({}), "out");
    written(out, { "template.json": "1", "charge/index.mjs": "1", "refund/index.mjs": "1" });
    writeFileSync(join(out, "moon/refund/notes.txt"), "mine");
    expect(written(out, { "template.json": "2" })).toEqual([]);
    expect(filesIn(out)).toEqual({ "moon/refund/notes.txt": "mine", "moon/template.json": "2" });
    expect(existsSync(join(out, "moon/charge"))).toBe(false);
  });
  test("leaves what is the same as it is, to its time", () => {
    const out = join(folderOf({}), "out");
    written(out, { a: "1", b: "1" });
    for (const name of ["a", "b"]) utimesSync(join(out, "moon", name), old, old);
    written(out, { a: "1", b: "2" });
    expect(["a", "b"].map((name) => statSync(join(out, "moon", name)).mtime.getTime() === old.getTime())).toEqual([true, false]);
  });
  test("keeps what is kept", () => {
    const out = join(folderOf({}), "out");
    written(out, { a: "1", b: "1" });
    const output = openOutput(out);
    output.keep("moon", "a", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
    output.commit();
    expect(filesIn(out)).toEqual({ "moon/a": "1" });
    written(out, {}, "sun");
    expect(filesIn(out)).toEqual({ "moon/a": "1" });
  });
  test("is of one cloud: another's files are not touched", () => {
    const out = join(folderOf({}), "out");
    written(out, { a: "1" }, "moon");
    written(out, { b: "1" }, "sun");
    expect(filesIn(out)).toEqual({ "moon/a": "1", "sun/b": "1" });
  });
});

describe("what is not ours", () => {
  test("is not written over, in any cloud, and nothing is written at all", () => {
    const out = folderOf({ "moon/template.json": "mine", "moon/charge/index.mjs/x": "mine", "sun/charge": "mine" });
    const output = openOutput(out);
    output.put("moon", "a", "1");
    for (const path of ["template.json", "charge/index.mjs", "free"]) output.put("moon", path, "1");
    output.put("sun", "charge/index.mjs", "1");
    expect(() => output.commit()).toThrow(foreign(`${join(out, "moon/template.json")}, ${join(out, "moon/charge/index.mjs")}, ${join(out, "sun/charge")}`));
    output.drop();
    expect(Object.keys(filesIn(out))).toEqual(["moon/charge/index.mjs/x", "moon/template.json", "package.json", "sun/charge", "tsconfig.json"]);
  });
  test("is ours from now on where it says what we would write", () => {
    const out = folderOf({ "moon/template.json": "{}" });
    expect(written(out, { "template.json": "{}" })).toEqual([]);
    written(out, {});
    written(out, { other: "1" });
    expect(existsSync(join(out, "moon/template.json"))).toBe(false);
  });
  test("is what somebody made of a file of ours: left where it is needed no more, written anew where it is, and told", () => {
    const out = join(folderOf({}), "out");
    written(out, { a: "1", b: "1", c: "1" });
    for (const name of ["a", "b", "c"]) writeFileSync(join(out, "moon", name), "mine");
    expect(written(out, { b: "2", c: "mine" })).toEqual(["moon/a was changed since it was built: it is needed no more, and left there", "moon/b was changed since it was built: it is written anew"]);
    expect(filesIn(out)).toEqual({ "moon/a": "mine", "moon/b": "2", "moon/c": "mine" });
    expect(() => written(out, { a: "2" })).toThrow(foreign(join(out, "moon/a")));
  });
  test("is a link that lies where a file of ours would", () => {
    const out = folderOf({ "elsewhere.txt": "mine" });
    mkdirSync(join(out, "moon"));
    symlinkSync(join(out, "elsewhere.txt"), join(out, "moon/a"));
    expect(() => written(out, { a: "1" })).toThrow(foreign(join(out, "moon/a")));
    expect(readFileSync(join(out, "elsewhere.txt"), "utf8")).toBe("mine");
  });
});

describe("the list", () => {
  test.each<[string, string]>([
    ["is cut off", `{ "sha256": "`],
    ["was changed", sealed({ a: "x" }).replace('"x"', '"y"')],
    ["names what is elsewhere", sealed({ a: "x", "../../victim.txt": "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806" })],
    ["is something else", `[]`],
  ])("that %s is refused: what is ours is then not known", (_, text) => {
    const folder = folderOf({ "victim.txt": "hello\n", [`out/moon/${list}`]: text });
    expect(() => written(join(folder, "out"), { a: "1" })).toThrow(`${join(folder, "out/moon", list)} is damaged, which lists what former builds wrote: remove ${join(folder, "out/moon")}, or say --out with another folder`);
    expect(existsSync(join(folder, "victim.txt"))).toBe(true);
  });
  test("knows what is ours when a build was interrupted while it moved its files", () => {
    const out = join(folderOf({}), "out");
    written(out, { a: "1", z: "1" });
    const output = openOutput(out);
    output.put("moon", "a", "2");
    output.put("moon", "b/c", "2");
    output.put("moon", "z", "2");
    disk.renames = 1;
    expect(() => output.commit()).toThrow("interrupted");
    disk.renames = Number.POSITIVE_INFINITY;
    output.drop();
    expect(written(out, { a: "3", "b/c": "2", z: "3" })).toEqual([]);
    expect(filesIn(out)).toEqual({ "moon/a": "3", "moon/b/c": "2", "moon/z": "3" });
    expect(written(out, {})).toEqual([]);
  });
});
