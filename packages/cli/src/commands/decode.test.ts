import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { folderOf } from "../testing/folder.ts";

async function run(args: readonly string[], cwd: string) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, lines: out.map((line) => JSON.parse(line) as unknown), err: err.join("\n") };
}

/** Anyone's adapter: its wires read `{ n }`, and refuse anything else. */
const toy = `
const wrong = (message, code = "invalid-native-event") => Object.assign(new Error(message), { name: "IsobarError", code });
const delivery = (id, more) => ({ id, attempt: 2, group: undefined, enqueuedAt: Date.UTC(2030, 0, 1), attribute: undefined, record: undefined, body: "", ...more });
const checked = (read) => (captured) => { if (captured?.n === undefined) throw wrong("no n"); if (captured.n === "bug") null.n; return read(captured); };
const items = (id, ...deliveries) => ({ items: [{ id, deliveries }] });
export const startUnit = () => { throw new Error("not here"); };
export const wires = [
  { kind: "queue", variant: "plain", service: "toy", decode: checked(({ n }) => items("q-1", delivery("m-1", { body: n }))) },
  { kind: "queue", variant: "bytes", service: "toy", decode: checked(({ n }) => items("q-1", delivery("m-1", { body: new Uint8Array(n) }))) },
  { kind: "queue", variant: "pair", service: "toy", decode: checked(() => ({ items: [{ id: "q-1", unreadable: wrong("half an item") }, { id: "q-2", deliveries: [delivery("m-2", { body: "1" })] }, { id: "q-3", deliveries: [] }] })) },
  { kind: "storage", variant: "files", service: "toy", decode: checked(({ n }) => items("s-1", delivery("o-1", { told: () => { if (n === "text") throw wrong("the body is no notification", "invalid-input"); return { change: "deleted", time: "2030-01-01T00:00:01Z", object: { bucket: "b", key: "a b+c.png", size: n } }; } }))) },
  { kind: "changes", variant: "rows", service: "toy", decode: checked(() => items("c-1", delivery("c-1", { told: () => ({ subject: "7", change: { operation: "created", key: { id: 7 }, after: { id: 7, big: 9007199254740993n, tags: new Set(["a"]), raw: new Uint8Array([1, 2]) } } }) }))) },
  { kind: "stream", variant: "log", service: "toy", decode: checked(({ n }) => items("r-1", delivery("r-1", { body: new Uint8Array(n), told: () => ({ partitionKey: "k", sequence: "42" }) }))) },
  { kind: "http", variant: "front", service: "toy", decode: checked(({ n }) => ({ request: { method: "POST", path: "/a", query: "x=1", origin: () => "https://toy.example", header: () => undefined, headers: () => [["accept", "a"], ["accept", "b"], ["cookie", "c=1"]], body: () => n, clientAddress: "192.0.2.1" } })) },
];`;
const folder = (files: Readonly<Record<string, unknown>>) =>
  folderOf({
    "node_modules/isobar-adapter-toy/package.json": `{ "type": "module", "exports": { "./testing": "./testing.js" } }`,
    "node_modules/isobar-adapter-toy/testing.js": toy,
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name, typeof content === "string" ? content : JSON.stringify(content)])),
  });
const event = { specversion: "1.0", id: "m-1", source: "/queues/raw", type: "queue.message", time: "2030-01-01T00:00:00.000Z" };

describe("isobar decode", () => {
  test("prints one line for each file, in their order, with the event that a handler would get", async () => {
    const cwd = folder({ "a.json": { n: '{"id":1}' }, "b.json": { n: "just text" } });
    expect(await run(["decode", "--cloud", "toy", "--kind", "queue", "a.json", "b.json"], cwd)).toEqual({
      code: 0,
      err: "",
      lines: [
        { file: "a.json", ok: true, items: [{ id: "q-1", deliveries: [{ id: "m-1", attempt: 2, event: { ...event, data: { id: 1 } } }] }] },
        { file: "b.json", ok: true, items: [{ id: "q-1", deliveries: [{ id: "m-1", attempt: 2, event: { ...event, data: "just text" } }] }] },
      ],
    });
  });

  test("bytes that are no text are data_base64; a variant is asked for, never guessed", async () => {
    const { lines } = await run(["decode", "--cloud", "toy", "--kind", "queue", "--variant", "bytes", "a.json"], folder({ "a.json": { n: [0, 255] } }));
    expect(lines).toEqual([{ file: "a.json", ok: true, items: [{ id: "q-1", deliveries: [{ id: "m-1", attempt: 2, event: { ...event, data_base64: "AP8=" } }] }] }]);
  });

  test("other kinds show their data; what JSON has no word for is spelled", async () => {
    const cwd = folder({ "a.json": { n: 7 }, "s.json": { n: [123, 125] } });
    expect((await run(["decode", "--cloud", "toy", "--kind", "storage", "a.json"], cwd)).lines).toEqual([
      { file: "a.json", ok: true, items: [{ id: "s-1", deliveries: [{ id: "o-1", attempt: 2, event: { specversion: "1.0", id: "o-1", source: "/buckets/anything", type: "storage.object.deleted", subject: "a b+c.png", time: "2030-01-01T00:00:01Z", data: { bucket: "b", key: "a b+c.png", size: 7 } } }] }] },
    ]);
    expect((await run(["decode", "--cloud", "toy", "--kind", "changes", "a.json"], cwd)).lines).toMatchObject([{ items: [{ deliveries: [{ event: { type: "changes.created", data: { operation: "created", key: { id: 7 }, after: { big: { $integer: "9007199254740993" }, tags: { $set: ["a"] }, raw: { $bytes: "AQI=" } } } } }] }] }]);
    expect((await run(["decode", "--cloud", "toy", "--kind", "stream", "s.json"], cwd)).lines).toMatchObject([{ items: [{ deliveries: [{ event: { type: "stream.record", data: { partitionKey: "k", sequence: "42", bytes: "e30=", value: {} } } }] }] }]);
  });

  test("a request is shown as a handler sees it", async () => {
    expect((await run(["decode", "--cloud", "toy", "--kind", "http", "a.json"], folder({ "a.json": { n: "grüße" } }))).lines).toEqual([
      { file: "a.json", ok: true, request: { method: "POST", url: "https://toy.example/a?x=1", headers: { accept: "a, b", cookie: "c=1" }, body: "grüße", clientAddress: "192.0.2.1" } },
    ]);
  });

  test("what is refused is a line with the error's code; the other files are decoded, and the exit code tells", async () => {
    const cwd = folder({ "a.json": "{", "b.json": {}, "c.json": { n: "1" }, "d.json": { n: "bug" } });
    const { code, lines } = await run(["decode", "--cloud", "toy", "--kind", "queue", "a.json", "b.json", "c.json", "missing.json", "d.json"], cwd);
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { file: "a.json", ok: false, code: "invalid-native-event", message: expect.stringMatching(/^not JSON: /) },
      { file: "b.json", ok: false, code: "invalid-native-event", message: "no n" },
      { file: "c.json", ok: true },
      { file: "missing.json", ok: false, code: "invalid-definition", message: `there is no ${join(cwd, "missing.json")}` },
      { file: "d.json", ok: false, code: "internal", message: expect.stringMatching(/^the codec failed: TypeError/) },
    ]);
  });

  test("an unreadable item, or a body that is none of its kind, refuses the file and still shows its neighbours", async () => {
    const cwd = folder({ "a.json": { n: "text" } });
    expect((await run(["decode", "--cloud", "toy", "--kind", "queue", "--variant", "pair", "a.json"], cwd)).lines).toMatchObject([
      { ok: false, code: "invalid-native-event", message: expect.stringMatching(/^half an item /), items: [{ id: "q-1", deliveries: [] }, { id: "q-2", deliveries: [{ id: "m-2" }] }, { id: "q-3", deliveries: [] }] },
    ]);
    expect((await run(["decode", "--cloud", "toy", "--kind", "storage", "a.json"], cwd)).lines).toMatchObject([{ ok: false, code: "invalid-input", message: "the body is no notification" }]);
  });

  test("a payload of another wire of the kind is refused all the same, and its user told which", async () => {
    const cwd = folder({ "a.json": { n: "text" } });
    const { lines } = await run(["decode", "--cloud", "toy", "--kind", "queue", "--variant", "pair", "a.json"], cwd);
    expect(lines).toMatchObject([{ ok: false, message: "half an item (it is of queue by plain or bytes: --variant plain)" }]);
  });

  test("--cloud alone lists what there is to choose from", async () => {
    const out: string[] = [];
    expect(await main(["decode", "--cloud", "toy"], { cwd: folder({}), out: (line) => out.push(line), err: () => {} })).toBe(0);
    expect(out.slice(0, 3)).toEqual(["kind     variant  path", "queue    plain    toy", "queue    bytes    toy"]);
  });

  test.each([
    [["--cloud", "toy", "--kind", "queue"], "decode needs --cloud, --kind and files"],
    [["--kind", "queue", "a.json"], "decode needs --cloud, --kind and files"],
    [["--cloud", "toy", "--kind", "topic", "a.json"], 'toy has no kind "topic"; it has queue, storage, changes, stream, http'],
    [["--cloud", "toy", "--kind", "queue", "--variant", "fifo", "a.json"], 'toy has no variant "fifo" of queue; it has plain, bytes, pair'],
    [["--cloud", "moon", "--kind", "queue", "a.json"], 'no adapter for the cloud "moon"'],
    [["--cloud", "../x", "--kind", "queue", "a.json"], '"../x" is no cloud\'s name'],
  ])("%s is refused with what there is", async (args, message) => {
    const { code, lines, err } = await run(["decode", ...args], folder({ "a.json": {} }));
    expect([code, lines]).toEqual([1, []]);
    expect(err).toContain(message);
  });
});
