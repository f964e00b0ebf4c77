import { describe, expect, test } from "vitest";
import { signedHeaders, type Credentials } from "./sign.ts";
import { verified } from "./testing.ts";

/** The published test suite: AWS General Reference, "Signature Version 4 Test Suite" (aws-sig-v4-test-suite); key, time, headers and signatures are its own. */
const credentials: Credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const sessionToken =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
const scope = { service: "service", region: "us-east-1", atMs: Date.UTC(2015, 7, 30, 12, 36) };
const host = { host: "example.amazonaws.com" };
const form = "application/x-www-form-urlencoded";
const vectors = [
  { name: "post-vanilla", headers: host, body: "", credentials, names: "host;x-amz-date", signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
  { name: "post-header-key-sort", headers: { "my-header1": "value1", ...host }, body: "", credentials, names: "host;my-header1;x-amz-date", signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c" },
  { name: "post-header-value-case", headers: { ...host, "my-header1": "VALUE1" }, body: "", credentials, names: "host;my-header1;x-amz-date", signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d" },
  { name: "post-x-www-form-urlencoded", headers: { ...host, "content-type": form }, body: "Param1=value1", credentials, names: "content-type;host;x-amz-date", signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
  { name: "post-x-www-form-urlencoded-parameters", headers: { ...host, "content-type": `${form}; charset=utf8` }, body: "Param1=value1", credentials, names: "content-type;host;x-amz-date", signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe" },
  { name: "post-sts-header-before", headers: host, body: "", credentials: { ...credentials, sessionToken }, names: "host;x-amz-date;x-amz-security-token", signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead" },
];

describe("a request is signed as the published vectors are", () => {
  test.each(vectors)("$name", ({ headers, body, credentials, names, signature }) => {
    const signed = signedHeaders({ path: "/", headers, body }, credentials, scope);
    expect(signed).toEqual({
      ...headers,
      "x-amz-date": "20150830T123600Z",
      ...(credentials.sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    });
  });
  test("a header's value is signed without the blanks around it", () => {
    const signed = (value: string) => signedHeaders({ path: "/", headers: { ...host, "my-header1": value }, body: "" }, credentials, scope).authorization;
    expect(signed("  VALUE1 ")).toBe(signed("VALUE1"));
  });
});

describe("the arithmetic that tests check signatures with", () => {
  const signed = (names: string, signature: string) => ({ authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`, "x-amz-date": "20150830T123600Z" });
  test.each(vectors)("takes the published $name", ({ headers, body, credentials, names, signature }) => {
    const token: Readonly<Record<string, string>> = credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken };
    expect(verified("POST", "/", { ...headers, ...token, ...signed(names, signature) }, body, credentials)).toBe("service us-east-1");
  });
  test("refuses another body, another path, another key, and a header that is not signed", () => {
    const { names, signature } = vectors[0]!;
    const headers = { ...host, ...signed(names, signature) };
    expect([
      verified("POST", "/", headers, "x", credentials),
      verified("POST", "/x", headers, "", credentials),
      verified("POST", "/", headers, "", { ...credentials, secretAccessKey: "other" }),
      verified("POST", "/", { ...headers, "x-amz-security-token": "t" }, "", credentials),
      verified("POST", "/", host, "", credentials),
    ]).toEqual(["the signature does not match", "the signature does not match", "the signature does not match", "x-amz-security-token is not signed", "no signature: undefined"]);
  });
});
