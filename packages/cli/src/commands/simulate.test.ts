import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { toyApp, toyCloud } from "../testing/clouds.ts";
import { folderOf } from "../testing/folder.ts";

async function run(args: readonly string[], cwd: string, columns = 80): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(["simulate", ...args], { cwd, terminal: { columns, colours: false }, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
const clouds = { ...toyCloud("moon"), ...toyCloud("sun", { waitMs: 60_000 }), ...toyCloud("pit", { lossy: true }) };
const folder = (...names: readonly string[]) => folderOf({ ...clouds, "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default ${JSON.stringify(names)}.map((cloud) => ({ cloud, app, settings: {} }));` });
const heading = ['charge: queue "orders", 3 attempts, a wait of 10s, a dead letter in "failed"', "Its handler is replaced by the script, and its schema is not asked: the messages", "are samples. Time is virtual."];
const charge = ["--function", "charge"];

describe("isobar simulate", () => {
  test("draws one timeline for each cloud beside the other: starts, waits, and where the message rests; then what the plan says of the difference", async () => {
    const { code, out, err } = await run([...charge, "--outcomes", "fail,fail,fail"], folder("moon", "sun"));
    expect({ code, err, out: out.split("\n") }).toEqual({ code: 0, err: "", out: [
      ...heading, "",
      "message-1: fail, fail, fail", "",
      "moon queue by toy                        sun queue by toy",
      " 0s  #1  fail                            0s  #1  fail",
      "         wait 10s                                wait 1m",
      "10s  #2  fail                            1m  #2  fail",
      "         wait 10s                                wait 1m",
      "20s  #3  fail                            2m  #3  fail",
      '20s  dead letter in "failed": enough     2m  dead letter in "failed": enough',
      "",
      "The same starts and the same end on every cloud; the times differ. What the plan",
      "says of promises that no setting keeps alone:",
      "backoff  moon  emulated  after a crash moon waits longer",
      "backoff  sun   emulated  after a crash sun waits longer",
    ] });
  });

  test("where the terminal is narrow, one is below the other", async () => {
    const { out } = await run([...charge, "--outcomes", "ok"], folder("moon", "sun"), 50);
    expect(out.split("\n").slice(6)).toEqual(["message-1: ok", "", "moon queue by toy", "0s  #1  ok", "0s  acknowledged", "", "sun queue by toy", "0s  #1  ok", "0s  acknowledged", "", "The same starts at the same times, and the same", "end, on every cloud."]);
  });

  test("one cloud has nothing to be compared with", async () => {
    const { out } = await run([...charge, "--outcomes", "ok", "--cloud", "sun"], folder("moon", "sun"));
    expect(out.split("\n").slice(4)).toEqual(["message-1: ok", "", "sun queue by toy", "0s  #1  ok", "0s  acknowledged"]);
  });

  test("a message that is lost on any cloud is said loudly, and is exit code 1", async () => {
    const { code, out } = await run([...charge, "--outcomes", "crash,ok"], folder("moon", "pit"));
    expect([code, out.split("\n").slice(6, 12), out.includes("The clouds differ in starts or ends.")]).toEqual([1, [
      "moon queue by toy                        pit queue by toy",
      " 0s  #1  crash                           0s  #1  crash",
      "         wait 10s                        0s  LOST: acknowledged, though its",
      "10s  #2  ok                                  last start failed",
      "10s  acknowledged",
      "",
    ], true]);
  });

  test("promises are named that may be behind the difference: of times those about waiting, of starts and ends all", async () => {
    const weak = { functions: { charge: { weak: "deadLetter", accept: ["deadLetter"] } } };
    const cwd = folderOf({ ...clouds, "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default ["moon", "sun", "pit"].map((cloud) => ({ cloud, app, settings: ${JSON.stringify(weak)} }));` });
    const named = async (names: string) => (await run([...charge, "--outcomes", "fail,ok", "--cloud", names], cwd)).out.split("\n").flatMap((line) => /^(\w+ +\w+ +(?:emulated|approximated))/.exec(line)?.[1]?.replace(/ +/g, " ") ?? []);
    expect([await named("moon,sun"), await named("moon,pit")]).toEqual([["backoff moon emulated", "backoff sun emulated"], ["backoff moon emulated", "backoff pit emulated", "deadLetter moon approximated", "deadLetter pit approximated"]]);
  });

  test("several outcomes are one for each message, --messages has the last of them for the rest; what met the same is told together", async () => {
    const { out } = await run([...charge, "--outcomes", "ok", "--outcomes", "fail,ok", "--messages", "6", "--cloud", "moon"], folder("moon"));
    expect(out.split("\n").slice(4)).toEqual(["message-1: ok", "", "moon queue by toy", "0s  #1  ok", "0s  acknowledged", "", "message-2, message-3 … message-6 (5 messages): fail, ok", "", "moon queue by toy", " 0s  #1  fail", "         wait 10s", "10s  #2  ok", "10s  acknowledged"]);
  });

  test("with data of one's own the function's schema reads them; without, it is not asked", async () => {
    const cwd = folderOf({ ...clouds, "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: {} }];`, "good.json": '{"good":true}' });
    const last = async (...args: readonly string[]) => (await run([...charge, "--outcomes", "ok", ...args], cwd)).out.split("\n").slice(-3);
    expect([await last(), await last("--data", '{"good":false}'), await last("--data", "@good.json")]).toEqual([
      ["moon queue by toy", "0s  #1  ok", "0s  acknowledged"], ["", "moon queue by toy", '0s  dead letter in "failed": enough'], ["moon queue by toy", "0s  #1  ok", "0s  acknowledged"],
    ]);
    expect((await run([...charge, "--outcomes", "ok", "--data", "{}"], cwd)).out.split("\n").slice(1, 3)).toEqual(["Its handler is replaced by the script; its schema reads the data given. Time is", "virtual."]);
    expect(await run([...charge, "--outcomes", "ok", "--data", "{"], cwd)).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^isobar: --data is not JSON: /) });
    expect(await run([...charge, "--outcomes", "ok", "--data", "@bad.json"], cwd)).toEqual({ code: 1, out: "", err: `isobar: --data: there is no ${join(cwd, "bad.json")}` });
  });

  test("a wait that the policy does not declare is said to be the policy's own", async () => {
    const { out } = await run([...charge, "--outcomes", "retry:5s,ok"], folder("moon"));
    expect(out.split("\n").slice(3, 5)).toEqual(["retry:… is not declared as retryAfter in its policy: the policy's own wait", "applies."]);
  });

  test("refused gaps do not stop it, and are printed; those that are accepted are not", async () => {
    const cwd = folderOf({ ...clouds, "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: { functions: { charge: { weak: "order", broken: true }, hear: { weak: "order" } } } }, { cloud: "sun", app, settings: { functions: { charge: { weak: "maxAge", accept: ["maxAge"] } } } }];` });
    const { code, out } = await run([...charge, "--outcomes", "ok"], cwd);
    expect([code, out.split("\n").filter((line) => /^(?:refused|accepted|fault)/.test(line))]).toEqual([0, ["refused   order of charge on moon", "fault     charge on moon: the queue is broken"]]);
  });

  test("what never ends is looked at until --until, and its starts are told in part", async () => {
    const { code, out } = await run([...charge, "--outcomes", "crash", "--until", "1h", "--cloud", "moon"], folder("moon"));
    expect([code, out.split("\n").slice(6, 9), out.split("\n").slice(-6)]).toEqual([0, ["moon queue by toy", "    0s  #1    crash", "              wait 10s"], ["              … 349 more starts …", "              wait 10s", "59m50s  #360  crash", "              wait 10s", "    1h  #361  crash", "        still there after 1h: it comes again"]]);
  });

  test("--json is the function with every cloud's fates and steps", async () => {
    const { code, out } = await run([...charge, "--outcomes", "fail,ok", "--json"], folder("moon", "sun"));
    const { function: name, clouds: all } = JSON.parse(out) as { readonly function: string; readonly clouds: readonly { readonly cloud: string; readonly variant: string; readonly fates: object; readonly steps: readonly { readonly what: string }[] }[] };
    expect([code, name, all.map(({ cloud, variant }) => [cloud, variant])]).toEqual([0, "charge", [["moon", "toy"], ["sun", "toy"]]]);
    expect(all[0]!.fates).toEqual({ "message-1": { starts: [{ atMs: 0, attempt: 1, act: "fail", endedMs: 0, heardMs: 0, how: "answered" }, { atMs: 10_000, attempt: 2, act: "ok", endedMs: 10_000, heardMs: 10_000, how: "answered" }], letters: 0, rest: "acknowledged", atMs: 10_000 } });
    expect(all[1]!.steps.map(({ what }) => what)).toEqual(["sent", "handed", "ran", "heard", "handed", "ran", "heard"]);
  });

  test("a folder means the configuration in it, and an app alone is simulated on the clouds that are named", async () => {
    const cwd = folder("moon");
    expect((await run([cwd, ...charge, "--outcomes", "ok"], "/")).out).toContain("moon queue by toy");
    expect((await run([join(cwd, "app.ts"), ...charge, "--outcomes", "ok", "--cloud", "sun,moon"], "/")).out).toMatch(/^sun queue by toy +moon queue by toy$/m);
  });

  test.each<[string, readonly string[], RegExp]>([
    ["an app without a cloud", ["app.ts", ...charge, "--outcomes", "ok"], /^isobar: .*app\.ts is an app, which names no cloud: say --cloud NAME, or name its configuration$/],
    ["a module that is neither", ["neither.ts", ...charge, "--outcomes", "ok"], /^isobar: .*neither\.ts has neither an app nor a list of targets as its default export$/],
    ["a cloud that it does not have", [...charge, "--outcomes", "ok", "--cloud", "mars"], /^isobar: the configuration has no target for mars; it has moon$/],
    ["no function, where there is a choice", ["--outcomes", "ok"], /^isobar: say which function with --function; a simulation is of what a broker delivers: those that are: charge, hear, add$/],
    ["a function that there is not", ["--function", "charg", "--outcomes", "ok"], /^isobar: there is no function "charg"; there is charge, hear, add, hello$/],
    ["a function that is answered", ["--function", "hello", "--outcomes", "ok"], /^isobar: hello is answered while its caller waits, not delivered by a broker; those that are: charge, hear, add$/],
    ["a call whose caller waits", ["--function", "add", "--outcomes", "ok"], /^isobar: call by toy on moon is answered while its caller waits: no broker delivers it$/],
    ["a path without rules", ["--function", "hear", "--outcomes", "ok"], /^isobar: topic by toy on moon cannot be simulated: its adapter has no rules of delivery for it; leave the cloud out with --cloud$/],
    ["a path that is no wire", [...charge, "--outcomes", "ok", "--cloud", "bare", "bare.ts"], /^isobar: the adapter for bare plans queue by toy, and has no such wire$/],
  ])("%s: one line, exit code 1", async (_, args, message) => {
    const bare = toyCloud("bare");
    const cwd = folderOf({ ...clouds, ...bare, "node_modules/isobar-adapter-bare/testing.js": "export const wires = []; export const startUnit = () => {};", "app.ts": toyApp, "neither.ts": "export default 1;", "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: {} }];`, "bare.ts": `import app from "./app.js"; export default [{ cloud: "bare", app, settings: {} }];` });
    expect(await run(args, cwd)).toEqual({ code: 1, out: "", err: expect.stringMatching(message) });
  });

  const usage = "usage: isobar simulate [CONFIG] --function NAME --outcomes OUTCOME,… [--messages N] [--cloud NAME,…] [--data JSON|@FILE] [--seed N] [--until DURATION] [--json]";
  test.each<[readonly string[], string]>([
    [[], "simulate needs --outcomes, as in --outcomes fail,fail,ok"],
    [["--outcomes", "fial"], 'outcome "fial" is none of ok, fail, throw, reject, hang, crash, block, crash:DURATION, retry:DURATION, slow:DURATION'],
    [["--outcomes", "ok", "--messages", "0"], '--messages is a whole number from 1 to 10000, not "0"'],
    [["--outcomes", "ok", "--messages", "many"], '--messages is a whole number from 1 to 10000, not "many"'],
    [["--outcomes", "ok", "--outcomes", "fail", "--messages", "1"], "--outcomes is given 2 times, for 1 message"],
    [["--outcomes", "ok", "--seed", "-1"], "--seed needs a value"],
    [["--outcomes", "ok", "--seed", "x"], '--seed is a whole number below 2^32, not "x"'],
    [["--outcomes", "ok", "--until", "soon"], '"soon" is not a duration: write a number and its unit, as in "30s" or "10m"'],
    [["--outcome", "ok"], "unknown option --outcome"],
  ])("%j is told with the usage and exit code 2", async (args, message) => {
    expect(await run(args, "/")).toEqual({ code: 2, out: "", err: `isobar: ${message}\n${usage}` });
  });
});
