import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openService, standingClock, type Service } from "../client/testing.ts";
import { secretOf } from "./secret.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const { signal } = new AbortController();
const minute = 60_000;

let service: Service;
let environment: Record<string, string>;
let time: number;
const clock = () => ({ ...standingClock(), now: () => time });
beforeEach(async () => {
  service = await openService(credentials);
  service.will({ body: { Name: "shop-dev/stripe-key", SecretString: "sk-1" } });
  time = Date.UTC(2030, 0, 1);
  environment = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL_SECRETS_MANAGER: service.endpoint, ISOBAR_SECRET_STRIPE_KEY: "shop-dev/stripe-key", ISOBAR_SECRET_OTHER: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-a1b2c3" };
});
afterEach(() => service.close());
const reader = () => secretOf(() => environment, clock());
const asked = () => service.seen.map(({ headers, signed, body }) => [headers["x-amz-target"], headers["content-type"], signed, JSON.parse(body) as unknown]);
const failing = (promise: Promise<unknown>) => promise.then(() => { throw new Error("it resolved"); }, (error: Error) => error);

describe("a secret is read", () => {
  test("by its name in the unit's environment, in the function's region", async () => {
    expect(await reader()("stripe-key", signal)).toBe("sk-1");
    expect(asked()).toEqual([["secretsmanager.GetSecretValue", "application/x-amz-json-1.1", "secretsmanager eu-central-1", { SecretId: "shop-dev/stripe-key" }]]);
  });
  test("by its ARN, in the region that it names", async () => {
    await reader()("other", signal);
    expect(asked()).toEqual([["secretsmanager.GetSecretValue", "application/x-amz-json-1.1", "secretsmanager eu-west-1", { SecretId: environment.ISOBAR_SECRET_OTHER }]]);
  });
  test("once in five minutes, each name for itself", async () => {
    const secret = reader();
    service.will({ body: { SecretString: "sk-1" } }, { body: { SecretString: "o-1" } }, { body: { SecretString: "sk-2" } });
    const seen = [await secret("stripe-key", signal), await secret("other", signal)];
    time += 5 * minute - 1;
    seen.push(await secret("stripe-key", signal));
    time += 1;
    seen.push(await secret("stripe-key", signal), await secret("stripe-key", signal));
    expect([seen, service.seen.length]).toEqual([["sk-1", "o-1", "sk-1", "sk-2", "sk-2"], 3]);
  });
  test("by one request for all who ask meanwhile", async () => {
    const secret = reader();
    expect(await Promise.all([secret("stripe-key", signal), secret("stripe-key", signal), secret("stripe-key", signal)])).toEqual(["sk-1", "sk-1", "sk-1"]);
    expect(service.seen).toHaveLength(1);
  });
  test("empty where it is", async () => {
    service.will({ body: { SecretString: "" } });
    expect(await reader()("stripe-key", signal)).toBe("");
  });
});

describe("who gives up", () => {
  test("leaves the request to those who wait on", async () => {
    const secret = reader();
    const mine = new AbortController();
    const reason = new Error("too late");
    const given = secret("stripe-key", mine.signal);
    const kept = secret("stripe-key", signal);
    mine.abort(reason);
    expect([await failing(given), await kept, service.seen.length]).toEqual([reason, "sk-1", 1]);
  });
  test("as the last ends it, and the next asks anew", async () => {
    let sawIt = (): void => {};
    const seen = new Promise<void>((resolve) => (sawIt = resolve));
    await service.close();
    service = await openService(credentials, () => sawIt());
    environment.AWS_ENDPOINT_URL_SECRETS_MANAGER = service.endpoint;
    service.will("silence", { body: { SecretString: "sk-2" } });
    const secret = reader();
    const mine = new AbortController();
    const given = secret("stripe-key", mine.signal);
    await seen;
    mine.abort(new Error("too late"));
    const next = secret("stripe-key", signal);
    expect([(await failing(given)).message, await next]).toEqual(["too late", "sk-2"]);
    await service.seen[0]!.gone;
  });
  test("before asking asks nothing", async () => {
    const reason = new Error("too late");
    expect([await failing(reader()("stripe-key", AbortSignal.abort(reason))), service.seen.length]).toEqual([reason, 0]);
  });
});

describe("a secret that cannot be read", () => {
  test("is told by the service's code, and asked for again by the next", async () => {
    const secret = reader();
    service.will({ status: 400, body: { __type: "ResourceNotFoundException", Message: "Secrets Manager can't find the specified secret." } }, { body: { SecretString: "sk-1" } });
    expect(await failing(secret("stripe-key", signal))).toMatchObject({ name: "IsobarError", code: "internal", message: 'secret "stripe-key" could not be read: SECRETSMANAGER GetSecretValue: HTTP 400 ResourceNotFoundException' });
    expect(await secret("stripe-key", signal)).toBe("sk-1");
  });
  test("since it holds bytes is not told as something else", async () => {
    service.will({ body: { SecretBinary: "c2stMQ==" } });
    expect(await failing(reader()("stripe-key", signal))).toMatchObject({ code: "internal", message: 'secret "stripe-key" could not be read: SECRETSMANAGER GetSecretValue: HTTP 200 without SecretString' });
  });
  test.each([
    ["ISOBAR_SECRET_STRIPE_KEY", "ISOBAR_SECRET_STRIPE_KEY is not set"],
    ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID is not set"],
    ["AWS_REGION", "GetSecretValue needs a region: AWS_REGION is not set"],
  ])("for want of %s names it; once it is there, the secret is read", async (name, why) => {
    const secret = reader();
    const { [name]: value, ...rest } = environment;
    environment = rest;
    expect(await failing(secret("stripe-key", signal))).toMatchObject({ code: "internal", message: `secret "stripe-key" could not be read: ${why}` });
    environment = { ...rest, [name]: value! };
    expect(await secret("stripe-key", signal)).toBe("sk-1");
  });
  test("shows its value in no error, whatever the answer holds", async () => {
    service.will({ status: 400, body: "sk-1 in the clear" });
    const error = await failing(reader()("stripe-key", signal));
    expect(JSON.stringify([error.message, error.stack, error.cause, String(error.cause)])).not.toContain("sk-1");
  });
});
