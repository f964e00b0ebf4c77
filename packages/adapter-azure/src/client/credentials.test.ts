import { createHmac } from "node:crypto";
import { getEventListeners } from "node:events";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { managedIdentity, sharedAccess, sharedKey, stringToSign, token } from "./credentials.ts";
import { openService, standingClock, type Act, type Seen } from "./testing.ts";

afterEach(() => vi.unstubAllEnvs());
const never = new AbortController().signal;
const tokenOf = (name: string, expiresOn: unknown = "1893459600"): Act => ({ body: JSON.stringify({ access_token: name, expires_on: expiresOn, resource: "https://servicebus.azure.net", token_type: "Bearer" }) });

async function identity(acts: readonly Act[], env: Readonly<Record<string, string>> = {}, heard?: (seen: Seen) => undefined) {
  const service = await openService(acts, heard);
  onTestFinished(service.close);
  const clock = standingClock();
  return { service, clock, token: managedIdentity("https://servicebus.azure.net", { env: { IDENTITY_ENDPOINT: `${service.endpoint}/msi/token`, IDENTITY_HEADER: "the-header", ...env }, clock }) };
}

describe("a token of the managed identity", () => {
  test("is asked for with the platform's own header, and the resource's name", async () => {
    const { service, token } = await identity([tokenOf("t-1")]);
    expect(await token(never)).toBe("t-1");
    expect(service.seen).toMatchObject([{ what: "GET /msi/token?resource=https%3A%2F%2Fservicebus.azure.net&api-version=2019-08-01", headers: { "x-identity-header": "the-header" } }]);
  });
  test("is that of AZURE_CLIENT_ID where there are several", async () => {
    const { service, token } = await identity([tokenOf("t-1")], { AZURE_CLIENT_ID: "5E29463D/1" });
    await token(never);
    expect(service.seen[0]!.what).toBe("GET /msi/token?resource=https%3A%2F%2Fservicebus.azure.net&api-version=2019-08-01&client_id=5E29463D%2F1");
  });
  test("is kept until five minutes before it expires", async () => {
    const { service, clock, token } = await identity([tokenOf("t-1"), tokenOf("t-2", "1893463200")]);
    await token(never);
    clock.time = 1_893_459_300_000 - 1;
    expect([await token(never), service.seen.length]).toEqual(["t-1", 1]);
    clock.time = 1_893_459_300_000;
    expect([await token(never), service.seen.length]).toEqual(["t-2", 2]);
  });
  test("is asked for once, however many wait for it; one who gives up takes it from nobody", async () => {
    const controller = new AbortController();
    const reason = new Error("too late");
    const { service, token } = await identity([tokenOf("t-1")], {}, () => void controller.abort(reason));
    const [impatient, ...patient] = await Promise.allSettled([token(controller.signal), token(never), token(never)]);
    expect(impatient).toEqual({ status: "rejected", reason });
    expect(patient.map((each) => each.status === "fulfilled" && each.value)).toEqual(["t-1", "t-1"]);
    expect([service.seen.length, getEventListeners(controller.signal, "abort")]).toEqual([1, []]);
  });
  test("that could not be had is asked for anew", async () => {
    const { token } = await identity([{ status: 400 }, tokenOf("t-2")]);
    await expect(token(never)).rejects.toThrow(new Error("a token of the managed identity for https://servicebus.azure.net: HTTP 400"));
    expect(await token(never)).toBe("t-2");
  });
  test.each<[string, Act]>([
    ["no JSON", { body: "secret" }],
    ["null", { body: "null" }],
    ["no token", { body: '{"expires_on":"1893459600"}' }],
    ["an empty token", tokenOf("")],
    ["a date", tokenOf("secret", "1/1/2030 12:00:00 AM +00:00")],
    ["no time", { body: '{"access_token":"secret"}' }],
  ])("is none where the answer is %s", async (_, act) => {
    await expect((await identity([act])).token(never)).rejects.toThrow(new Error("a token of the managed identity for https://servicebus.azure.net: the answer holds none"));
  });
  test.each([["IDENTITY_ENDPOINT"], ["IDENTITY_HEADER"]])("is not to be had without %s", async (variable) => {
    const { service, token } = await identity([tokenOf("t-1")], { [variable]: "" });
    await expect(token(never)).rejects.toMatchObject({ code: "send-failed", message: expect.stringContaining(variable) as string });
    expect(service.seen).toEqual([]);
  });
});

describe("a command line's token", () => {
  test("is the one that it was given", async () => {
    vi.stubEnv("ISOBAR_AZURE_TOKEN", "given");
    expect(await token("https://servicebus.azure.net")(never)).toBe("given");
  });
  test("is the managed identity's where it was given none", async () => {
    const service = await openService([tokenOf("t-1")]);
    onTestFinished(service.close);
    vi.stubEnv("ISOBAR_AZURE_TOKEN", "");
    vi.stubEnv("IDENTITY_ENDPOINT", service.endpoint);
    vi.stubEnv("IDENTITY_HEADER", "the-header");
    vi.stubEnv("AZURE_CLIENT_ID", "");
    expect([await token("https://storage.azure.com")(never), service.seen[0]!.what]).toEqual(["t-1", "GET /?resource=https%3A%2F%2Fstorage.azure.com&api-version=2019-08-01"]);
  });
});

describe("a key of Service Bus", () => {
  const connection = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=send only;SharedAccessKey=c2VjcmV0=";
  test("signs the entity's address for an hour", async () => {
    const { namespace, authorize } = sharedAccess(connection, standingClock());
    expect(namespace).toBe("shop.servicebus.windows.net");
    const { authorization } = await authorize({ method: "POST", url: "https://shop.servicebus.windows.net/orders/messages", headers: {} }, never);
    const resource = "https%3A%2F%2Fshop.servicebus.windows.net%2Forders";
    const signature = createHmac("sha256", "c2VjcmV0=").update(`${resource}\n1893459600`).digest("base64");
    expect(authorization).toBe(`SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=1893459600&skn=send%20only`);
  });
  test.each([["Endpoint"], ["SharedAccessKeyName"], ["SharedAccessKey"]])("is none without %s, and does not say what else there is", (name) => {
    const without = connection.split(";").filter((part) => !part.startsWith(`${name}=`)).join(";");
    expect(() => sharedAccess(without, standingClock())).toThrow(expect.objectContaining({ code: "send-failed", message: `the connection string has no ${name}` }));
  });
});

describe("a key of Storage", () => {
  // https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key: both examples of its section on Shared Key.
  test("signs the string of the documentation's first example", () => {
    const asked = { method: "GET", url: "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20", headers: { "x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT" } } as const;
    expect(stringToSign(asked, "myaccount")).toBe("GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20");
  });
  test("signs the string of its second, where a length of zero is left out", () => {
    const asked = { method: "PUT", url: "http://myaccount/mycontainer?restype=container&timeout=30", headers: { "x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT" }, body: new Uint8Array(0) } as const;
    expect(stringToSign(asked, "myaccount")).toBe("PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\nrestype:container\ntimeout:30");
  });
  test("signs length and type of a body, and an emulator's account twice", () => {
    const asked = { method: "POST", url: "http://127.0.0.1:10001/devstoreaccount1/orders/messages?visibilitytimeout=0&messagettl=-1", headers: { "content-type": "application/xml", "x-ms-version": "2021-12-02", "x-ms-date": "d" }, body: Buffer.from("12345") } as const;
    expect(stringToSign(asked, "devstoreaccount1")).toBe("POST\n\n\n5\n\napplication/xml\n\n\n\n\n\n\nx-ms-date:d\nx-ms-version:2021-12-02\n/devstoreaccount1/devstoreaccount1/orders/messages\nmessagettl:-1\nvisibilitytimeout:0");
  });
  test("takes values as they were before they were spelled for the address", () => {
    expect(stringToSign({ method: "DELETE", url: "https://a/q/messages/m%2F1?popreceipt=AgAA%2B%2F%3D", headers: {} }, "a").split("\n").slice(-2)).toEqual(["/a/q/messages/m%2F1", "popreceipt:AgAA+/="]);
  });
  test("is the account's, in base64", async () => {
    const key = Buffer.from("the key's bytes");
    const asked = { method: "GET", url: "https://a/q/messages", headers: {} } as const;
    const signature = createHmac("sha256", key).update("GET\n\n\n\n\n\n\n\n\n\n\n\n/shop/q/messages").digest("base64");
    expect(await sharedKey(`AccountName=shop; AccountKey=${key.toString("base64")}`)(asked, never)).toEqual({ authorization: `SharedKey shop:${signature}` });
  });
  test.each([["AccountName"], ["AccountKey"]])("is none without %s", (name) => {
    expect(() => sharedKey("AccountName=shop;AccountKey=c2VjcmV0".split(";").filter((part) => !part.startsWith(name)).join(";"))).toThrow(expect.objectContaining({ code: "send-failed", message: `the connection string has no ${name}` }));
  });
});
