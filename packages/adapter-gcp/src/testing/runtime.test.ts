import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RunningUnit, Seen, UnitToRun } from "@isobar/core/adapter";
import { startUnit, type HttpAnswer, type HttpCall } from "./runtime.ts";

const framework = dirname(createRequire(import.meta.url).resolve("@google-cloud/functions-framework"));
const nodeModules = framework.slice(0, framework.lastIndexOf("node_modules") + "node_modules".length);

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "isobar-gcp-")));
  folders.push(folder);
  return folder;
}

/** A unit "shop" as it would be deployed: `body` is what happens on a request, `before` what happens at load. */
function folderOf(body: string, before = ""): UnitToRun {
  const folder = emptyFolder();
  symlinkSync(nodeModules, join(folder, "node_modules"));
  const code = `const { http } = require("@google-cloud/functions-framework");\n${before}\nhttp("shop", async (req, res) => {\n${body}\n});\n`;
  writeFileSync(join(folder, "function.cjs"), code);
  return { unit: "shop", folder, entry: "function.cjs", functions: ["checkout"], timeoutMs: 5_000 };
}

/** Starts a unit that is stopped when the test is over. */
async function running(body: string, change: Partial<UnitToRun> & { before?: string } = {}): Promise<RunningUnit> {
  const { before, ...fields } = change;
  const started = await startUnit({ ...folderOf(body, before), ...fields });
  onTestFinished(() => started.stop());
  return started;
}

const get = (path: string, headers: HttpCall["headers"] = []): HttpCall => ({ method: "GET", path, headers });

function answerOf(seen: Seen): HttpAnswer {
  if (!("returned" in seen)) throw new Error(`No answer but ${JSON.stringify(seen)}`);
  return seen.returned as HttpAnswer;
}
const bytesOf = (seen: Seen) => Buffer.concat(answerOf(seen).chunks);
const textOf = (seen: Seen) => bytesOf(seen).toString("utf8");
const valuesOf = (seen: Seen, name: string) => answerOf(seen).headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;

describe("a unit that works", () => {
  const unit = folderOf(
    `const { pathname } = new URL(req.url, "http://x");
    const seen = { method: req.method, url: req.url, rawHeaders: req.rawHeaders, rawBody: req.rawBody?.toString("latin1"), body: req.body };
    if (pathname === "/bytes") return res.set("content-type", "application/octet-stream").send(req.rawBody);
    if (pathname === "/cookies") return res.append("Set-Cookie", "a=1").append("Set-Cookie", "b=2").set("X-Latin", "\\u00e9").end();
    if (pathname === "/nothing") return res.status(204).end();
    if (pathname === "/unchanged") return res.status(304).end();
    if (pathname === "/env") return res.json({ env: process.env, cwd: process.cwd(), send: typeof process.send, execArgv: process.execArgv });
    if (pathname === "/log") { console.log("to stdout"); console.error("to stderr"); return res.end(); }
    if (pathname === "/noise") { for (let n = 0; n < 70; n++) console.error("x".repeat(1000)); console.log("line " + req.query.n + "."); return res.end(); }
    if (pathname === "/big") return res.send(Buffer.alloc(33 * 1024 * 1024));
    if (pathname === "/big-stalls") return res.set("content-length", String(2 ** 26)).write(Buffer.alloc(33 * 1024 * 1024));
    if (pathname === "/big-chunks") { for (let n = 0; n < 33; n++) res.write(Buffer.alloc(1024 * 1024)); return res.end(); }
    if (pathname === "/meet") { waiting.push(res); if (waiting.length === 20) waiting.forEach((one, n) => one.send(String(n))); return; }
    if (pathname === "/unread") { let text = ""; for await (const part of req) text += part; return res.json({ ...seen, text }); }
    if (pathname === "/stream") { for (const word of ["one", "two", "three"]) { res.write(word); await new Promise((r) => setTimeout(r, 15)); } return res.end(); }
    if (pathname === "/throw") throw new TypeError("a secret");
    if (pathname === "/drop") return req.socket.destroy();
    if (pathname === "/cut") { res.write("half"); return setTimeout(() => res.destroy(), 15); }
    if (pathname === "/reset") { res.write("half"); return setTimeout(() => req.socket.resetAndDestroy(), 15); }
    res.json(seen);`,
    `const waiting = [];`,
  );
  let shop: RunningUnit;
  beforeAll(async () => {
    shop = await startUnit({ ...unit, env: { GREETING: "hi", K_SERVICE: "mine" } });
  });
  afterAll(() => shop.stop());
  const call = (native: HttpCall) => shop.invoke("checkout", native);
  const echo = async (native: HttpCall) => JSON.parse(textOf(await call(native)));

  test("the path and query arrive as they were given", async () => {
    for (const path of ["/a%2Fb?x=1&x=", "//a//b/../c?%zz"]) expect((await echo(get(path))).url).toBe(path);
  });

  test("headers arrive in order, with their names, repeats and bytes, under the host given", async () => {
    const headers = [["HOST", "shop.example"], ["X-A", "1"], ["x-a", "2"], ["Cookie", "a=1"], ["cookie", "b=2"], ["X-Latin", "\u00e9\u00ff"]] as const;
    expect((await echo(get("/", headers))).rawHeaders).toEqual(["Connection", "keep-alive", ...headers.flat()]);
  });

  test("headers that contradict the real connection are replaced", async () => {
    const headers = [["Host", "h"], ["connection", "close"], ["Transfer-Encoding", "chunked"], ["content-length", "99"], ["content-type", "text/plain"]] as const;
    const { rawHeaders, rawBody } = await echo({ method: "POST", path: "/", headers, body: "caf\u00e9" });
    expect(rawHeaders).toEqual(["Connection", "keep-alive", "Host", "h", "content-type", "text/plain", "Content-Length", "5"]);
    expect(rawBody).toBe("caf\u00c3\u00a9");
  });

  test("a right content-length stays where it is", async () => {
    const { rawHeaders } = await echo({ method: "PUT", path: "/", headers: [["content-length", "2"], ["Host", "h"]], body: "hi" });
    expect(rawHeaders).toEqual(["Connection", "keep-alive", "content-length", "2", "Host", "h"]);
  });

  test("bytes go both ways unchanged", async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    const seen = await call({ method: "POST", path: "/bytes", headers: [["content-type", "application/octet-stream"]], body });
    expect(bytesOf(seen).equals(body)).toBe(true);
  });

  test("a GET can carry a body", async () => {
    expect(await echo({ ...get("/", [["content-type", "text/plain"]]), body: "abc" })).toMatchObject({ method: "GET", rawBody: "abc" });
  });

  test("a POST without a body says so with content-length 0, a GET says nothing", async () => {
    expect((await echo({ method: "POST", path: "/", headers: [["Host", "h"]] })).rawHeaders).toEqual(["Connection", "keep-alive", "Host", "h", "Content-Length", "0"]);
    expect((await echo(get("/", [["Host", "h"]]))).rawHeaders).toEqual(["Connection", "keep-alive", "Host", "h"]);
  });

  test("what the framework makes of bodies is the framework's: gunzipped, left unread without a content-type, JSON strict", async () => {
    const json = ["content-type", "application/json"] as const;
    const zipped = await echo({ method: "POST", path: "/", headers: [json, ["content-encoding", "gzip"]], body: gzipSync(`{"a":1}`) });
    expect(zipped).toMatchObject({ rawBody: `{"a":1}`, body: { a: 1 } });
    const untyped = await echo({ method: "POST", path: "/unread", headers: [], body: "abc" });
    expect([untyped.rawBody, untyped.body, untyped.text]).toEqual([undefined, undefined, "abc"]);
    const scalar = await call({ method: "POST", path: "/", headers: [json], body: `"a"` });
    expect([answerOf(scalar).status, valuesOf(scalar, "content-type")]).toEqual([400, ["text/html; charset=utf-8"]]);
  });

  test("two Set-Cookie come back as two, header bytes as latin1", async () => {
    const seen = await call(get("/cookies"));
    expect([valuesOf(seen, "set-cookie"), valuesOf(seen, "x-latin")]).toEqual([["a=1", "b=2"], ["\u00e9"]]);
  });

  test("HEAD, 204 and 304 have no body and come to their end", async () => {
    const head = await call({ ...get("/a"), method: "HEAD" });
    expect(answerOf(head)).toMatchObject({ status: 200, chunks: [] });
    expect(Number(valuesOf(head, "content-length")[0])).toBeGreaterThan(0);
    expect(answerOf(await call(get("/nothing")))).toMatchObject({ status: 204, chunks: [] });
    expect(answerOf(await call(get("/unchanged")))).toMatchObject({ status: 304, chunks: [] });
  });

  test("streamed chunks come one by one in their order", async () => {
    const { chunks, failed } = answerOf(await call(get("/stream")));
    expect([chunks.map((chunk) => Buffer.from(chunk).toString()), failed]).toEqual([["one", "two", "three"], undefined]);
  });

  test("a throw is the framework's 500 without details, and the process goes on", async () => {
    const before = await echo(get("/env"));
    const seen = await call(get("/throw"));
    expect([answerOf(seen).status, textOf(seen), valuesOf(seen, "x-google-status")]).toEqual([500, "Internal Server Error", ["crash"]]);
    expect(await echo(get("/env"))).toEqual(before);
    expect(shop.logs()).toContain("TypeError: a secret");
  });

  test("an answer cut off in its body is failed and keeps what had come", async () => {
    for (const path of ["/cut", "/reset"]) {
      const { status, chunks, failed } = answerOf(await call(get(path)));
      expect([status, Buffer.concat(chunks).toString(), failed?.type]).toEqual([200, "half", "ECONNRESET"]);
    }
  });

  test("a connection closed without an answer is Cloud Run's 503", async () => {
    expect(await call(get("/drop"))).toMatchObject({ refused: { code: "503" } });
  });

  test("a request body over 32 MiB is refused, one of 32 MiB is not", async () => {
    const body = new Uint8Array(32 * 1024 * 1024);
    const upload = (more: number): HttpCall => ({ method: "POST", path: "/log", headers: [["content-type", "a/b"]], body: more ? new Uint8Array(body.length + more) : body });
    expect(await call(upload(1))).toEqual({ refused: { code: "413", message: "Request Entity Too Large" } });
    expect(answerOf(await call(upload(0))).status).toBe(200);
  });

  test("a response over 32 MiB is refused, and passes when it is chunked", async () => {
    for (const path of ["/big", "/big-stalls"]) expect(await call(get(path))).toMatchObject({ refused: { code: "500" } });
    expect(bytesOf(await call(get("/big-chunks"))).length).toBe(33 * 1024 * 1024);
    expect(answerOf(await call({ ...get("/big"), method: "HEAD" })).status).toBe(200);
  });

  test("calls run side by side in one process", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => call(get("/meet"))));
    expect(new Set(all.map(textOf)).size).toBe(20);
  });

  test("the process has Cloud Run's variables and the unit's, and nothing of ours", async () => {
    const { env, cwd, send, execArgv } = await echo(get("/env"));
    const reserved = { FUNCTION_TARGET: "shop", FUNCTION_SIGNATURE_TYPE: "http", K_SERVICE: "shop", K_CONFIGURATION: "shop", K_REVISION: "shop-00001-iso" };
    expect(env).toEqual({ PATH: process.env["PATH"], NODE_ENV: "production", GREETING: "hi", ...reserved });
    expect([cwd, send, execArgv]).toEqual([unit.folder, "undefined", []]);
  });

  test("logs hold both streams by the time the call is answered", async () => {
    const before = shop.logs().length;
    await call(get("/log"));
    const lines = shop.logs().slice(before).trim().split("\n").sort();
    expect(lines).toEqual(["to stderr", "to stdout"]);
  });

  test("logs are as complete when many calls write much at once", async () => {
    const one = async (n: number) => {
      await call(get(`/noise?n=${n}`));
      return shop.logs().includes(`line ${n}.`);
    };
    expect(await Promise.all(Array.from({ length: 60 }, (_, n) => one(n)))).not.toContain(false);
  });

  test("no socket is left when the calls are over", async () => {
    await expect.poll(openSockets, { interval: 5 }).toBe(0);
  });

  test("a call that cannot be made rejects", async () => {
    await expect(shop.invoke("chekout", get("/"))).rejects.toThrow(`no function "chekout"`);
    await expect(shop.invoke("checkout", { path: "/" })).rejects.toThrow("method, path, headers");
    await expect(call(get("/a b"))).rejects.toThrow("unescaped characters");
  });
});

test("the framework listens on 127.0.0.1 only, and so do servers of the function's own", async () => {
  const before = `const own = require("node:http").createServer((_, res) => res.end("own")).listen(0);`;
  const shop = await running(`res.json([req.socket.server.address(), own.address()]);`, { before });
  const addresses: { address: string; port: number }[] = JSON.parse(textOf(await shop.invoke("checkout", get("/"))));
  expect(addresses.map(({ address }) => address)).toEqual(["127.0.0.1", "127.0.0.1"]);
  const outside = Object.values(networkInterfaces()).flat().find((one) => one && !one.internal && one.family === "IPv4")?.address ?? "127.0.0.2";
  for (const { port } of addresses) expect([await reach(port, "127.0.0.1"), await reach(port, outside)]).toEqual(["open", "ECONNREFUSED"]);
});

test("a call that is never answered times out; the process and its code go on, and the next call works", async () => {
  const shop = await running(`if (req.url === "/late") { setTimeout(() => { done = "late code ran"; }, 320); return; } res.json([process.pid, done]);`, { before: `let done = "";`, timeoutMs: 300 });
  const [pid] = JSON.parse(textOf(await shop.invoke("checkout", get("/"))));
  expect(await shop.invoke("checkout", get("/late"))).toEqual({ timedOut: true });
  await expect.poll(async () => JSON.parse(textOf(await shop.invoke("checkout", get("/")))), { interval: 10 }).toEqual([pid, "late code ran"]);
});

test("a throw after the first write never ends: it times out and leaves no connection on either side", async () => {
  const body = `if (req.url === "/count") return req.socket.server.getConnections((_, count) => res.send(String(count)));
    res.write("first"); throw new Error("then");`;
  const shop = await running(body, { timeoutMs: 300 });
  const seen = await Promise.all(Array.from({ length: 5 }, () => shop.invoke("checkout", get("/"))));
  expect(seen).toEqual(Array.from({ length: 5 }, () => ({ timedOut: true })));
  await expect.poll(async () => textOf(await shop.invoke("checkout", get("/count"))), { interval: 10 }).toBe("1");
  await expect.poll(openSockets, { interval: 5 }).toBe(0);
});

test("code that blocks the process times out, and is killed when the unit stops", async () => {
  const shop = await running(`for (;;);`, { timeoutMs: 300 });
  expect(await shop.invoke("checkout", get("/"))).toEqual({ timedOut: true });
  expect(await shop.invoke("checkout", get("/"))).toEqual({ timedOut: true });
});

test.for([
  ["process.exit", "process.exit(7)", { exited: 7 }],
  ["process.exit(0)", "process.exit(0)", { exited: 0 }],
  ["an uncaught error outside the request", "outside.emit('go')", { exited: 16 }],
  ["a signal", "process.kill(process.pid, 'SIGKILL'); return new Promise(() => {})", { exited: null, signal: "SIGKILL" }],
  ["an exit in the middle of an answer", "res.write('half'); setTimeout(() => process.exit(3), 15)", { exited: 3 }],
] as const)("%s is seen as the exit it is, and the next call gets a new process", async ([, code, exit]) => {
  const before = `const outside = new (require("node:events"))(); setInterval(() => { if (outside.gone) { outside.gone = false; throw new Error("outside"); } }, 5); outside.on("go", () => { outside.gone = true; });`;
  const shop = await running(`if (req.url === "/") return res.send(String(process.pid)); ${code}`, { before });
  const pid = textOf(await shop.invoke("checkout", get("/")));
  expect(await shop.invoke("checkout", get("/end"))).toEqual(exit);
  expect(textOf(await shop.invoke("checkout", get("/")))).not.toBe(pid);
});

test("a process that dies takes every call in flight with it", async () => {
  const shop = await running(`if (req.url === "/end") process.exit(7);`);
  const seen = await Promise.all(["/a", "/b", "/end"].map((path) => shop.invoke("checkout", get(path))));
  expect(seen).toEqual([{ exited: 7 }, { exited: 7 }, { exited: 7 }]);
});

test("a process that dies after its answer has answered, and the next call gets a new process", async () => {
  const shop = await running(`res.send(String(process.pid)); res.on("close", () => process.exit(7));`);
  const pids: string[] = [];
  for (let n = 0; n < 3; n++) pids.push(textOf(await shop.invoke("checkout", get("/"))));
  expect(new Set(pids).size).toBe(3);
});

test("a module that throws at load is a throw with what stderr said, and is tried again at each call", async () => {
  const before = `const { existsSync } = require("node:fs"); if (!existsSync(__dirname + "/ready")) throw new RangeError("not yet");`;
  const unit = folderOf(`res.send("ready")`, before);
  const shop = await startUnit(unit);
  onTestFinished(() => shop.stop());
  for (let n = 0; n < 2; n++) {
    const seen = await shop.invoke("checkout", get("/"));
    expect(seen).toMatchObject({ threw: { type: "RangeError", message: expect.stringContaining("RangeError: not yet") } });
  }
  writeFileSync(join(unit.folder, "ready"), "");
  expect(textOf(await shop.invoke("checkout", get("/")))).toBe("ready");
});

test("a module that exits at load is seen as that exit", async () => {
  expect(await (await running("", { before: "process.exit(9);" })).invoke("checkout", get("/"))).toEqual({ exited: 9 });
});

test("an entry that registers another name is a throw that says so", async () => {
  const seen = await (await running("", { unit: "store" })).invoke("checkout", get("/"));
  expect(seen).toMatchObject({ threw: { message: expect.stringContaining("Function 'store' is not defined") } });
});

test("a folder without the framework is our caller's fault, not the function's", async () => {
  await expect(startUnit({ ...folderOf(""), folder: emptyFolder() })).rejects.toThrow("Cannot find module '@google-cloud/functions-framework'");
});

test("stop ends the process once, calls in flight see it, and later calls reject", async () => {
  const shop = await running(`console.log("pid", process.pid);`);
  const inFlight = shop.invoke("checkout", get("/"));
  await expect.poll(() => shop.logs(), { interval: 5 }).toContain("pid");
  await Promise.all([shop.stop(), shop.stop()]);
  await shop.stop();
  expect(await inFlight).toEqual({ exited: 0 });
  expect(() => process.kill(Number(/pid (\d+)/.exec(shop.logs())?.[1]), 0)).toThrow("ESRCH");
  await expect(shop.invoke("checkout", get("/"))).rejects.toThrow("stopped");
});

test("a process does not outlive the one that started it", async () => {
  const unit = folderOf(`res.send(String(req.socket.localPort));`);
  const code = `import { startUnit } from ${JSON.stringify(new URL("./runtime.ts", import.meta.url).href)};
    const shop = await startUnit(${JSON.stringify(unit)});
    const { returned } = await shop.invoke("checkout", ${JSON.stringify(get("/"))});
    process.stdout.write(returned.chunks[0], () => process.kill(process.pid, "SIGKILL"));`;
  const starter = spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
  let port = "";
  starter.stdout.on("data", (part) => (port += part));
  await once(starter, "close");
  await expect.poll(() => reach(Number(port), "127.0.0.1"), { interval: 5 }).toBe("ECONNREFUSED");
});

const reach = (port: number, host: string): Promise<string | undefined> =>
  new Promise((settle) => {
    const socket = connect(port, host);
    socket.on("error", (error: NodeJS.ErrnoException) => settle(error.code));
    socket.on("connect", () => socket.destroy() && settle("open"));
  });
