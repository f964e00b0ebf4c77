/** What every front end of every cloud keeps of a request and an answer. */
import assert from "node:assert/strict";
import type { NeutralAnswer, NeutralRequest } from "@isobar/core/adapter";
import type { Echoed, Wanted } from "../app/index.ts";
import type { HttpLab, Requirement } from "../requirement.ts";

const host = "https://api.example.com";
type Answered = Exclude<NeutralAnswer, { readonly failed: string }>;

function answered(answer: NeutralAnswer): Answered {
  assert.ok(!("failed" in answer), `the client got no answer of ours: ${JSON.stringify(answer)}`);
  return answer as Answered;
}
const textOf = (answer: NeutralAnswer) => Buffer.from(answered(answer).body).toString("utf8");
const valuesOf = (answer: Answered, name: string) => answer.headers.filter(([key]) => key === name).map(([, value]) => value);

/** The function of the app that a front end would choose. */
export function echoFunction({ method, url }: Pick<NeutralRequest, "method" | "url">): string {
  const place = new URL(url).pathname === "/" ? "root" : "rest";
  const known = { GET: "Get", HEAD: "Get", POST: "Post", PUT: "Put", PATCH: "Patch", DELETE: "Delete" }[method];
  return known === undefined || (place === "root" && !["Get", "Post"].includes(known)) ? "restAll" : `${place}${known}`;
}
export async function echo(lab: HttpLab, request: Partial<NeutralRequest> & { readonly url: string }): Promise<Echoed> {
  const answer = answered(await lab.ask(echoFunction({ method: "GET", ...request }), request));
  assert.equal(answer.status, 200, `status ${answer.status}: ${textOf(answer)}`);
  return JSON.parse(textOf(answer)) as Echoed;
}
const header = (echoed: Echoed, name: string) => echoed.headers.find(([key]) => key === name)?.[1];

/** A URL as it must arrive behind this front end: the very text, or its path and the values of its query by key, sorted, where the front end says that it cannot keep more. */
export function arriving({ front: { side } }: HttpLab, url: string): unknown {
  if (side.respellsQuery === undefined && side.keepsLastValue === undefined) return url;
  const [path, query = ""] = url.split("?");
  const values = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) values.set(key, side.keepsLastValue === undefined ? [...(values.get(key) ?? []), value] : [value]);
  return [path, ...[...values].sort(([a], [b]) => (a < b ? -1 : 1))];
}

/** Asks for an answer of this shape. */
const wants = (lab: HttpLab, wanted: Wanted, method = "POST") =>
  lab.ask("answer", { method, url: `${host}/answer/x`, headers: [["x-wanted", Buffer.from(JSON.stringify(wanted)).toString("base64url")]], ...(method === "POST" ? { body: new Uint8Array() } : {}) });

/** A cookie as a browser reads it: attributes in any order and case, dates as times. */
function cookie(text: string): string {
  const [pair, ...attributes] = text.split(/;\s*/);
  const spelled = attributes.map((each) => {
    const [name = "", value] = each.split("=");
    return value === undefined ? name.toLowerCase() : `${name.toLowerCase()}=${name.toLowerCase() === "expires" ? Date.parse(value) : value.toLowerCase()}`;
  });
  return [pair, ...spelled.sort()].join("; ");
}
const awkward = new Uint8Array([0x00, 0xff, 0x80, 0x0a]);
const secretFree = (text: string) => assert.doesNotMatch(text, /secret-detail|at .*\.(?:js|mjs|ts):|node_modules/, "an internal message left in an answer");

const requests: readonly Requirement<HttpLab>[] = [
  {
    sentence: "HTTP 1: method, path and query MUST arrive as they were sent, repeated and empty query values included",
    async check(lab) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const echoed = await echo(lab, { method, url: `${host}/a/b-c.d~e/?x=1&x=2&y=&z&q=a%20b%2Bc%26d` });
        assert.deepEqual([echoed.method, arriving(lab, echoed.url)], [method, arriving(lab, `${host}/a/b-c.d~e/?x=1&x=2&y=&z&q=a%20b%2Bc%26d`)]);
      }
    },
  },
  {
    sentence: "HTTP 2: characters that a path carries percent-encoded MUST arrive percent-encoded, and decoded as a parameter",
    async check(lab) {
      const echoed = await echo(lab, { url: `${host}/caf%C3%A9%20au/50%25%3F%23` });
      assert.deepEqual([echoed.url, echoed.params.rest], [`${host}/caf%C3%A9%20au/50%25%3F%23`, "café au/50%?#"]);
    },
  },
  {
    sentence: "HTTP 3: several cookies MUST arrive as one Cookie header, each once",
    async check(lab) {
      assert.equal(header(await echo(lab, { url: `${host}/c`, headers: [["cookie", "a=1; b=x=y; c=\"q\""]] }), "cookie"), "a=1; b=x=y; c=\"q\"");
    },
  },
  {
    sentence: "HTTP 4: header names MUST arrive lower-case, and values unchanged, also those beyond ASCII",
    async check(lab) {
      const echoed = await echo(lab, { url: `${host}/h`, headers: [["x-plain", "a, b; c=\"d\""], ["x-latin", "caf\u00e9"], ["x-empty", ""]] });
      assert.deepEqual([header(echoed, "x-plain"), header(echoed, "x-latin"), header(echoed, "x-empty")], ["a, b; c=\"d\"", "caf\u00e9", ""]);
    },
  },
  {
    sentence: "HTTP 5: a body MUST arrive as the very bytes that were sent, whatever its type",
    async check(lab) {
      for (const [type, body] of [["application/octet-stream", awkward], ["text/plain; charset=utf-8", Buffer.from("grüße ✓")], ["application/json", Buffer.from('{"__proto__":{"polluted":1},"b":"\\u0000"}')], ["application/x-www-form-urlencoded", Buffer.from("a=1&a=2&b=%20")], ["image/png", new Uint8Array(70_000).map((_, i) => i * 7)]] as const) {
        const echoed = await echo(lab, { method: "POST", url: `${host}/b`, headers: [["content-type", type]], body: new Uint8Array(body) });
        assert.equal(echoed.body, Buffer.from(body).toString("base64"), type);
      }
    },
  },
  {
    sentence: "HTTP 6: a GET or HEAD MUST have no body, whatever was sent",
    async check(lab) {
      assert.equal((await echo(lab, { url: `${host}/g`, headers: [["content-type", "text/plain"]], body: new Uint8Array(Buffer.from("lost")) })).body, null);
    },
  },
  {
    sentence: "HTTP 7: the client's address MUST be the one that the front end saw, not one that the client wrote",
    async check(lab) {
      assert.equal((await echo(lab, { url: `${host}/ip`, headers: [["x-forwarded-for", "203.0.113.66"]], clientAddress: "192.0.2.7" })).clientAddress, "192.0.2.7");
    },
  },
  {
    sentence: "HTTP 8: a mounted fetch handler MUST get the platform's own Request, body included",
    async check(lab) {
      const echoed = await echo(lab, { method: "PURGE", url: `${host}/mount?x=1`, headers: [["content-type", "text/plain"]], body: new Uint8Array(Buffer.from("mounted")) });
      assert.deepEqual([echoed.method, echoed.url, echoed.body], ["PURGE", `${host}/mount?x=1`, Buffer.from("mounted").toString("base64")]);
    },
  },
];

const answers: readonly Requirement<HttpLab>[] = [
  {
    sentence: "HTTP 20: every Set-Cookie of an answer MUST reach the client as a header of its own",
    async check(lab) {
      const cookies = ["sid=abc123; Path=/; HttpOnly; Secure; SameSite=Lax", "theme=dark; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Max-Age=3600", "lang=de; Domain=example.com; Path=/shop"];
      for (const how of ["light", "global"] as const)
        for (const count of [1, 2, 3]) {
          const sent = cookies.slice(0, count);
          const given = await wants(lab, { with: how, json: {}, headers: sent.map((each) => ["set-cookie", each]) });
          if (count > (lab.front.side.maxSetCookies ?? count)) {
            assert.ok("failed" in given || given.status === 500, `${count} cookies of a ${how} answer: one that cannot leave is an error, not a loss`);
            continue;
          }
          const answer = answered(given);
          assert.deepEqual(valuesOf(answer, "set-cookie").map(cookie).sort(), sent.map(cookie).sort(), `${count} cookies of a ${how} answer`);
        }
    },
  },
  {
    sentence: "HTTP 21: the bytes of an answer MUST reach the client unchanged, text and binary, encoded or not",
    async check(lab) {
      for (const how of ["light", "global"] as const) {
        const binary = answered(await wants(lab, { with: how, base64: Buffer.from(awkward).toString("base64"), headers: [["content-type", "application/octet-stream"]] }));
        assert.deepEqual([...binary.body], [...awkward]);
        const zipped = answered(await wants(lab, { with: how, base64: Buffer.from("{}").toString("base64"), headers: [["content-type", "application/json"], ["content-encoding", "br"]] }));
        assert.deepEqual([Buffer.from(zipped.body).toString(), valuesOf(zipped, "content-encoding")], ["{}", ["br"]]);
        assert.equal(textOf(await wants(lab, { with: how, text: "grüße ✓" })), "grüße ✓");
      }
    },
  },
  {
    sentence: "HTTP 22: status, media type and other headers MUST reach the client, values beyond ASCII included",
    async check(lab) {
      for (const how of ["light", "global"] as const) {
        const answer = answered(await wants(lab, { with: how, status: 418, json: { a: 1 }, headers: [["x-a", "caf\u00e9"], ["x-b", "1"], ["x-b", "2"]] }));
        assert.deepEqual([answer.status, valuesOf(answer, "content-type"), valuesOf(answer, "x-a"), valuesOf(answer, "x-b").join(", "), textOf(answer)], [418, ["application/json"], ["caf\u00e9"], "1, 2", '{"a":1}']);
      }
    },
  },
  {
    sentence: "HTTP 23: an answer to HEAD, and one with 204 or 304, MUST have no body",
    async check(lab) {
      const head = answered(await lab.ask("restGet", { method: "HEAD", url: `${host}/head` }));
      assert.deepEqual([head.status, head.body.length, valuesOf(head, "x-echo")], [200, 0, ["yes"]]);
      for (const status of [204, 304]) {
        const none = answered(await wants(lab, { with: "light", status }));
        assert.deepEqual([none.status, none.body.length], [status, 0]);
      }
    },
  },
  {
    sentence: "HTTP 24: cross-origin requests MUST be answered as declared, preflights before the handler",
    async check(lab) {
      const preflight = answered(await lab.ask("shared", { method: "OPTIONS", url: `${host}/shared`, headers: [["origin", "https://shop.example"], ["access-control-request-method", "GET"]] }));
      assert.deepEqual([preflight.status, valuesOf(preflight, "access-control-allow-origin"), valuesOf(preflight, "access-control-allow-methods"), valuesOf(preflight, "access-control-max-age")], [204, ["https://shop.example"], ["GET"], ["600"]]);
      const allowed = answered(await lab.ask("shared", { url: `${host}/shared`, headers: [["origin", "https://shop.example"]] }));
      assert.deepEqual([allowed.status, valuesOf(allowed, "access-control-allow-origin"), valuesOf(allowed, "access-control-allow-credentials")], [200, ["https://shop.example"], ["true"]]);
      const foreign = answered(await lab.ask("shared", { url: `${host}/shared`, headers: [["origin", "https://evil.example"]] }));
      assert.deepEqual(valuesOf(foreign, "access-control-allow-origin"), []);
    },
  },
];

const failures: readonly Requirement<HttpLab>[] = [
  {
    sentence: "HTTP 40: a path that no function has MUST be answered 404, and a method that the path has not 405",
    async check(lab) {
      const lost = answered(await lab.ask("answer", { url: `${host}/nowhere` }));
      const wrong = answered(await lab.ask("fails", { url: `${host}/fails/x` }));
      assert.deepEqual([lost.status, wrong.status, valuesOf(wrong, "allow")], [404, 405, ["POST"]]);
    },
  },
  {
    sentence: "HTTP 41: input that does not fit its schema MUST be answered 400 with every issue, and never reach the handler",
    async check(lab) {
      const type: [string, string] = ["content-type", "application/json"];
      const send = (body: string) => lab.ask("typed", { method: "POST", url: `${host}/typed/7`, headers: [type], body: new Uint8Array(Buffer.from(body)) });
      const unfit = answered(await send('{"name":""}'));
      assert.deepEqual([unfit.status, JSON.parse(textOf(unfit)).issues], [400, [{ in: "body", path: "name", message: "a name is needed" }]]);
      assert.equal(answered(await send("{")).status, 400);
      const fit = answered(await send('{"name":"eva","__proto__":{"polluted":true}}'));
      assert.deepEqual(JSON.parse(textOf(fit)), { id: "7", valid: { name: "EVA" }, polluted: null });
    },
  },
  {
    sentence: "HTTP 42: a handler that fails in any way MUST be answered 500 without a word of why, and the next request as ever",
    async check(lab) {
      for (const how of ["throws", "throws-string", "throws-undefined", "no-response", "header-injection"]) {
        const answer = answered(await lab.ask("fails", { method: "POST", url: `${host}/fails/${how}`, body: new Uint8Array() }));
        assert.deepEqual([how, answer.status, valuesOf(answer, "set-cookie")], [how, 500, []]);
        secretFree(textOf(answer));
      }
      assert.equal(textOf(await lab.ask("fails", { method: "POST", url: `${host}/fails/not-at-all`, body: new Uint8Array() })), "fine");
    },
  },
  {
    sentence: "HTTP 43: a handler that never settles MUST be answered 504 at its deadline",
    async check(lab) {
      const answer = answered(await lab.ask("fails", { method: "POST", url: `${host}/fails/never`, body: new Uint8Array() }));
      assert.deepEqual([answer.status, JSON.parse(textOf(answer)).code], [504, "deadline-exceeded"]);
    },
  },
  {
    sentence: "HTTP 44: a handler that kills its process MUST look like no success, and the next request MUST be answered",
    async check(lab) {
      const answer = await lab.ask("fails", { method: "POST", url: `${host}/fails/exits`, body: new Uint8Array() });
      assert.ok("failed" in answer || answer.status >= 500, `answered ${JSON.stringify(answer)}`);
      assert.equal(textOf(await lab.ask("fails", { method: "POST", url: `${host}/fails/not-at-all`, body: new Uint8Array() })), "fine");
    },
  },
  {
    sentence: "HTTP 45: an invocation that is not of this wire MUST never be answered with success",
    async check(lab) {
      for (const { why, native } of lab.front.side.malformed) {
        const answer = lab.front.side.interpret(await lab.raw("answer", native));
        assert.ok("failed" in answer || answer.status >= 400, `${why}: answered ${JSON.stringify(answer)}`);
        if (!("failed" in answer)) secretFree(textOf(answer));
      }
    },
  },
  {
    sentence: "HTTP 46: a body over the platform's limit MUST be refused before the handler; one without a limit arrives whole",
    async check(lab) {
      const { refusedBodyBytes } = lab.front.side;
      const body = new Uint8Array(refusedBodyBytes ?? 8 * 1024 * 1024);
      const seen = await lab.raw("restPost", lab.front.side.fabricate({ method: "POST", url: `${host}/big`, headers: [["content-type", "application/octet-stream"]], body }));
      if (refusedBodyBytes !== undefined) assert.ok("refused" in seen, `not refused: ${Object.keys(seen).join()}`);
      else assert.equal(answered(lab.front.side.interpret(seen)).status, 200);
    },
  },
];

const streams: readonly Requirement<HttpLab>[] = [
  {
    sentence: "HTTP 60: a streamed answer MUST leave in pieces, in order, with its head",
    async check(lab) {
      const answer = answered(await lab.ask("stream", { url: `${host}/stream/pieces` }));
      assert.deepEqual([answer.status, textOf(answer), valuesOf(answer, "x-a")], [201, "piece 0;piece 1;piece 2;", ["1"]]);
      assert.ok((answer.pieces ?? 0) >= 3, `came in ${answer.pieces} pieces`);
    },
  },
  {
    sentence: "HTTP 61: every Set-Cookie of a streamed answer MUST reach the client",
    async check(lab) {
      const answer = answered(await lab.ask("stream", { url: `${host}/stream/cookies` }));
      assert.deepEqual(valuesOf(answer, "set-cookie").map(cookie).sort(), ["a=1; path=/", "b=2; httponly"]);
    },
  },
  {
    sentence: "HTTP 62: a stream that breaks MUST not look whole",
    async check(lab) {
      const answer = await lab.ask("stream", { url: `${host}/stream/breaks` });
      assert.ok("failed" in answer, `answered ${JSON.stringify(answer)}`);
    },
  },
  {
    sentence: "HTTP 63: an answer without a body, or with a whole one, MUST pass through a streaming front end",
    async check(lab) {
      const none = answered(await lab.ask("stream", { url: `${host}/stream/nothing` }));
      const whole = answered(await lab.ask("stream", { url: `${host}/stream/light` }));
      assert.deepEqual([none.status, none.body.length, whole.status, textOf(whole)], [204, 0, 200, "whole"]);
    },
  },
];
export const httpRequirements = { whole: [...requests, ...answers, ...failures], streams } as const;
