import { expect, test } from "vitest";
import { accessOn } from "./credentials.ts";

const command = ["aws", "configure", "export-credentials", "--format", "process"];
const printed = (more: object = {}) => JSON.stringify({ Version: 1, AccessKeyId: "a", SecretAccessKey: "b", SessionToken: "c", Expiration: "2030-01-01T01:00:00+00:00", ...more });
function machine(env: Readonly<Record<string, string>>, ...answers: readonly (string | undefined)[]) {
  const ran: (readonly string[])[] = [];
  const clock = { time: Date.UTC(2030, 0, 1), now: () => clock.time, after: () => () => {} };
  const access = accessOn({ env, run: async (program, args) => (ran.push([program, ...args]), answers[Math.min(ran.length, answers.length) - 1]) }, clock);
  return { ran, clock, access };
}

test("the environment's credentials go first, and no program is run", async () => {
  const { access, ran } = machine({ AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "y", AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" }, printed());
  expect([await access.credentials(), access.region, access.endpoint, ran]).toEqual([{ accessKeyId: "x", secretAccessKey: "y", sessionToken: undefined }, "eu-west-1", "http://127.0.0.1:1", []]);
});
test("an environment that has half of them says what it has not", () => {
  expect(() => machine({ AWS_ACCESS_KEY_ID: "x" }, printed()).access.credentials()).toThrow(expect.objectContaining({ message: "AWS_SECRET_ACCESS_KEY is not set" }));
});
test("else the command line's are asked for once, and again five minutes before they expire", async () => {
  const { access, ran, clock } = machine({ AWS_REGION: "eu-west-1" }, printed(), printed({ AccessKeyId: "d", Expiration: "2030-01-01T02:00:00Z" }));
  const first = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" };
  expect(await Promise.all([access.credentials(), access.credentials()])).toEqual([first, first]);
  clock.time += 54 * 60_000 + 59_999;
  expect([await access.credentials(), ran]).toEqual([first, [command]]);
  clock.time += 1;
  expect([await access.credentials(), ran.length]).toEqual([{ ...first, accessKeyId: "d" }, 2]);
});
test("those of a user do not expire", async () => {
  const { access, ran, clock } = machine({}, JSON.stringify({ Version: 1, AccessKeyId: "a", SecretAccessKey: "b" }));
  await access.credentials();
  clock.time += 1e12;
  expect([await access.credentials(), ran.length]).toEqual([{ accessKeyId: "a", secretAccessKey: "b", sessionToken: undefined }, 1]);
});
test("where the program is not there, the error says what to set", async () => {
  await expect(machine({}, undefined).access.credentials()).rejects.toMatchObject({ code: "send-failed", message: 'no credentials: AWS_ACCESS_KEY_ID is not set, and there is no command "aws" to ask for some' });
});
test.each(["", "secret", '["secret"]', '{"AccessKeyId":"secret"}', '{"AccessKeyId":"","SecretAccessKey":"secret"}'])("what it prints is not repeated where it holds none: %j", async (text) => {
  await expect(machine({}, text).access.credentials()).rejects.toMatchObject({ code: "send-failed", message: 'no credentials: what "aws configure export-credentials --format process" prints has none' });
});
