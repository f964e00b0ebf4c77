/** `isobar decode` as users run it: the codec and the cloud's own runtime say the same of one payload. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { events, frontsOf, wireOf } from "@isobar/conformance/lab";
import type { MessageSide, NeutralMessage } from "@isobar/core/adapter";
import { afterAll, describe, expect, test } from "vitest";
import { clouds } from "./proof/clouds.ts";

const bin = fileURLToPath(new URL("../packages/cli/bin/isobar.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "isobar-decode-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A native payload as it is captured: bytes as this cloud's captures spell them. */
function captured(cloud: string, name: string, native: unknown): string {
  const file = join(folder, `${cloud}-${name}.json`);
  const spelled = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString(cloud === "gcp" ? "utf8" : "base64");
    if (Array.isArray(value)) return value.map(spelled);
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spelled(each)])) : value;
  };
  writeFileSync(file, JSON.stringify(spelled(native)));
  return file;
}
/** From a folder without packages: what is beside the command serves. */
const decode = (args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly lines: readonly Record<string, unknown>[] }>((resolve, reject) => {
    execFile(process.execPath, [bin, "decode", ...args], { cwd: folder, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") return reject(error);
      if (stderr !== "") return reject(new Error(stderr));
      resolve({ code: (error?.code as number | undefined) ?? 0, lines: stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>) });
    });
  });
const message = (body: string, more: object = {}) => ({ id: "message-1", attempt: 2, enqueuedAt: Date.UTC(2030, 0, 1), body, ...more }) as NeutralMessage<never>;

describe.each(clouds.map((subject) => [subject.cloud, subject] as const))("%s", (cloud, subject) => {
  test("a message, an object and a request are the same by the codec and through the runtime", async () => {
    const storage = wireOf(subject, "storage");
    const [front] = frontsOf(subject);
    const request = { method: "POST", url: "https://shop.example/orders/caf%C3%A9?x=1", headers: [["content-type", "text/plain"], ["x-a", "1"]] as const, body: new Uint8Array(Buffer.from("grüße")) };
    const files = [
      ["queue", captured(cloud, "queue", wireOf(subject, "queue").side.fabricate([message('{"n":1}')], "orders"))],
      ["storage", captured(cloud, "storage", (storage.side as MessageSide).fabricate([message("", { told: events.storage("ack", 1).message.told })], "uploads"))],
      ["http", captured(cloud, "http", front!.side.fabricate(request))],
    ] as const;
    for (const [kind, file] of files) {
      const plain = await decode(["--cloud", cloud, "--kind", kind, file]);
      expect([plain.code, plain.lines.map(({ ok }) => ok)]).toEqual([0, [true]]);
      const through = await decode(["--cloud", cloud, "--kind", kind, "--runtime", file]);
      if (kind === "http") {
        expect(through.lines).toMatchObject([{ ok: true, request: { method: "POST", url: (plain.lines[0]!.request as { readonly url: string }).url, body: "grüße" } }]);
        continue;
      }
      const eventsIn = (line: Record<string, unknown>) => (line.items as { readonly deliveries: readonly { readonly attempt: unknown; readonly event: object }[] }[]).flatMap(({ deliveries }) => deliveries.map(({ attempt, event }) => ({ attempt, ...event, source: "" })));
      expect(eventsIn(through.lines[0]!)).toEqual(eventsIn(plain.lines[0]!));
      expect(eventsIn(plain.lines[0]!)).toHaveLength(1);
    }
  }, 120_000);

  test("what is not of the wire is refused by both", async () => {
    const file = captured(cloud, "foreign", { n: 1 });
    for (const more of [[], ["--runtime"]]) {
      const { code, lines } = await decode(["--cloud", cloud, "--kind", "queue", ...more, file]);
      expect([code, lines[0]!.ok, lines[0]!.code]).toEqual([1, false, "invalid-native-event"]);
    }
  }, 120_000);
});
