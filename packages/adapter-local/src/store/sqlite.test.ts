import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { opened, whole } from "./sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "isobar-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());
const named = (name: string) => join(folder, name);

test("a store is opened again as it was left", () => {
  const [first, second] = [opened(named("again"), 5), opened(named("again"), 6)];
  expect(second.prepare("SELECT * FROM store").all().map((row) => ({ ...row }))).toEqual([{ created_at: 5, sent: 0 }]);
  first.close();
  second.close();
});
test("what was committed is on the disk, and readers do not stop the writer", () => {
  const db = opened(named("durable"), 0);
  expect(["journal_mode", "synchronous", "busy_timeout"].map((pragma) => Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0])).toEqual(["wal", 2, 5_000]);
  db.close();
});
test("another program's database is refused, and not written to", () => {
  const other = opened(named("other"), 0);
  other.exec("PRAGMA application_id = 0");
  other.close();
  const before = readFileSync(named("other"));
  const closed = vi.spyOn(process.getBuiltinModule("node:sqlite").DatabaseSync.prototype, "close");
  expect(() => opened(named("other"), 0)).toThrow(expect.objectContaining({ code: "unsupported", message: `${named("other")} is a database, and no local store` }));
  expect([readFileSync(named("other")).equals(before), closed.mock.calls.length]).toEqual([true, 1]);
});
test("a store of a later version is refused", () => {
  const later = opened(named("later"), 0);
  later.exec("PRAGMA user_version = 2");
  later.close();
  expect(() => opened(named("later"), 0)).toThrow(expect.objectContaining({ code: "unsupported", message: `${named("later")} is a local store of version 2; this one reads version 1` }));
});
test.each<[string, string, string]>([
  ["what is no database", "text", "file is not a database"],
  ["a folder that is not there", join("nowhere", "store"), "unable to open database file"],
])("%s is named in the error", (_, name, why) => {
  writeFileSync(named("text"), "x".repeat(200));
  expect(() => opened(named(name), 0)).toThrow(`the local store ${named(name)}: ${why}`);
});
test("work that fails leaves nothing behind, and its own error is what is told", () => {
  const db = opened(named("whole"), 0);
  const error = new Error("no");
  const told = (work: () => void): unknown => {
    try {
      return whole(db, work);
    } catch (caught) {
      return caught;
    }
  };
  const update = () => db.exec("UPDATE store SET sent = 7");
  expect(told(() => { update(); throw error; })).toBe(error);
  expect(told(() => { update(); db.exec("ROLLBACK"); throw error; })).toBe(error);
  expect(db.prepare("SELECT sent FROM store").get()).toMatchObject({ sent: 0 });
  expect([told(update), db.prepare("SELECT sent FROM store").get()]).toMatchObject([undefined, { sent: 7 }]);
  db.close();
});

const { getBuiltinModule } = process;
test("Node's word that SQLite is experimental does not reach the user; every other warning does", () => {
  const heard = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  vi.spyOn(process, "getBuiltinModule").mockImplementation(((id: string) => {
    process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("another feature", "ExperimentalWarning");
    process.emitWarning("SQLite is old", { code: "X" });
    return getBuiltinModule(id);
  }) as typeof getBuiltinModule);
  opened(":memory:", 0).close();
  expect(process.emitWarning).toBe(heard);
  expect(heard.mock.calls).toEqual([["another feature", "ExperimentalWarning"], ["SQLite is old", { code: "X" }]]);
});
test("a Node without it is told so", () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
  expect(() => opened(":memory:", 0)).toThrow(expect.objectContaining({ code: "unsupported", message: `the local store needs Node 22.13 or later, for node:sqlite; this is ${process.version}` }));
});
