import { expect, onTestFinished, test } from "vitest";
import { openService, standingClock } from "../client/testing.ts";
import { tokenOn } from "./credentials.ts";

const resource = "https://servicebus.azure.net";
const { signal } = new AbortController();
const printed = (more: object = {}) => JSON.stringify({ accessToken: "eyJ.a-b_c", expiresOn: "2030-01-01 02:00:00.000000", expires_on: 1_893_459_600, tokenType: "Bearer", ...more });
function machine(env: Readonly<Record<string, string>>, ...answers: readonly (string | undefined)[]) {
  const ran: (readonly string[])[] = [];
  const clock = standingClock();
  return { ran, clock, token: tokenOn({ env, run: async (program, args) => (ran.push([program, ...args]), answers[Math.min(ran.length, answers.length) - 1]) }, resource, clock) };
}

test("the environment's token goes first, and no program is run", async () => {
  const { token, ran } = machine({ ISOBAR_AZURE_TOKEN: "given" }, printed());
  expect([await token(signal), ran]).toEqual(["given", []]);
});
test("then the machine's own identity", async () => {
  const service = await openService([{ status: 200, body: '{"access_token":"own","expires_on":"1893459600"}' }]);
  onTestFinished(service.close);
  const { token, ran } = machine({ IDENTITY_ENDPOINT: service.endpoint, IDENTITY_HEADER: "h" }, printed());
  expect([await token(signal), ran]).toEqual(["own", []]);
});
test("else the command line's is asked for, for this resource, and again five minutes before it expires", async () => {
  const { token, ran, clock } = machine({}, printed(), printed({ accessToken: "second" }));
  expect(await Promise.all([token(signal), token(signal)])).toEqual(["eyJ.a-b_c", "eyJ.a-b_c"]);
  clock.time = 1_893_459_300_000 - 1;
  expect([await token(signal), ran]).toEqual(["eyJ.a-b_c", [["az", "account", "get-access-token", "--resource", resource, "--output", "json"]]]);
  clock.time += 1;
  expect([await token(signal), ran.length]).toEqual(["second", 2]);
});
test("one that tells its end in local time only is asked for again after five minutes", async () => {
  const { token, ran, clock } = machine({}, printed({ expires_on: undefined }));
  await token(signal);
  clock.time += 299_999;
  await token(signal);
  expect(ran).toHaveLength(1);
  clock.time += 1;
  await token(signal);
  expect(ran).toHaveLength(2);
});
test.each(["", "secret", "null", '{"accessToken":7}', '{"accessToken":"a secret"}', '{"accessToken":"secret\\r\\nx: y"}'])("what it prints is not repeated where it holds none: %j", async (text) => {
  await expect(machine({}, text).token(signal)).rejects.toMatchObject({ code: "send-failed", message: `no token for ${resource}: what "az account get-access-token --resource ${resource} --output json" prints has none` });
});
test("where there is no such program, the error says what to set", async () => {
  await expect(machine({}, undefined).token(signal)).rejects.toMatchObject({ code: "send-failed", message: `no token for ${resource}: ISOBAR_AZURE_TOKEN is not set, this machine has no identity, and there is no command "az" to ask for one` });
});
test("a signal that has aborted runs nothing", async () => {
  const { token, ran } = machine({}, printed());
  const reason = new Error("gone");
  await expect(token(AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(ran).toEqual([]);
});
