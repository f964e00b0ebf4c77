import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describe, expect, test } from "vitest";
import { plainTerminal } from "../terminal.ts";
import { folderOf } from "../testing/folder.ts";
import { deadLettersIn } from "./dead-letters.ts";
import type { World } from "./dead-letters-world.ts";

const now = Date.UTC(2030, 0, 2);
/** A broker whose letters, and what was asked of it, are the test's. */
const door = `
const state = (globalThis.isobarTestBroker ??= {});
export const operate = ({ env }) => {
  const own = state[env.BROKER];
  const letterOf = ({ id, ...more }) => ({ id, function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: undefined, body: new Uint8Array(Buffer.from("{}")), key: undefined, place: "heap", native: { brokerId: id }, ...more });
  async function* take(queue, { limit, recipients }, signal) {
    own.asked.push("take " + queue.name + " " + recipients.map(({ name }) => name).join(" ") + " " + limit);
    let n = 0;
    try {
      for (const each of [...own.letters]) {
        if (n++ >= limit) return;
        if (each.breaks) throw new Error("the broker broke");
        if (each.slips) null.slip;
        yield { letter: letterOf(each), async redrive(to, its) {
          its.throwIfAborted();
          own.asked.push("redrive " + each.id + " to " + to.name);
          if (own.fails[each.id]) throw Object.assign(new Error(own.fails[each.id].message), own.fails[each.id]);
          own.letters.splice(own.letters.indexOf(each), 1);
        } };
      }
    } finally {
      own.asked.push("give back");
      if (own.keeps) throw Object.assign(new Error(own.keeps), { name: "IsobarError", code: "send-failed" });
    }
  }
  const list = async (queue, look, signal) => { const found = []; for await (const { letter } of take(queue, look, signal)) found.push(letter); return found; };
  return { deadLetters: { take, list } };
};`;
const packageOf = (cloud: string) => ({
  [`node_modules/isobar-adapter-${cloud}/package.json`]: `{ "type": "module", "exports": { "./deploy": "./deploy.js", "./operate": "./operate.js" } }`,
  [`node_modules/isobar-adapter-${cloud}/deploy.js`]: "export const adapter = {};",
  [`node_modules/isobar-adapter-${cloud}/operate.js`]: door,
});
const app = `
const queue = (name) => ({ resource: "queue", name, order: "none", format: "json" });
const failed = queue("orders-failed");
const fn = (name, deadLetter) => ({ kind: "queue", source: queue(name), options: { delivery: { maxAttempts: 1, deadLetter } } });
export const functions = { charge: fn("orders", failed), refund: fn("refunds", failed), audit: fn("audits", queue("audits-failed")), drop: fn("drops", "discard"), hello: { kind: "http", source: {}, options: {} } };`;
const config = (text: string) => `import { functions } from "./app.js"; const app = { name: "shop", functions }; export default ${text};`;

interface Letter {
  readonly id: string;
  readonly [field: string]: unknown;
}
interface Broker {
  readonly letters: Letter[];
  readonly asked: string[];
  readonly fails: Record<string, { readonly message: string; readonly name?: string }>;
  keeps?: string;
}
let brokers = 0;
/** The command in the folder of an app whose dead letters these are. */
function shop(letters: readonly Letter[], { confirm, configuration = `[{ cloud: "moon", app, settings: {} }]`, files = {}, interrupted }: { readonly confirm?: World["confirm"]; readonly configuration?: string; readonly files?: Readonly<Record<string, string>>; readonly interrupted?: AbortController } = {}) {
  const cwd = folderOf({ ...packageOf("moon"), ...packageOf("sun"), "app.ts": app, "isobar.config.ts": config(configuration), ...files });
  const name = `broker-${++brokers}`;
  const broker: Broker = { letters: [...letters], asked: [], fails: {} };
  ((globalThis as { isobarTestBroker?: Record<string, Broker> }).isobarTestBroker ??= {})[name] = broker;
  const written: Buffer[] = [];
  const listening = { over: 0 };
  const world: World = {
    machine: { env: { BROKER: name }, run: () => Promise.reject(new Error("a program was run")) },
    now: () => now,
    confirm,
    write: (bytes) => void written.push(Buffer.from(bytes)),
    interruptible: () => ({ signal: (interrupted ?? new AbortController()).signal, over: () => void listening.over++ }),
  };
  const command = deadLettersIn(() => world);
  const run = async (...args: readonly string[]) => {
    const { values, positionals } = parseArgs({ args: [...args], options: command.options, allowPositionals: true });
    const out: string[] = [];
    const end = await command.run({ positionals, values, cwd, terminal: plainTerminal, say: (line) => void out.push(line) }).catch((error: unknown) => error as Error);
    return { end: end instanceof Error ? `${end.name}: ${end.message}` : typeof end === "object" ? end.misused : (end ?? 0), out: out.join("\n") };
  };
  return { cwd, broker, run, written, listening };
}
const queued = ["--queue", "orders-failed"];
const at = (hoursAgo: number) => now - hoursAgo * 3_600_000;
const first: Letter = { id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: at(30), last: at(26), body: new Uint8Array(Buffer.from('{"n":1}')) };
const second: Letter = { id: "o-2", function: "refund", reason: "attempts used up", attempts: 5, last: at(50), body: new Uint8Array(1_234) };
const moved: Letter = { id: "m-3" };

describe("isobar dead-letters list", () => {
  test("has a line for each letter, the oldest first", async () => {
    const { run, broker, listening } = shop([first, moved, second]);
    expect(await run("list", ...queued)).toEqual({
      end: 0,
      out: [
        "id   function  reason            attempts  age     size",
        "o-2  refund    attempts used up         5   2d  1,234 B",
        "o-1  charge    needs a human            2   1d      7 B",
        "m-3  –         unknown                  –    –      2 B",
      ].join("\n"),
    });
    expect([broker.asked, listening.over]).toEqual([["take orders-failed charge refund 50", "give back"], 1]);
  });
  test("says that there may be more where it stopped", async () => {
    const { run, broker } = shop([first, second]);
    const { out } = await run("list", ...queued, "--limit", "1");
    expect([out.split("\n").slice(-2), broker.asked[0]]).toEqual([["", "1 letter; there may be more: --limit N"], "take orders-failed charge refund 1"]);
  });
  test("says so where nothing lies there", async () => {
    expect(await shop([]).run("list", ...queued)).toEqual({ end: 0, out: "nothing lies in orders-failed on moon" });
  });
  test("is JSON without bodies", async () => {
    expect(JSON.parse((await shop([first, moved]).run("list", ...queued, "--json")).out)).toEqual([
      { id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: "2029-12-31T18:00:00.000Z", last: "2029-12-31T22:00:00.000Z", key: null, bytes: 7, place: "heap" },
      { id: "m-3", function: null, reason: "unknown", attempts: null, first: null, last: null, key: null, bytes: 2, place: "heap" },
    ]);
  });
  test("takes its configuration by name, from another folder too", async () => {
    const { run, cwd } = shop([first], { files: { "deploy/isobar.config.ts": config(`[{ cloud: "moon", app, settings: {} }]`).replace("./app.js", "../app.js") } });
    expect((await run("list", "deploy", ...queued)).out).toContain("o-1");
    expect((await run("list", ...queued, "--config", "deploy/isobar.config.ts")).out).toContain("o-1");
    expect(existsSync(join(cwd, ".isobar"))).toBe(false);
  });
  test("needs no --cloud and no --queue where there is but one", async () => {
    const { run } = shop([first], { configuration: `[{ cloud: "moon", app: { name: "shop", functions: { charge: functions.charge } }, settings: {} }]` });
    expect((await run("list")).out).toContain("o-1");
  });
  test("tells an adapter's own errors in one line, and keeps the stack of a slip of ours", async () => {
    expect((await shop([{ id: "x", breaks: true }]).run("list", ...queued)).end).toBe("IsobarError: the broker broke");
    expect((await shop([{ id: "x", slips: true }]).run("list", ...queued)).end).toMatch(/^TypeError: /);
  });
});

describe("which dead letter is meant", () => {
  const two = { configuration: `[{ cloud: "moon", app, settings: {} }, { cloud: "sun", app, settings: {} }]` };
  test.each<[string, readonly string[], object, string]>([
    ["several dead letters", ["list"], {}, "which queue? There are orders-failed, audits-failed: say --queue NAME"],
    ["a queue that is none", ["list", "--queue", "orders"], {}, '"orders" is no function\'s dead letter; there is orders-failed, audits-failed'],
    ["several clouds", ["list", ...queued], two, "which cloud? There are moon, sun: say --cloud NAME"],
    ["a cloud that is not there", ["list", ...queued, "--cloud", "mars"], two, "the configuration has no target for mars; it has moon, sun"],
    ["an app without any", ["list"], { configuration: `[{ cloud: "moon", app: { name: "shop", functions: { drop: functions.drop, hello: functions.hello } }, settings: {} }]` }, "no function of this app has a dead letter that is a queue"],
    ["two apps that have functions of one name", ["list"], { configuration: `[{ cloud: "moon", app, settings: {} }, { cloud: "moon", app: { name: "other", functions }, settings: {} }]` }, 'two apps of this configuration have a function charge whose dead letter is "orders-failed": a letter does not say of which app it is; name a configuration of one of them'],
    ["an adapter that answers for nothing after deployment", ["list", ...queued], { files: { "node_modules/isobar-adapter-moon/package.json": `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }` } }, 'the adapter for the cloud "moon" has no door "./operate" beside '],
    ["an adapter whose door is empty", ["list", ...queued], { files: { "node_modules/isobar-adapter-moon/operate.js": "export {};" } }, 'exports no operate for the cloud "moon"'],
  ])("%s: said with what there is", async (_, args, options, message) => {
    const { end } = await shop([first], options).run(...args);
    expect(end).toMatch(/^IsobarError: /);
    expect(end).toContain(message);
  });
  test("two apps of one cloud may share it", async () => {
    const { run, broker } = shop([first], { configuration: `[{ cloud: "moon", app: { name: "a", functions: { charge: functions.charge } }, settings: {} }, { cloud: "moon", app: { name: "b", functions: { refund: functions.refund } }, settings: {} }]` });
    await run("list");
    expect(broker.asked[0]).toBe("take orders-failed charge refund 50");
  });
});

describe("a command line that is not understood", () => {
  test.each<[readonly string[], string]>([
    [[], "dead-letters: list, show or redrive?"],
    [["purge"], 'dead-letters has no "purge": it has list, show and redrive'],
    [["list", "a", "b"], "dead-letters list takes one configuration"],
    [["list", "a", "--config", "b"], "dead-letters list takes one configuration"],
    [["show"], "dead-letters show takes one ID"],
    [["show", "a", "b"], "dead-letters show takes one ID"],
    [["redrive"], "dead-letters redrive takes IDs, or --all"],
    [["redrive", "a", "--all"], "dead-letters redrive takes IDs, or --all"],
    [["list", "--limit", "0"], '--limit is a whole number from 1, not "0"'],
    [["list", "--limit", "1.5"], '--limit is a whole number from 1, not "1.5"'],
  ])("%j touches nothing", async (args, message) => {
    const { run, broker } = shop([first]);
    expect([await run(...args), broker.asked]).toEqual([{ end: message, out: "" }, []]);
  });
});

describe("isobar dead-letters show", () => {
  test("has all of a letter, and its body", async () => {
    expect(await shop([second, { ...first, key: "k" }]).run("show", "o-1", ...queued)).toEqual({
      end: 0,
      out: ["id        o-1", "function  charge", "reason    needs a human", "attempts  2", "first     2029-12-31T18:00:00.000Z, 1d ago", "last      2029-12-31T22:00:00.000Z, 1d ago", "key       k", "place     heap", "brokerId  o-1", "size      7 B", "", "body:", '{"n":1}'].join("\n"),
    });
  });
  test("has bytes that are no text in base64, and what is not told as such", async () => {
    const { out } = await shop([{ id: "m-3", body: new Uint8Array([0, 255]) }]).run("show", "m-3", ...queued);
    expect(out.split("\n")).toEqual(["id        m-3", "function  –", "reason    unknown", "attempts  –", "first     –", "last      –", "key       –", "place     heap", "brokerId  m-3", "size      2 B", "", "body, in base64:", "AP8="]);
  });
  test("lets nothing of a message command the terminal", async () => {
    const evil = "\u001b]0;x\u0007\u009b31m\u202e\r";
    const { out } = await shop([{ ...first, reason: evil, key: evil, body: new Uint8Array(Buffer.from(`a\n\tb${evil}`)) }]).run("show", "o-1", ...queued);
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(out).toContain("a\n\tb\\u001b]0;x\\u0007\\u009b31m\\u202e\\u000d");
    expect((await shop([{ ...first, reason: evil }]).run("list", ...queued)).out).toContain("\\u001b]0;x\\u0007");
  });
  test("--raw writes the bytes, and nothing else", async () => {
    const { run, written } = shop([{ id: "m-3", body: new Uint8Array([0, 255, 10]) }]);
    expect([await run("show", "m-3", ...queued, "--raw"), written]).toEqual([{ end: 0, out: "" }, [Buffer.from([0, 255, 10])]]);
  });
  test("--json has body and what the platform tells", async () => {
    const { run } = shop([first, { id: "m-3", body: new Uint8Array([255]) }]);
    expect(JSON.parse((await run("show", "o-1", ...queued, "--json")).out)).toMatchObject([{ id: "o-1", body: '{"n":1}', native: { brokerId: "o-1" } }]);
    expect(JSON.parse((await run("show", "m-3", ...queued, "--json")).out)).toMatchObject([{ id: "m-3", body_base64: "/w==" }]);
  });
  test("shows every letter of an id; --raw wants to know which where they differ", async () => {
    const { run, written } = shop([first, { ...first, function: "refund" }, { ...first, id: "o-9" }]);
    expect((await run("show", "o-1", ...queued)).out.match(/^function {2}\w+$/gm)).toEqual(["function  charge", "function  refund"]);
    await run("show", "o-1", ...queued, "--raw");
    expect(written).toHaveLength(1);
    expect((await shop([first, { ...first, body: new Uint8Array(1) }]).run("show", "o-1", ...queued, "--raw")).end).toBe("IsobarError: 2 letters have the id o-1, with bodies that differ: leave out --raw to see them all");
  });
  test("of one that is not there is an error", async () => {
    expect((await shop([first]).run("show", "o-7", ...queued)).end).toBe("IsobarError: no letter o-7 is in orders-failed on moon, as far as it hands over what it has");
  });
});

describe("isobar dead-letters redrive ID", () => {
  test("sends a letter to its own function, and touches no other", async () => {
    const { run, broker } = shop([first, second, moved]);
    expect([await run("redrive", "o-1", ...queued), broker.asked, broker.letters.map(({ id }) => id)]).toEqual([{ end: 0, out: "redriven  o-1 to charge" }, ["take orders-failed charge refund Infinity", "redrive o-1 to charge", "give back"], ["o-2", "m-3"]]);
  });
  test("goes on where one fails, and says so", async () => {
    const { run, broker } = shop([first, second, moved]);
    broker.fails["o-1"] = { message: "SEND: HTTP 403" };
    expect(await run("redrive", "o-1", "o-7", "o-2", ...queued)).toEqual({
      end: 1,
      out: ["failed    o-1: SEND: HTTP 403", "redriven  o-2 to refund", "failed    o-7: no such letter is in orders-failed on moon, as far as it hands over what it has", "", "orders-failed on moon: redriven 1 to refund, 2 failed"].join("\n"),
    });
  });
  test("leaves a letter whose function is not known, until it is said", async () => {
    const { run, broker } = shop([moved]);
    expect(await run("redrive", "m-3", ...queued)).toEqual({ end: 1, out: "left      m-3: the platform moved it and does not say whose it is: name a function with --to" });
    expect(await run("redrive", "m-3", ...queued, "--to", "charge")).toEqual({ end: 0, out: "redriven  m-3 to charge" });
    expect(broker.asked.filter((each) => each.startsWith("redrive"))).toEqual(["redrive m-3 to charge"]);
  });
  test("never sends a letter to another function than its own", async () => {
    const { run, broker } = shop([first, { ...second, function: "elsewhere" }]);
    expect(await run("redrive", "o-1", "o-2", ...queued, "--to", "refund")).toMatchObject({ end: 1, out: expect.stringContaining("left      o-1: it is of charge, not of refund\nleft      o-2: it is of elsewhere, not of refund") as string });
    expect(await run("redrive", "o-2", ...queued)).toEqual({ end: 1, out: "left      o-2: it is of elsewhere, which is no function here that has this dead letter" });
    expect(broker.asked.filter((each) => each.startsWith("redrive"))).toEqual([]);
  });
  test("refuses a function whose dead letter this is not, before it looks", async () => {
    const { run, broker } = shop([first]);
    expect([await run("redrive", "o-1", ...queued, "--to", "audit"), broker.asked]).toEqual([{ end: "IsobarError: audit is no function whose dead letter is orders-failed; there is charge, refund", out: "" }, []]);
  });
  test("of an id that several functions have sends each its own; --to one of them", async () => {
    const twins = [first, { ...first, function: "refund" }];
    expect((await shop(twins).run("redrive", "o-1", ...queued)).out.split("\n").slice(0, 2)).toEqual(["redriven  o-1 to charge", "redriven  o-1 to refund"]);
    const { run, broker } = shop(twins);
    expect([(await run("redrive", "o-1", ...queued, "--to", "refund")).end, broker.letters.map((each) => each.function)]).toEqual([0, ["charge"]]);
  });
  test("takes an id as it is shown", async () => {
    expect(await shop([{ ...first, id: "a\u001bb" }]).run("redrive", "a\\u001bb", ...queued)).toEqual({ end: 0, out: "redriven  a\\u001bb to charge" });
  });
  test("--dry-run sends nothing", async () => {
    const { run, broker } = shop([first, moved]);
    expect([await run("redrive", "o-1", ...queued, "--dry-run"), broker.asked]).toEqual([{ end: 0, out: "would go  o-1 to charge" }, ["take orders-failed charge refund Infinity", "give back"]]);
    expect((await run("redrive", "o-1", "m-3", ...queued, "--dry-run")).end).toBe(1);
  });
  test("--json tells what became of each", async () => {
    const { run } = shop([first, moved]);
    const { end, out } = await run("redrive", "o-1", "m-3", ...queued, "--json");
    expect([end, JSON.parse(out)]).toEqual([1, { cloud: "moon", queue: "orders-failed", letters: [{ id: "o-1", end: "redriven", to: "charge" }, { id: "m-3", end: "left", why: "the platform moved it and does not say whose it is: name a function with --to" }] }]);
  });
  test("that the broker ends tells what was done by then", async () => {
    const { run } = shop([first, { id: "x", breaks: true }, second]);
    const { end, out } = await run("redrive", "o-1", "o-2", ...queued);
    expect([end, out]).toEqual(["IsobarError: the broker broke", "redriven  o-1 to charge"]);
  });
  test("that a slip of ours ends keeps its stack", async () => {
    const { run, broker } = shop([first]);
    broker.fails["o-1"] = { message: "x is not a function", name: "TypeError" };
    expect((await run("redrive", "o-1", ...queued)).end).toBe("TypeError: x is not a function");
  });
  test("whose letters could not be given back says so after what it did", async () => {
    const { run, broker } = shop([first, second]);
    broker.keeps = "1 letter stays hidden for 120 s";
    expect(await run("redrive", "o-1", ...queued)).toEqual({ end: "IsobarError: 1 letter stays hidden for 120 s", out: "redriven  o-1 to charge" });
  });
  test("that its user interrupts ends, gives back, and says what was done", async () => {
    const interrupted = new AbortController();
    const { run, broker } = shop([first, second], { interrupted });
    broker.fails["o-1"] = { get message() { interrupted.abort(Object.assign(new Error("interrupted"), { name: "IsobarError" })); return "sent, not removed"; } };
    expect(await run("redrive", "o-1", "o-2", ...queued)).toEqual({ end: "IsobarError: interrupted", out: "failed    o-1: sent, not removed" });
    expect(broker.asked.at(-1)).toBe("give back");
  });
});

describe("isobar dead-letters redrive --all", () => {
  const letters = [first, moved, second, { ...first, id: "o-4" }, { ...first, id: "o-5", function: "elsewhere" }];
  const summary = ["", "orders-failed on moon: redriven 3 to charge (2), refund (1), 2 left", "left 1: the platform moved it and does not say whose it is: name a function with --to", "left 1: it is of elsewhere, which is no function here that has this dead letter"];

  test("wants --yes where nobody can answer, and looks at nothing until then", async () => {
    const { run, broker } = shop(letters);
    expect([await run("redrive", "--all", ...queued), broker.asked]).toEqual([{ end: "IsobarError: redrive --all sends every letter of orders-failed on moon again: look first with --dry-run, then say --yes", out: "" }, []]);
  });
  test("--yes sends all that are its functions', and leaves the others", async () => {
    const { run, broker } = shop(letters);
    expect(await run("redrive", "--all", "--yes", ...queued)).toEqual({ end: 0, out: ["redriven  o-1 to charge", "redriven  o-2 to refund", "redriven  o-4 to charge", ...summary].join("\n") });
    expect(broker.letters.map(({ id }) => id)).toEqual(["m-3", "o-5"]);
  });
  test("--to sends one function's, and those that nobody's name is on", async () => {
    const { run, broker } = shop(letters);
    expect((await run("redrive", "--all", "--yes", "--to", "charge", ...queued)).out.split("\n").slice(-3)).toEqual(["orders-failed on moon: redriven 3 to charge, 2 left", "left 1: it is of refund, not of charge", "left 1: it is of elsewhere, not of charge"]);
    expect(broker.letters.map(({ id }) => id)).toEqual(["o-2", "o-5"]);
  });
  test("--limit looks at so many", async () => {
    const { run, broker } = shop(letters);
    await run("redrive", "--all", "--yes", "--limit", "1", ...queued);
    expect(broker.letters).toHaveLength(4);
  });
  test("--dry-run tells what would go, and needs no --yes", async () => {
    const { run, broker } = shop(letters);
    expect((await run("redrive", "--all", "--dry-run", ...queued)).out.split("\n").slice(0, 5)).toEqual(["would go  o-1 to charge", "would go  o-2 to refund", "would go  o-4 to charge", "", "orders-failed on moon: would redrive 3 to charge (2), refund (1), 2 left"]);
    expect(broker.letters).toHaveLength(5);
  });
  test("asks whoever is there with how many and where to, and sends those that were there then", async () => {
    const questions: string[] = [];
    const { run, broker } = shop(letters, { confirm: async (question) => (questions.push(question), broker.letters.push({ ...first, id: "o-6" }), true) });
    expect(await run("redrive", "--all", ...queued)).toEqual({ end: 0, out: ["redriven  o-1 to charge", "redriven  o-2 to refund", "redriven  o-4 to charge", ...summary].join("\n") });
    expect([questions, broker.letters.map(({ id }) => id)]).toEqual([["Redrive 3 letters of orders-failed on moon to charge (2), refund (1)? [y/N] "], ["m-3", "o-5", "o-6"]]);
  });
  test("sends nothing where the answer is no", async () => {
    const { run, broker } = shop([first], { confirm: async () => false });
    expect([await run("redrive", "--all", ...queued), broker.letters.length]).toEqual([{ end: 1, out: "nothing was redriven" }, 1]);
  });
  test("asks nothing where nothing would go", async () => {
    const { run } = shop([moved], { confirm: () => Promise.reject(new Error("asked")) });
    expect(await run("redrive", "--all", ...queued)).toEqual({ end: 0, out: ["", "orders-failed on moon: 1 left", "left 1: the platform moved it and does not say whose it is: name a function with --to"].join("\n") });
    expect((await shop([]).run("redrive", "--all", "--yes", ...queued)).out).toBe("\norders-failed on moon: nothing to redrive");
  });
  test("tells of what was agreed to and is gone", async () => {
    const { run, broker } = shop([first, second], { confirm: async () => (broker.letters.shift(), true) });
    expect(await run("redrive", "--all", ...queued)).toEqual({ end: 1, out: ["redriven  o-2 to refund", "failed    o-1: no such letter is in orders-failed on moon, as far as it hands over what it has", "", "orders-failed on moon: redriven 1 to refund, 1 failed"].join("\n") });
  });
  test("fails where one fails, and goes on", async () => {
    const { run, broker } = shop([first, second]);
    broker.fails["o-1"] = { message: "no" };
    expect([(await run("redrive", "--all", "--yes", ...queued)).end, broker.letters.map(({ id }) => id)]).toEqual([1, ["o-1"]]);
  });
});
