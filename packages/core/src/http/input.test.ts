import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvalidInput } from "../run/validate.ts";
import { incoming, type RequestInput } from "../testing/incoming.ts";
import * as http from "../triggers/http.ts";
import { validInput } from "./input.ts";
import { empty } from "./response.ts";

const inputOf = async (...given: Parameters<typeof validInput>) => validInput(...given);
const any = z.any();
const bodyOf = async (init: RequestInput) => ((await validInput(http.post("/a", { access: "public", body: any }, () => empty()), incoming("/a", { method: "POST", ...init }), {})) as { body: unknown }).body;
const refusal = async (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => (error instanceof InvalidInput ? { status: error.status, issues: error.issues } : error));

describe("bodies by their declared media type", () => {
  test.each<[string, RequestInput, unknown]>([
    ["JSON", { headers: { "content-type": "application/json; charset=utf-8" }, body: '{"a":[1]}' }, { a: [1] }],
    ["JSON by suffix", { headers: { "content-type": "application/merge-patch+json" }, body: "1" }, 1],
    ["nothing declared", { body: '"text"' }, "text"],
    ["a form, repeated keys as a list", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "a=1&a=2&b=%20" }, { a: ["1", "2"], b: " " }],
    ["no body", {}, undefined],
    ["an empty body with a type", { headers: { "content-type": "application/json" }, body: "" }, undefined],
  ])("%s", async (_, init, expected) => expect(await bodyOf(init)).toEqual(expected));
  test("a multipart form, a file included", async () => {
    const boundary = "x";
    const body = `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\ncontent-disposition: form-data; name="f"; filename="f.txt"\r\ncontent-type: text/plain\r\n\r\nhello\r\n--x--\r\n`;
    const form = (await bodyOf({ headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body })) as { a: string; f: File };
    expect([form.a, form.f.name, await form.f.text()]).toEqual(["1", "f.txt", "hello"]);
  });
  test.each<[string, RequestInput, unknown]>([
    ["what is not JSON", { body: "{" }, { status: 400, issues: [{ in: "body", path: "", message: "not JSON" }] }],
    ["a type that is not read here", { headers: { "content-type": "image/png" }, body: "x" }, { status: 415, issues: [{ in: "body", path: "", message: "expected JSON or a form, not image/png" }] }],
    ["a multipart form without its boundary", { headers: { "content-type": "multipart/form-data" }, body: "x" }, { status: 400, issues: [{ in: "body", path: "", message: "not a multipart form" }] }],
  ])("%s is refused", async (_, init, expected) => expect(await refusal(bodyOf(init))).toEqual(expected));
});

test("keys like __proto__ are keys, in JSON, forms and queries, and pollute nothing", async () => {
  expect(JSON.stringify(await bodyOf({ body: '{"__proto__":{"polluted":1}}' }))).toBe('{"__proto__":{"polluted":1}}');
  const form = (await bodyOf({ headers: { "content-type": "application/x-www-form-urlencoded" }, body: "__proto__=1&constructor=2" })) as object;
  expect(Object.entries(form)).toEqual([["__proto__", "1"], ["constructor", "2"]]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("the issues of every part come at once", async () => {
  const fn = http.post("/a/{id}", { access: "public", params: z.object({ id: z.string().regex(/^\d+$/, "digits") }), query: z.object({ page: z.coerce.number("a number") }), headers: z.object({ "x-tenant": z.string("needed") }), body: z.object({ lines: z.array(z.object({ n: z.number("a number") })) }) }, () => empty());
  expect(await refusal(inputOf(fn, incoming("/a/x?page=y", { method: "POST", body: { lines: [{ n: "1" }] } }), { id: "x" }))).toEqual({
    status: 400,
    issues: [{ in: "params", path: "id", message: "digits" }, { in: "query", path: "page", message: "a number" }, { in: "headers", path: "x-tenant", message: "needed" }, { in: "body", path: "lines.0.n", message: "a number" }],
  });
});
test("outputs are the schemas', asynchronous ones too", async () => {
  const fn = http.get("/a", { access: "public", query: z.object({ n: z.coerce.number().transform(async (n) => n + 1) }) }, () => empty());
  expect(await validInput(fn, incoming("/a?n=1"), {})).toEqual({ query: { n: 2 } });
});
test("what a validator throws itself is its own failure", async () => {
  const broken = { "~standard": { version: 1 as const, vendor: "test", validate: () => { throw new Error("broken validator"); } } };
  const fn = http.get("/a", { access: "public", query: broken }, () => empty());
  await expect(inputOf(fn, incoming("/a"), {})).rejects.toThrow("broken validator");
});
test("a key that comes three times is a list of three; once, it is no list", async () => {
  const fn = http.get("/a", { access: "public", query: any }, () => empty());
  expect(await inputOf(fn, incoming("/a?x=1&x=2&x=3&y=1"), {})).toEqual({ query: { x: ["1", "2", "3"], y: "1" } });
});
test("headers are given by their lower-case names", async () => {
  const fn = http.get("/a", { access: "public", headers: z.object({ "x-tenant": z.string() }) }, () => empty());
  expect(await inputOf(fn, incoming("/a", { headers: { "X-Tenant": "acme" } }), {})).toEqual({ headers: { "x-tenant": "acme" } });
});
test("a media type that is not read here makes it 415, whatever else does not fit", async () => {
  const fn = http.post("/a", { access: "public", query: z.object({ page: z.string("needed") }), body: any }, () => empty());
  expect(await refusal(inputOf(fn, incoming("/a", { method: "POST", headers: { "content-type": " Text/XML ; charset=utf-8" }, body: "<a/>" }), {}))).toEqual({ status: 415, issues: [{ in: "query", path: "page", message: "needed" }, { in: "body", path: "", message: "expected JSON or a form, not text/xml" }] });
});
test("without anything that takes its time, there is no promise", () => {
  const fn = http.get("/a", { access: "public", query: any }, () => empty());
  expect(validInput(fn, incoming("/a?x=1"), {})).toEqual({ query: { x: "1" } });
});
