import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { httpSide, startUnit, wires } from "@isobar/adapter-local/testing";
import type { MessageSide } from "@isobar/core/adapter";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/isobar.js", import.meta.url));
const app = fileURLToPath(new URL("../../../examples/orders/app.ts", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "isobar-build-")));
afterAll(() => rmSync(folder, { recursive: true }));
const isobar = (...args: readonly string[]) => spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
const bytesIn = (at: string) => Object.fromEntries(readdirSync(at, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)).map((file) => [relative(at, file), readFileSync(file).toString("base64")]));

let first: ReturnType<typeof isobar>;
beforeAll(() => void (first = isobar("build", app, "--cloud", "local", "--out", "first", "--minify")));

test("the example is built from its own module, and a second build is the same to the byte", () => {
  expect({ status: first.status, stderr: first.stderr, end: first.stdout.trimEnd().split("\n").at(-1) }).toEqual({ status: 0, stderr: "", end: "2 units and 1 manifest file in first" });
  const again = isobar("build", app, "--cloud", "local", "--out", "first", "--minify");
  expect(again.stdout.trimEnd().split("\n").at(-1)).toBe("2 units and 1 manifest file in first; no bundle had to be made anew");
  isobar("build", app, "--cloud", "local", "--out", "second", "--minify");
  expect(bytesIn(join(folder, "second"))).toEqual(bytesIn(join(folder, "first")));
});

test("its manifest says where each function stands, and nothing differs between two builds", () => {
  const { resources } = JSON.parse(readFileSync(join(folder, "first/local/isobar.json"), "utf8")) as { readonly resources: Readonly<Record<string, { readonly from: string }>> };
  expect(resources["queue orders"]!.from).toBe("functions/charge.ts:5, functions/checkout.ts:4");
  expect(isobar("diff", "first", "first")).toMatchObject({ status: 0, stdout: "nothing differs\n", stderr: "" });
});

describe("a unit's zip is all that runs, in a folder with nothing else in it", () => {
  async function running(unit: string, functions: readonly string[]) {
    const at = join(folder, "deployed", unit);
    for (const [path, content] of Object.entries(unzipSync(readFileSync(join(folder, "first/local", `${unit}.zip`))))) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), content);
    }
    const started = await startUnit({ unit, folder: at, entry: "index.mjs", functions, timeoutMs: 10_000, env: { ISOBAR_STORE: join(folder, "store.sqlite") } });
    onTestFinished(() => started.stop());
    return started;
  }
  test("a request is answered, and what it sends is in the store", async () => {
    const unit = await running("shop", ["checkout"]);
    const answer = httpSide.interpret(await unit.invoke("checkout", httpSide.fabricate({ method: "POST", url: "https://shop.example/orders/acme", headers: [["content-type", "application/json"]], body: new TextEncoder().encode('{"id":"o-1","total":12}') })));
    if ("failed" in answer) throw new Error(`${answer.failed}\n${unit.logs()}`);
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([202, '{"accepted":"o-1","tenant":"acme"}']);
  });
  test("a message is settled", async () => {
    const unit = await running("charge", ["charge"]);
    const side = wires.find(({ kind }) => kind === "queue")!.side as MessageSide;
    const native = side.fabricate([{ id: "m-1", attempt: 1, body: '{"id":"o-1","total":12}', enqueuedAt: 1_893_456_000_000 }], "orders");
    expect(side.interpret(await unit.invoke("charge", native), native)).toEqual([{ id: "m-1", then: "done" }]);
  });
});
