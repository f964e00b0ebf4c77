import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunningUnit, UnitToRun } from "@isobar/core/adapter";
import { runtimeClient, startUnit, type RuntimeClient, type Streamed } from "./runtime.ts";

const built = runtimeClient() === "native";
if (!built) console.info("The native Lambda client is not built here (npm rebuild aws-lambda-ric needs cmake and g++): only the js client is tested.");
const clients: readonly RuntimeClient[] = built ? ["js", "native"] : ["js"];

const entries = {
  "echo.mjs": `
    let calls = 0;
    class OrderRefused extends Error { name = "OrderRefused"; }
    const never = () => new Promise(() => {});
    const does = {
      echo: (event) => event,
      nothing: () => undefined,
      throwClass: () => { throw new OrderRefused("no stock"); },
      throwString: () => { throw "just text"; },
      bigint: () => 1n,
      settlesNever: never,
      hangs: () => { setInterval(() => {}, 1000); return never(); },
      exits: () => process.exit(3),
      dies: () => { process.kill(process.pid, "SIGKILL"); return never(); },
      late: () => { setTimeout(() => { throw new Error("too late"); }, 5); return never(); },
      dieAfterAnswer: () => { setTimeout(() => { console.log("leaving"); process.exit(4); }, 20); return "answered"; },
      deaf: () => { process.on("SIGTERM", () => {}); return "deaf"; },
      big: ({ bytes }) => "A".repeat(bytes - 2),
      log: () => { console.log("to stdout"); console.error("to stderr"); process.stderr.write("raw\\n"); },
      count: () => ({ calls: ++calls, pid: process.pid }),
      env: () => process.env,
      slow: async () => { await new Promise((done) => setTimeout(done, 20)); return ++calls; },
    };
    export const handler = async (event, context) => {
      if (event.does === "context") return { ...context, remainingMs: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID, cwd: process.cwd() };
      return does[event.does](event);
    };`,
  "streams.mjs": `
    const { HttpResponseStream } = awslambda;
    const pause = () => new Promise((done) => setTimeout(done, 20));
    export const handler = awslambda.streamifyResponse(async (event, stream) => {
      if (event.does === "plain") { stream.setContentType("text/plain"); stream.write("one,"); await pause(); stream.write("two"); }
      if (event.does === "empty") { stream.end(); return; }
      if (event.does === "throwFirst") throw new RangeError("before a byte");
      if (event.does === "exits") { stream.write("one"); await pause(); process.exit(3); }
      if (event.does === "destroys") { stream.write("one"); await pause(); stream.destroy(); return; }
      if (event.does === "endsOnly") { HttpResponseStream.from(stream, { statusCode: 201 }).end("body"); return; }
      if (event.does === "tooMuch") for (let sent = 0; sent <= 200; sent++) if (!stream.write(Buffer.alloc(1024 * 1024))) await new Promise((done) => stream.once("drain", done));
      if (event.does === "http" || event.does === "throwMid") {
        stream = HttpResponseStream.from(stream, { statusCode: 201, headers: { "x-a": "b" }, cookies: ["c=d"] });
        for (const part of ["first,", "second,"]) { stream.write(part); await pause(); }
        if (event.does === "throwMid") throw new RangeError("half way: é");
        stream.write("third");
      }
      stream.end();
    });`,
  "broken.mjs": `throw new TypeError("cannot load");`,
  "quits.mjs": `process.exit(5);`,
  "nothing.mjs": `export const other = () => 1;`,
  "callback.mjs": `export const handler = (event, context, callback) => callback(null, 1);`,
  "loadsForever.mjs": `console.log("loading"); setInterval(() => {}, 1000); await new Promise(() => {});`,
  "recovers.mjs": `
    import { existsSync, writeFileSync } from "node:fs";
    const mark = process.env.MARK;
    if (!existsSync(mark)) { writeFileSync(mark, ""); throw new Error("not yet"); }
    export const handler = async () => "ready";`,
};

const folder = mkdtempSync(join(tmpdir(), "isobar-aws-runtime-"));
beforeAll(() => {
  for (const [name, text] of Object.entries(entries)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(clients)("with the %s client", (client) => {
  const running: RunningUnit[] = [];
  afterEach(() => Promise.all(running.splice(0).map((unit) => unit.stop())));

  async function start(entry: keyof typeof entries, more: Partial<UnitToRun> = {}): Promise<RunningUnit> {
    const unit = await startUnit({ unit: "orders", folder, entry, functions: ["charge"], timeoutMs: 5_000, ...more }, { client });
    running.push(unit);
    return unit;
  }
  async function seen(does: string, more: Partial<UnitToRun> = {}): Promise<unknown> {
    return (await start("echo.mjs", more)).invoke("charge", { does });
  }
  async function streamed(does: string): Promise<Streamed> {
    const end = await (await start("streams.mjs")).invoke("charge", { does });
    expect(end).toHaveProperty("returned.streamed");
    return (end as { returned: { streamed: Streamed } }).returned.streamed;
  }
  /** Needs no timer: one test has them faked. */
  async function written(unit: RunningUnit, text: string): Promise<void> {
    while (!unit.logs().includes(text)) await new Promise((done) => setImmediate(done));
  }
  const body = (answer: Streamed): string => Buffer.concat(answer.chunks).toString("utf8");

  it("hands the event over unchanged and returns the handler's answer as JSON carries it", async () => {
    const event = { does: "echo", text: "é \u2028 😀", deep: [1, null, { a: false }] };
    expect(await (await start("echo.mjs")).invoke("charge", event)).toEqual({ returned: event });
  });

  it("returns null for a handler that returns undefined", async () => {
    expect(await seen("nothing")).toEqual({ returned: null });
  });

  it("returns batchItemFailures unchanged", async () => {
    const event = { does: "echo", batchItemFailures: [{ itemIdentifier: "m-2" }] };
    expect(await (await start("echo.mjs")).invoke("charge", event)).toEqual({ returned: event });
  });

  it("tells a thrown error by its name and message", async () => {
    expect(await seen("throwClass")).toEqual({ threw: { type: "OrderRefused", message: "no stock" } });
  });

  it("tells a thrown string by its type", async () => {
    expect(await seen("throwString")).toEqual({ threw: { type: "string", message: "just text" } });
  });

  it("tells an answer that JSON cannot carry", async () => {
    expect(await seen("bigint")).toEqual({ threw: { type: "Runtime.JSONStringifyError", message: "Unable to stringify response body" } });
  });

  it("sees an exit with code 0 when the promise never settles and nothing is pending", async () => {
    expect(await seen("settlesNever")).toEqual({ exited: 0 });
  });

  it("sees a timeout when the promise never settles and a timer is pending", async () => {
    const began = Date.now();
    expect(await seen("hangs", { timeoutMs: 300 })).toEqual({ timedOut: true });
    expect(Date.now() - began).toBeGreaterThanOrEqual(299);
  });

  it("sees the code of process.exit", async () => {
    expect(await seen("exits")).toEqual({ exited: 3 });
  });

  it("sees the signal that killed the process", async () => {
    expect(await seen("dies")).toEqual({ exited: null, signal: "SIGKILL" });
  });

  it("sees an exit with code 1, and the stack in the logs, after a late throw", async () => {
    const unit = await start("echo.mjs");
    expect(await unit.invoke("charge", { does: "late" })).toEqual({ exited: 1 });
    expect(unit.logs()).toContain("too late");
  });

  it("tells why the module could not be imported", async () => {
    const unit = await start("broken.mjs");
    expect(await unit.invoke("charge", {})).toEqual({ threw: { type: "TypeError", message: "cannot load" } });
    expect(unit.logs()).toContain("cannot load");
  });

  it("tells that the handler is missing", async () => {
    expect(await (await start("nothing.mjs")).invoke("charge", {})).toMatchObject({ threw: { type: "Runtime.HandlerNotFound" } });
  });

  it("tells that a callback handler is refused", async () => {
    expect(await (await start("callback.mjs")).invoke("charge", {})).toMatchObject({ threw: { type: "Runtime.CallbackHandlerDeprecated" } });
  });

  it("sees the code of a process that exits while it loads", async () => {
    expect(await (await start("quits.mjs")).invoke("charge", {})).toEqual({ exited: 5 });
  });

  it("gives the init phase ten seconds, whatever the function's timeout", async () => {
    const unit = await start("loadsForever.mjs", { timeoutMs: 1_000 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const ends: unknown[] = [];
      const end = unit.invoke("charge", {}).then((seen) => ends.push(seen));
      await written(unit, "loading");
      await vi.advanceTimersByTimeAsync(9_999);
      expect(ends).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      await end;
      expect(ends).toEqual([{ threw: { type: "Sandbox.Timedout", message: expect.stringMatching(/^RequestId: [-0-9a-f]{36} Error: Task timed out after 10.00 seconds$/) } }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("starts a new process after a failed init", async () => {
    const unit = await start("recovers.mjs", { env: { MARK: join(folder, `${client}.mark`) } });
    expect(await unit.invoke("charge", {})).toEqual({ threw: { type: "Error", message: "not yet" } });
    expect(await unit.invoke("charge", {})).toEqual({ returned: "ready" });
  });

  it.each(["exits", "settlesNever", "hangs"])("answers the next invocation from a new process after the handler %s", async (does) => {
    const unit = await start("echo.mjs", { timeoutMs: 300 });
    const first = await unit.invoke("charge", { does: "count" });
    expect(await unit.invoke("charge", { does })).not.toHaveProperty("returned");
    const second = await unit.invoke("charge", { does: "count" });
    expect(second).toMatchObject({ returned: { calls: 1 } });
    expect(second).not.toEqual(first);
  });

  it("ends the next invocation when work left over ends the process, as Lambda does after a thaw", async () => {
    const unit = await start("echo.mjs");
    expect(await unit.invoke("charge", { does: "dieAfterAnswer" })).toEqual({ returned: "answered" });
    await written(unit, "leaving");
    expect(await unit.invoke("charge", { does: "count" })).toEqual({ exited: 4 });
    expect(await unit.invoke("charge", { does: "count" })).toMatchObject({ returned: { calls: 1 } });
  });

  it("runs one invocation after another in the same process, also after a throw", async () => {
    const unit = await start("echo.mjs");
    const first = await unit.invoke("charge", { does: "count" });
    await unit.invoke("charge", { does: "throwClass" });
    const { pid } = (first as { returned: { pid: number } }).returned;
    expect(await unit.invoke("charge", { does: "count" })).toEqual({ returned: { calls: 2, pid } });
  });

  it("runs concurrent invocations one at a time, in the order of their calls", async () => {
    const unit = await start("echo.mjs");
    const ends = await Promise.all([1, 2, 3].map(() => unit.invoke("charge", { does: "slow" })));
    expect(ends).toEqual([{ returned: 1 }, { returned: 2 }, { returned: 3 }]);
  });

  it("keeps what the function wrote, on both streams", async () => {
    const unit = await start("echo.mjs");
    await unit.invoke("charge", { does: "log" });
    await unit.stop();
    expect(unit.logs()).toMatch(/INFO\tto stdout\n/);
    expect(unit.logs()).toMatch(/ERROR\tto stderr\n/);
    expect(unit.logs()).toContain("raw\n");
  });

  it("tells the handler its deadline, its names and its trace", async () => {
    const { returned } = (await seen("context")) as { returned: Record<string, unknown> };
    expect(returned).toMatchObject({ functionName: "orders", functionVersion: "$LATEST", invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:orders", cwd: folder });
    expect(returned.trace).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(returned.remainingMs).toBeGreaterThan(4_000);
    expect(returned.remainingMs).toBeLessThanOrEqual(5_000);
  });

  it("gives the process Lambda's variables and the unit's, and none of this process's own", async () => {
    process.env.ISOBAR_TEST_LEAK = "leaked";
    const { returned } = (await seen("env", { env: { ISOBAR_OUTBOX: "/tmp/outbox" } })) as { returned: Record<string, string> };
    delete process.env.ISOBAR_TEST_LEAK;
    expect(returned).toMatchObject({ ISOBAR_OUTBOX: "/tmp/outbox", AWS_LAMBDA_FUNCTION_NAME: "orders", LAMBDA_TASK_ROOT: folder, _HANDLER: "echo.handler", TZ: ":UTC" });
    expect(returned).not.toHaveProperty("ISOBAR_TEST_LEAK");
    expect(returned).not.toHaveProperty("HOME");
  });

  it("refuses an event over 6 MB without running the function, and takes one of exactly 6 MB", async () => {
    const unit = await start("echo.mjs");
    const event = (bytes: number): unknown => ({ does: "nothing", pad: "A".repeat(bytes - JSON.stringify({ does: "nothing", pad: "" }).length) });
    const refused = { refused: { code: "RequestEntityTooLargeException", message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation" } };
    expect(await unit.invoke("charge", event(7 * 1024 * 1024))).toEqual(refused);
    expect(await unit.invoke("charge", event(6_291_457))).toEqual(refused);
    expect(await unit.invoke("charge", "é".repeat(3_145_728))).toEqual(refused);
    expect(unit.logs()).toBe("");
    expect(await unit.invoke("charge", event(6_291_456))).toEqual({ returned: null });
  });

  it("fails an answer over 6 MB and carries on in the same process", async () => {
    const unit = await start("echo.mjs");
    const first = await unit.invoke("charge", { does: "count" });
    const tooLarge = { threw: { type: "Function.ResponseSizeTooLarge", message: "Response payload size exceeded maximum allowed payload size (6291556 bytes)." } };
    expect(await unit.invoke("charge", { does: "big", bytes: 7_000_000 })).toEqual(tooLarge);
    expect(await unit.invoke("charge", { does: "big", bytes: 6_291_557 })).toEqual(tooLarge);
    expect(await unit.invoke("charge", { does: "big", bytes: 6_291_556 })).toHaveProperty("returned");
    const { pid } = (first as { returned: { pid: number } }).returned;
    expect(await unit.invoke("charge", { does: "count" })).toEqual({ returned: { calls: 2, pid } });
  });

  it("takes the prelude off a streamed HTTP answer and keeps the order of its chunks", async () => {
    const answer = await streamed("http");
    expect(answer.contentType).toBe("application/vnd.awslambda.http-integration-response");
    expect(answer.prelude).toEqual({ statusCode: 201, headers: { "x-a": "b" }, cookies: ["c=d"] });
    expect(body(answer)).toBe("first,second,third");
    expect(answer).not.toHaveProperty("failed");
  });

  it("returns a stream of the handler's own content type without a prelude", async () => {
    const answer = await streamed("plain");
    expect(answer).toMatchObject({ contentType: "text/plain", prelude: undefined });
    expect(body(answer)).toBe("one,two");
  });

  it("returns an empty stream", async () => {
    expect(await streamed("empty")).toEqual({ contentType: "application/octet-stream", prelude: undefined, chunks: [] });
  });

  it("keeps what was streamed before a throw and tells the error", async () => {
    const answer = await streamed("throwMid");
    expect(answer.prelude).toMatchObject({ statusCode: 201 });
    expect(body(answer)).toBe("first,second,");
    expect(answer.failed).toEqual({ type: "RangeError", message: "half way: é" });
  });

  it("tells a throw before the first byte of a stream", async () => {
    expect(await streamed("throwFirst")).toMatchObject({ chunks: [], failed: { type: "RangeError", message: "before a byte" } });
  });

  it("sees no prelude when the handler ends the stream without a write, because the client drops it", async () => {
    expect(await streamed("endsOnly")).toMatchObject({ prelude: undefined, chunks: [Buffer.from("body")] });
  });

  it("fails a stream over 200 MB and keeps what fits", async () => {
    const answer = await streamed("tooMuch");
    expect(answer.failed?.type).toBe("Function.ResponseSizeTooLarge");
    expect(answer.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBeLessThanOrEqual(200 * 1024 * 1024);
  });

  it("sees the exit, not the torn stream, when the process ends while it streams", async () => {
    expect(await (await start("streams.mjs")).invoke("charge", { does: "exits" })).toEqual({ exited: 3 });
  });

  it("sees an exit with code 1 when the handler destroys its stream, because the client dies of it", async () => {
    expect(await (await start("streams.mjs")).invoke("charge", { does: "destroys" })).toEqual({ exited: 1 });
  });

  it("answers the next invocation after a stream that failed", async () => {
    const unit = await start("streams.mjs");
    await unit.invoke("charge", { does: "throwMid" });
    expect(await unit.invoke("charge", { does: "plain" })).toMatchObject({ returned: { streamed: { contentType: "text/plain" } } });
  });

  it("ends the invocation under way when it is stopped, rejects later ones, and may be stopped again", async () => {
    const unit = await start("echo.mjs");
    await unit.invoke("charge", { does: "count" });
    const [under, waiting] = [unit.invoke("charge", { does: "hangs" }), unit.invoke("charge", { does: "count" })];
    const rejected = expect(waiting).rejects.toThrow("The unit orders was stopped");
    await new Promise((done) => setTimeout(done, 20));
    await Promise.all([unit.stop(), unit.stop()]);
    expect(await under).toEqual({ exited: null, signal: "SIGTERM" });
    await rejected;
    await expect(unit.invoke("charge", {})).rejects.toThrow("The unit orders was stopped");
  });

  it("kills a process that ignores SIGTERM", async () => {
    const unit = await start("echo.mjs");
    await unit.invoke("charge", { does: "deaf" });
    const { pid } = ((await unit.invoke("charge", { does: "count" })) as { returned: { pid: number } }).returned;
    await unit.stop();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

it("rejects a function that is not of this unit", async () => {
  const unit = await startUnit({ unit: "orders", folder, entry: "echo.mjs", functions: ["charge"], timeoutMs: 1_000 });
  await expect(unit.invoke("refund", {})).rejects.toThrow("The unit orders has no function refund; it has: charge");
  await unit.stop();
});

it("rejects an event that is no JSON value", async () => {
  const unit = await startUnit({ unit: "orders", folder, entry: "echo.mjs", functions: ["charge"], timeoutMs: 1_000 });
  await expect(unit.invoke("charge", undefined)).rejects.toThrow("An event must be a JSON value, not undefined");
  await expect(unit.invoke("charge", 1n)).rejects.toThrow(TypeError);
  await unit.stop();
});
