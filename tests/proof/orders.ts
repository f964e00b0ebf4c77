/** The example's app, built as it would be deployed, on three real runtimes: the same inputs, in each cloud's native format. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { NeutralMessage, NeutralRequest, RunningUnit } from "@isobar/core/adapter";
import { bytesOf, frontsOf, outboxVariable, takeEffects, takeWritten, wireOf, type Subject } from "@isobar/conformance/lab";
import type { Row } from "./row.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Milliseconds; over the example's own timeouts and their margin. */
const nativeTimeoutMs = 5_000;

interface BuiltUnit {
  readonly cloud: string;
  readonly unit: string;
  readonly functions: readonly string[];
  readonly folder: string;
  readonly entry: string;
  readonly bytes: number;
}

/** Builds with the CLI, as a user would. */
async function build(out: string): Promise<readonly BuiltUnit[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "packages/cli/dist/bin.js"), "build", join(root, "examples/orders/isobar.config.ts"), "--out", out, "--outbox", "@isobar/conformance/outbox", "--json"], { timeout: 60_000 });
  return (JSON.parse(stdout) as { readonly units: readonly BuiltUnit[] }).units;
}

const post = (path: string, body: string, method = "POST"): NeutralRequest => ({
  method,
  url: `https://shop.example${path}`,
  headers: [["host", "shop.example"], ["content-type", "application/json"]],
  body: method === "GET" ? undefined : new Uint8Array(Buffer.from(body)),
});
const requests: readonly (readonly [what: string, request: NeutralRequest])[] = [
  ["POST a good order", post("/orders/acme", '{"id":"order-1","total":99.5}')],
  ["POST to a tenant with spaces and umlauts", post("/orders/caf%C3%A9%20noir", '{"id":"order-2","total":1}')],
  ["POST an order with a negative total", post("/orders/acme", '{"id":"order-3","total":-1}')],
  ["POST an order without an id", post("/orders/acme", '{"total":1}')],
  ["POST an order with __proto__", post("/orders/acme", '{"id":"order-4","total":1,"__proto__":{"admin":true}}')],
  ["POST what is not JSON", post("/orders/acme", "{ total: 1")],
  ["GET where only POST is", post("/orders/acme", "", "GET")],
  ["POST to a path that does not exist", post("/nowhere", "{}")],
];
const order = (id: string, total = 10) => JSON.stringify({ id, total });
const messages: readonly (readonly [what: string, message: Partial<NeutralMessage<undefined>> & { readonly body: string }])[] = [
  ["good order", { body: order("order-1") }],
  ["good order, third attempt", { body: order("order-1"), attempt: 3 }],
  ["order over the limit: rejected", { body: order("order-5", 20_000) }],
  ["order that does not fit its schema", { body: '{"id":"order-6","total":"many"}' }],
  ["poison: not JSON at all", { body: "\u0000poison" }],
  ["provider down, first attempt", { body: order("down-1") }],
  ["provider down, last attempt", { body: order("down-1"), attempt: 5 }],
  ["delivered beyond the last attempt", { body: order("order-1"), attempt: 6 }],
  ["slower than its timeout", { body: order("slow-1") }],
  ["kills the process", { body: order("fatal-1") }],
  ["good order after the crash", { body: order("order-8") }],
];

/** Runs every input on every cloud. `say` hears of progress. */
export async function proveOrders(clouds: readonly Subject[], say: (line: string) => void): Promise<readonly Row[]> {
  const out = mkdtempSync(join(tmpdir(), "isobar-orders-"));
  const running: RunningUnit[] = [];
  const rows = [...requests, ...messages].map(([input]) => ({ input, outcomes: {} as Record<string, string>, exact: {} as Record<string, string> }));
  try {
    const units = await build(out);
    for (const { cloud, unit, bytes } of units) say(`built ${cloud}/${unit}: ${bytes} bytes`);
    for (const subject of clouds) {
      const outbox = join(out, `${subject.cloud}.outbox`);
      const start = async (functionName: string) => {
        const built = units.find((each) => each.cloud === subject.cloud && each.functions.includes(functionName));
        if (built === undefined) throw new Error(`nothing was built for ${functionName} on ${subject.cloud}`);
        // Where the platform installs packages beside the bundle, so does this.
        if (subject.cloud === "gcp") linkPackage(built.folder, "@google-cloud", "functions-framework");
        const unit = await subject.startUnit({ unit: built.unit, folder: built.folder, entry: built.entry, functions: built.functions, timeoutMs: nativeTimeoutMs, env: { [outboxVariable]: outbox } });
        running.push(unit);
        return unit;
      };
      const front = frontsOf(subject)[0]!.side;
      const broker = wireOf(subject, "queue").side;
      const checkout = await start("checkout");
      for (const [i, [, request]] of requests.entries()) {
        const answer = front.interpret(await checkout.invoke("checkout", front.fabricate(request)));
        const effects = takeEffects(outbox);
        rows[i]!.outcomes[subject.cloud] = "failed" in answer ? `failed: ${answer.failed}` : [answer.status, ...effects.map(({ to }) => `sent to ${to.name}`)].join(", ");
        rows[i]!.exact[subject.cloud] = "failed" in answer ? answer.failed : JSON.stringify({ status: answer.status, type: answer.headers.filter(([name]) => name === "content-type" || name === "allow"), body: Buffer.from(answer.body).toString("utf8"), effects });
      }
      const charge = await start("charge");
      for (const [i, [, message]] of messages.entries()) {
        const native = broker.fabricate([{ id: "message-1", attempt: 1, enqueuedAt: Date.UTC(2030, 0, 1), ...message }], "orders");
        const [outcome] = broker.interpret(await charge.invoke("charge", native), native);
        const { effects, putOff } = takeWritten(outbox);
        const letters = effects.map((effect) => {
          const { to, attribute = "{}" } = effect;
          // The moment of writing is each cloud's own.
          const { last: _, ...told } = JSON.parse(attribute) as { readonly last?: number; readonly reason?: string };
          return { to: to.name, body: bytesOf(effect).toString("base64"), ...told };
        });
        // A copy behind a delay is the message coming again, whatever became of the original.
        const then = putOff.some((effect) => effect.do === "requeue") ? "again" : outcome?.then;
        const row = rows[requests.length + i]!;
        row.outcomes[subject.cloud] = [then === "done" ? "acknowledged" : "comes again", ...letters.map(({ to, reason = "" }) => `in ${to}: ${reason}`)].join(", ");
        row.exact[subject.cloud] = JSON.stringify({ then, letters });
      }
      say(`ran ${rows.length} inputs on ${subject.cloud}`);
    }
    return rows;
  } finally {
    await Promise.all(running.map((unit) => unit.stop()));
    rmSync(out, { recursive: true, force: true });
  }
}

function linkPackage(folder: string, scope: string, name: string): void {
  mkdirSync(join(folder, "node_modules", scope), { recursive: true });
  symlinkSync(join(root, "node_modules", scope, name), join(folder, "node_modules", scope, name), "dir");
}
