import { inflateRawSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { zipOf } from "./zip.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
/** The central directory, as APPNOTE.TXT 4.3.12 has it, and each file inflated by Node. */
function read(zip: Uint8Array) {
  const buffer = Buffer.from(zip);
  const end = buffer.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const entries = [];
  for (let at = buffer.readUInt32LE(end + 16), i = 0; i < buffer.readUInt16LE(end + 10); i++) {
    const [nameLength, extra, comment, local, size] = [buffer.readUInt16LE(at + 28), buffer.readUInt16LE(at + 30), buffer.readUInt16LE(at + 32), buffer.readUInt32LE(at + 42), buffer.readUInt32LE(at + 20)];
    const data = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
    const [time, date] = [buffer.readUInt16LE(at + 12), buffer.readUInt16LE(at + 14)];
    entries.push({ name: buffer.toString("utf8", at + 46, at + 46 + nameLength), system: buffer.readUInt8(at + 5), mode: (buffer.readUInt32LE(at + 38) >>> 16).toString(8), year: (date >> 9) + 1980, hour: time >> 11, extra, text: inflateRawSync(buffer.subarray(data, data + size)).toString() });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
const files = { "package.json": bytes("{}"), "index.mjs": bytes("export const handler = 1;\n".repeat(50)), "nested/größe.txt": bytes("groß") };

describe("a zip", () => {
  test("has every file once, by name, readable for everyone, in 1980", () => {
    const same = { system: 3, mode: "100644", year: 1980, hour: 12, extra: 0 };
    expect(read(zipOf(files))).toEqual([{ name: "index.mjs", ...same, text: "export const handler = 1;\n".repeat(50) }, { name: "nested/größe.txt", ...same, text: "groß" }, { name: "package.json", ...same, text: "{}" }]);
  });
  test("of the same files is the same to the byte, in whatever order they come", () => expect(zipOf(files)).toEqual(zipOf(Object.fromEntries(Object.entries(files).reverse()))));
});

describe("the same bytes", () => {
  afterEach(() => vi.unstubAllEnvs());
  test.each(["Pacific/Kiritimati", "America/Los_Angeles", "Africa/Monrovia"])("in the zone %s", (zone) => {
    const here = zipOf(files);
    vi.stubEnv("TZ", zone);
    expect(new Date(0).getHours()).toBe({ "Pacific/Kiritimati": 13, "America/Los_Angeles": 16, "Africa/Monrovia": 23 }[zone]);
    expect(zipOf(files)).toEqual(here);
  });
  test("tomorrow", () => {
    const today = zipOf(files);
    vi.useFakeTimers({ now: new Date("2031-05-05") });
    expect(zipOf(files)).toEqual(today);
    vi.useRealTimers();
  });
});
