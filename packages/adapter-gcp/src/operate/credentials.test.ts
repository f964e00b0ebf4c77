import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { tokenOn } from "./credentials.ts";

afterEach(() => vi.unstubAllEnvs());
const { signal } = new AbortController();
function machine(env: Readonly<Record<string, string>>, ...answers: readonly (string | undefined)[]) {
  const ran: (readonly string[])[] = [];
  const clock = { time: 1_893_456_000_000, now: () => clock.time, after: () => () => {} };
  const token = tokenOn({ env, run: async (program, args) => (ran.push([program, ...args]), answers[Math.min(ran.length, answers.length) - 1]) }, clock);
  return { ran, clock, token };
}

test("the environment's token goes first, and no program is run", async () => {
  const { token, ran } = machine({ GOOGLE_OAUTH_ACCESS_TOKEN: "given" }, "ya29.printed");
  expect([await token(signal), ran]).toEqual(["given", []]);
});
test("else the command line's is asked for, and again after five minutes", async () => {
  const { token, ran, clock } = machine({}, "ya29.a-b_c\n", "second");
  expect(await Promise.all([token(signal), token(signal)])).toEqual(["ya29.a-b_c", "ya29.a-b_c"]);
  clock.time += 299_999;
  expect([await token(signal), ran]).toEqual(["ya29.a-b_c", [["gcloud", "auth", "print-access-token"]]]);
  clock.time += 1;
  expect([await token(signal), ran.length]).toEqual(["second", 2]);
});
test.each(["", "secret\nsecret", "a secret", "secret\r\nx: y"])("what it prints is not repeated where it is no token: %j", async (text) => {
  await expect(machine({}, text).token(signal)).rejects.toMatchObject({ code: "send-failed", message: 'no access token: what "gcloud auth print-access-token" prints is none' });
});
test("where there is no such program the metadata server is asked", async () => {
  const server = createServer((_, response) => response.writeHead(200, { "metadata-flavor": "Google" }).end('{"access_token":"own","expires_in":3600}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv("GCE_METADATA_HOST", `127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await machine({}, undefined).token(signal)).toBe("own");
});
test("where there is none of them, the error says what to set", async () => {
  vi.stubEnv("GCE_METADATA_HOST", "127.0.0.1:1");
  await expect(machine({}, undefined).token(signal)).rejects.toMatchObject({ code: "send-failed", message: 'no access token: GOOGLE_OAUTH_ACCESS_TOKEN is not set, there is no command "gcloud" to ask for one, and no metadata server (an access token of the metadata server: ECONNREFUSED)' });
});
test("a signal that has aborted runs nothing", async () => {
  const { token, ran } = machine({}, "printed");
  const reason = new Error("gone");
  await expect(token(AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(ran).toEqual([]);
});
