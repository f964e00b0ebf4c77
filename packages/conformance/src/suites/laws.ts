/** Laws: whatever is sent arrives, for inputs that nobody chose. The seed is fixed and printed by a failure, with the smallest input that breaks the law. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { SeenEvent } from "../app/index.ts";
import type { HttpLab, MessageLab, Requirement } from "../requirement.ts";
import { enqueuedAt } from "../requirement.ts";
import { arriving, echo } from "./http.ts";

const settings = { seed: 20300101, numRuns: 40 } as const;
const plain = fc.stringMatching(/^[A-Za-z0-9\-._~!$'()*,;:@]{1,12}$/).filter((segment) => !/^\.{1,2}$/.test(segment));
/** "%2F" is left out: an announced difference of front ends that decode paths. */
const segment = fc.oneof(plain, fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }).filter((text) => text.isWellFormed() && !text.includes("/") && !/^\.{1,2}$/.test(text)).map(encodeURIComponent));
/** The URL Standard's special-query set includes the apostrophe: every client that follows it sends %27, and a runtime that builds a URL makes it so. */
const queryPart = fc.string({ maxLength: 5 }).filter((text) => text.isWellFormed()).map((text) => encodeURIComponent(text).replaceAll("'", "%27"));
const query = fc.array(fc.tuple(queryPart, queryPart), { maxLength: 4 }).map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join("&"));
const headerValue = fc.stringMatching(/^[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\xa1-\xff]{0,20}[\x21-\x7e\xa1-\xff])?$/);

export const httpLaws: readonly Requirement<HttpLab>[] = [
  {
    sentence: "HTTP 9: whatever a client sends MUST arrive as it was sent",
    async check(lab) {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom("GET", "POST", "PUT", "DELETE"), fc.array(segment, { minLength: 1, maxLength: 4 }), query, headerValue, fc.uint8Array({ maxLength: 64 }), async (method, segments, search, value, body) => {
          const url = `https://api.example.com/${segments.join("/")}${search === "" ? "" : `?${search}`}`;
          const sent = method === "GET" || body.length === 0 ? undefined : new Uint8Array(body);
          const arrived = await echo(lab, { method, url, headers: [["x-any", value], ["content-type", "application/octet-stream"]], body: sent });
          assert.deepEqual(
            { method: arrived.method, url: arriving(lab, arrived.url), any: arrived.headers.find(([name]) => name === "x-any")?.[1], body: arrived.body ?? "" },
            { method, url: arriving(lab, url), any: value, body: sent === undefined ? "" : Buffer.from(sent).toString("base64") },
          );
        }),
        settings,
      );
    },
  },
];

export const queueLaws: readonly Requirement<MessageLab>[] = [
  {
    sentence: "QUEUE 17: whatever JSON a sender writes MUST arrive as it was written",
    async check(lab) {
      await fc.assert(
        fc.asyncProperty(fc.json({ maxDepth: 3 }).filter((text) => text.isWellFormed()), fc.integer({ min: 1, max: 5 }), async (body, attempt) => {
          const { then, effects } = await lab.hand("consumePlain", [{ body, attempt }]);
          const [seen] = effects.map((effect) => JSON.parse(effect.body as string) as SeenEvent);
          assert.deepEqual([then, JSON.stringify(seen?.data), seen?.attempt, seen?.time], [["done"], JSON.stringify(JSON.parse(body)), lab.side.tellsAttempt ? attempt : null, new Date(enqueuedAt).toISOString()]);
        }),
        settings,
      );
    },
  },
];
