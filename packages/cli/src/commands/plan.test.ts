import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { toyApp, toyCloud } from "../testing/clouds.ts";
import { folderOf } from "../testing/folder.ts";

async function run(args: readonly string[], cwd: string, terminal = { columns: 80, colours: false }): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, terminal, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
/** A configuration for two clouds; `settings` by function, of moon alone. */
const folder = (settings: object = {}) => folderOf({ ...toyCloud("moon"), ...toyCloud("sun"), "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: { functions: ${JSON.stringify(settings)} } }, { cloud: "sun", app, settings: {} }];` });
const legend = ["exact: a setting of the cloud keeps it · emulated: our run time keeps it, but", "for a moment that --verbose names · accepted: it differs, and the target says so"];

describe("isobar plan", () => {
  test("has a row for each function on each cloud, and says that nothing is refused", async () => {
    const { code, out, err } = await run(["plan"], folder());
    expect({ code, err, out: out.split("\n") }).toEqual({ code: 0, err: "", out: [
      "function  kind   cloud  path  exact  emulated  accepted  refused",
      "charge    queue  moon   toy      10         1         –        –",
      "                 sun    toy      10         1         –        –",
      "hear      topic  moon   toy      10         1         –        –",
      "                 sun    toy      10         1         –        –",
      "add       call   moon   toy      11         1         –        –",
      "                 sun    toy      11         1         –        –",
      "hello     http   moon   toy       4         –         –        –",
      "                 sun    toy       4         –         –        –",
      "", ...legend, "",
      "nothing is refused",
    ] });
  });

  test("in a narrow terminal a function has a line of its own above its clouds", async () => {
    expect((await run(["plan"], folder(), { columns: 50, colours: false })).out.split("\n").slice(0, 5)).toEqual(["  cloud  path  exact  emulated  accepted  refused", "charge, queue", "  moon   toy      10         1         –        –", "  sun    toy      10         1         –        –", "hear, topic"]);
  });

  test("tells every gap at once in its four parts, those that are refused first, and how an approximation is accepted; then faults", async () => {
    const { code, out } = await run(["plan", "--cloud", "moon"], folder({ charge: { weak: "order", broken: true }, hear: { weak: "all" }, hello: { weak: "access", accept: ["access"] } }));
    expect([code, out.split("\n")]).toEqual([1, [
      "function  kind   cloud  path  exact  emulated  accepted  refused  faults",
      "charge    queue  moon   toy       9         1         –        1       1",
      "hear      topic  moon   toy       9         1         –        1       –",
      "add       call   moon   toy      11         1         –        –       –",
      "hello     http   moon   toy       3         –         1        –       –",
      "", ...legend, "",
      "refused   order of charge on moon",
      "          asked    no order",
      '          where    charge, queue "orders" by toy on moon',
      "          why      it is far away, and nobody there has ever heard of such a",
      "                   thing",
      "          nearest  another place",
      '          accept   functions: { charge: { accept: ["order"] } } in the target of',
      "                   moon",
      "",
      "refused   batch of hear on moon",
      "          asked    up to 1 in one invocation",
      '          where    hear, topic "news" by toy on moon',
      "          why      it has one hand",
      "          nearest  batch.maxSize: 1",
      "",
      "accepted  access of hello on moon",
      '          asked    access: "public"',
      '          where    hello, http "GET /" by toy on moon',
      "          why      it is far away, and nobody there has ever heard of such a",
      "                   thing",
      "          nearest  another place",
      "",
      "fault     charge on moon: the queue is broken",
      "",
      "refused: 2 gaps and 1 fault; 1 gap accepted",
    ]]);
  });

  test("a gap that is accepted refuses nothing; a fault alone does", async () => {
    expect(await run(["plan"], folder({ charge: { weak: "order", accept: ["order"] } }))).toMatchObject({ code: 0, out: expect.stringMatching(/\nnothing is refused; 1 gap accepted$/) });
    expect(await run(["plan"], folder({ charge: { broken: true } }))).toMatchObject({ code: 1, out: expect.stringMatching(/\nrefused: 1 fault$/) });
    expect(await run(["plan"], folder({ charge: { accept: ["order"] } }))).toMatchObject({ code: 1, out: expect.stringContaining('fault     charge on moon: it accepts "order", which is not approximated there:\n          take the waiver away') });
  });

  test("--verbose tells of every promise what keeps it, how, and when it does not", async () => {
    const { out } = await run(["plan", "--verbose", "--cloud", "moon"], folder({ charge: { weak: "maxAge", accept: ["maxAge"] } }), { columns: 100, colours: false });
    const lines = out.split("\n");
    const from = lines.indexOf('charge on moon: queue "orders" by toy, unit charge');
    expect(lines.slice(from, from + 12)).toEqual([
      'charge on moon: queue "orders" by toy, unit charge',
      "  attempts    exact         3 attempts",
      "              by       most = 3",
      "  backoff     emulated      a wait of 10s",
      "              how      it waits",
      "              except   after a crash moon waits longer",
      "              by       wait = 3",
      "  retryAfter  exact         no wait of the handler's own",
      "  maxAge      approximated  no limit of age",
      "              why      it is far away, and nobody there has ever heard of such a thing",
      "              nearest  another place",
      '  deadLetter  exact         a dead letter in "failed"',
    ]);
    expect(lines).toContain("              note     alone");
  });

  test("--json is the plans and nothing else, with the same exit code", async () => {
    const { code, out } = await run(["plan", "--json"], folder({ charge: { weak: "order" } }));
    const { plans } = JSON.parse(out) as { readonly plans: readonly { readonly cloud: string; readonly bindings: readonly { readonly verdicts: readonly unknown[] }[]; readonly gaps: readonly unknown[] }[] };
    expect([code, plans.map(({ cloud, bindings, gaps }) => [cloud, bindings.length, gaps.length])]).toEqual([1, [["moon", 4, 1], ["sun", 4, 0]]]);
    expect(plans[1]!.bindings[0]).toMatchObject({ function: "charge", kind: "queue", variant: "toy", unit: "charge", source: "orders", rendered: { maker: "toy", resources: { queue: { most: 3 } }, grants: [] } });
    expect(plans[1]!.bindings[0]!.verdicts[1]).toEqual({ capability: "backoff", asked: "a wait of 10s", verdict: { verdict: "emulated", how: "it waits", window: "after a crash sun waits longer", by: [{ setting: "wait", value: 3 }] } });
  });

  test("colours are for terminals that have them, and change no column", async () => {
    const cwd = folder({ charge: { weak: "order" } });
    const [plain, painted] = [(await run(["plan"], cwd)).out, (await run(["plan"], cwd, { columns: 80, colours: true })).out];
    expect([painted === plain, painted.replace(/\u001b\[\d+m/g, ""), painted.includes("\u001b[31mrefused \u001b[39m")]).toEqual([false, plain, true]);
  });

  test("what a target lays over resources, and adds, is told place by place: no verdict stands for it", async () => {
    const own = { overrides: { Orders: { Properties: { VisibilityTimeout: 10, Tags: null, Names: ["a", "b"] } } }, resources: { Extra: { Type: "Sea" } } };
    const { code, out } = await run(["plan", "--cloud", "moon"], folderOf({ ...toyCloud("moon"), "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: ${JSON.stringify(own)} }];` }));
    expect([code, out.split("\n").slice(-6)]).toEqual([0, [
      "override  Orders on moon: Properties.VisibilityTimeout = 10",
      "override  Orders on moon: Properties.Tags is taken away",
      'override  Orders on moon: Properties.Names = ["a","b"]',
      "override  Extra on moon: a resource of the target's own",
      "",
      "nothing is refused",
    ]]);
  });

  test("two apps are told apart", async () => {
    const cwd = folderOf({ ...toyCloud("moon"), "app.ts": toyApp, "isobar.config.ts": `import app from "./app.js"; const { hello } = app.functions; export default [{ cloud: "moon", app: { name: "a", functions: { hello } }, settings: {} }, { cloud: "moon", app: { name: "b", functions: { hello } }, settings: {} }];` });
    expect((await run(["plan"], cwd)).out.split("\n").slice(0, 3)).toEqual(["app  function  kind  cloud  path  exact  emulated  accepted  refused", "a    hello     http  moon   toy       4         –         –        –", "b    hello     http  moon   toy       4         –         –        –"]);
  });

  test("settings for a function that there is not are refused in one line", async () => {
    expect(await run(["plan"], folder({ charg: {} }))).toEqual({ code: 1, out: "", err: 'isobar: moon: settings for charg, which the app "shop" does not have' });
  });

  test.each<[readonly string[], string]>([
    [["--verbos"], "unknown option --verbos"],
    [["a.ts", "b.ts"], 'plan takes no "b.ts"'],
  ])("%j is told with the usage and exit code 2", async (args, message) => {
    expect(await run(["plan", ...args], "/")).toEqual({ code: 2, out: "", err: `isobar: ${message}\nusage: isobar plan [CONFIG] [--cloud NAME,…] [--verbose] [--json]` });
  });
});
