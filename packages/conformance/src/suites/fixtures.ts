/** Each fixture as a requirement: the cloud's own spelling, through its real runtime, is the one expected event. */
import assert from "node:assert/strict";
import type { Echoed, SeenEvent } from "../app/index.ts";
import { casesOf, type HttpExpectation, type Native, type QueueExpectation } from "../fixtures.ts";
import type { HttpLab, MessageLab, Requirement } from "../requirement.ts";
import { echoFunction } from "./http.ts";

function spelling(natives: Readonly<Record<string, Native>>, name: string, key: string): Native {
  const native = natives[key];
  assert.ok(native !== undefined, `fixture ${name} has no answer for ${key}: spell it, or say why this cloud cannot`);
  return native;
}

/** `key`: a cloud, or a cloud and a variant after a dot. */
export const httpFixtures = (key: string): readonly Requirement<HttpLab>[] =>
  casesOf<HttpExpectation>("http").map(({ name, event, natives }) => ({
    sentence: `${name}: ${event.requirement}`,
    async check(lab) {
      const native = spelling(natives, name, key);
      if ("cannot" in native) return assert.ok(native.cannot.length > 20, "a reason is a sentence");
      const { method = "GET", path = "/" } = event.request;
      const answer = lab.front.side.interpret(await lab.raw(echoFunction({ method, url: `https://x.example${path}` }), (native as { readonly native: unknown }).native));
      assert.ok(!("failed" in answer), JSON.stringify(answer));
      assert.equal(answer.status, 200);
      if (method === "HEAD") return assert.equal(answer.body.length, 0);
      const echoed = JSON.parse(Buffer.from(answer.body).toString("utf8")) as Echoed;
      const at = echoed.url.indexOf("/", 8);
      const mark = echoed.url.indexOf("?");
      const actual: Record<string, unknown> = {
        method: echoed.method,
        path: mark < 0 ? echoed.url.slice(at) : echoed.url.slice(at, mark),
        query: mark < 0 ? "" : echoed.url.slice(mark + 1),
        clientAddress: echoed.clientAddress,
        headers: Object.fromEntries(Object.keys(event.request.headers ?? {}).map((key) => [key, echoed.headers.find(([each]) => each === key)?.[1] ?? null])),
        body: echoed.body,
      };
      const { body, ...rest } = event.request;
      const expected: Record<string, unknown> = { ...rest, ...(body === undefined ? {} : { body: body === null ? null : "text" in body ? Buffer.from(body.text).toString("base64") : body.base64 }) };
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((part) => [part, actual[part]])), expected);
    },
  }));

const consumers = { json: "consumePlain", bytes: "consumeRaw", ordered: "consumeOrdered" } as const;

export const queueFixtures = (key: string): readonly Requirement<MessageLab>[] =>
  casesOf<QueueExpectation>("queue").map(({ name, event, natives }) => ({
    sentence: `${name}: ${event.requirement}`,
    async check(lab) {
      const native = spelling(natives, name, key);
      if ("cannot" in native) return assert.ok(native.cannot.length > 20, "a reason is a sentence");
      const consumer = consumers[event.queue];
      lab.started.effects(consumer);
      const then: string[] = [];
      for (const invocation of (native as { readonly invocations: readonly unknown[] }).invocations) then.push(...lab.side.interpret(await lab.started.invoke(consumer, invocation), invocation).map((each) => each.then));
      const seen = lab.started.effects(consumer).map(({ body }) => JSON.parse(body as string) as SeenEvent);
      assert.deepEqual(then, event.then);
      // Deliveries without a group start together: their order is no promise.
      const sorted = <E extends { readonly id: string }>(events: readonly E[]) => (event.queue === "ordered" ? [...events] : events.toSorted((a, b) => a.id.localeCompare(b.id)));
      const expected = sorted(event.events);
      const actual = sorted(seen).map((each, i) => Object.fromEntries(Object.keys(expected[i] ?? each).map((part) => [part, part === "base64" ? each.data : each[part as keyof SeenEvent]])));
      assert.deepEqual(actual, expected);
    },
  }));
