/** The relay on the real functions framework: what Eventarc posts is published to a Pub/Sub of our own on this machine, and comes back as a push. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { adapter, gcp } from "@isobar/adapter-gcp/deploy";
import { startUnit, wires } from "@isobar/adapter-gcp/testing";
import { changes, defineApp, defineQueue, defineTable } from "@isobar/core";
import type { MessageSide, RunningUnit, Seen } from "@isobar/core/adapter";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

interface Published {
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
}
let status = 200;
let published: { readonly url: string | undefined; readonly message: Published }[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk)).on("end", () => {
    published.push({ url: request.url, message: (JSON.parse(body) as { readonly messages: readonly Published[] }).messages[0]! });
    response.writeHead(status).end('{"messageIds":["m-1"]}');
  });
});
const index = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: "discard" }, timeout: "5s" }, () => {});
const cache = join(process.cwd(), "node_modules", ".cache", "isobar-relay");
let folder: string;
let unit: RunningUnit;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "unit-"));
  const target = gcp(defineApp("shop", { index }));
  const { text } = adapter.entry(target, adapter.units(target)[0]!, () => ({ module: "./index-function.mjs", export: "index" }));
  writeFileSync(join(folder, "entry.mjs"), text);
  writeFileSync(join(folder, "index-function.mjs"), 'import { changes, defineTable } from "@isobar/core";\nexport const index = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: "discard" }, timeout: "5s" }, (event) => console.log(`heard ${JSON.stringify([event.id, event.subject, event.data.operation, event.data.after?.n])}`));\n');
  unit = await startUnit({ unit: "index", folder, entry: "entry.mjs", functions: ["index"], timeoutMs: 30_000, env: { PUBSUB_EMULATOR_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}`, ISOBAR_TOPIC_ISOBAR__RELAY: "projects/p/topics/shop-test-index-relay" } });
});
afterAll(async () => {
  await unit?.stop();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  status = 200;
  published = [];
});

const sideOf = (variant: string) => wires.find((each) => each.kind === "changes" && each.variant === variant)!.side as MessageSide;
const told = { change: { operation: "updated", key: { id: "u-1" }, before: { n: 1 }, after: { n: 2 } }, subject: "users/u-1", time: "2030-01-01T00:00:00.000Z" } as const;
const posted = () => ({ ...(sideOf("direct").fabricate([{ id: "e-1", attempt: undefined, enqueuedAt: 0, body: "", told }], "users") as object), path: "/_isobar/relay?__GCP_CloudEventsMode=CE_PUBSUB_BINDING" });
const statusOf = (seen: Seen) => ("returned" in seen ? (seen.returned as { readonly status: number }).status : seen);

test("an event is published before it is acknowledged, and its push runs the function", async () => {
  expect(statusOf(await unit.invoke("index", posted()))).toBe(204);
  expect(published.map(({ url, message }) => [url, message.attributes])).toEqual([["/v1/projects/p/topics/shop-test-index-relay:publish", { isobar: '{"v":1,"id":"e-1","carries":"application/cloudevents+json"}' }]]);
  expect(unit.logs()).not.toContain("heard");
  const push = { method: "POST", path: "/", headers: [["content-type", "application/json"]], body: JSON.stringify({ subscription: "projects/p/subscriptions/shop-test-index", message: { ...published[0]!.message, messageId: "m-1", publishTime: "2030-01-02T00:00:00Z" } }) };
  expect(statusOf(await unit.invoke("index", push))).toBe(204);
  expect(unit.logs()).toContain('heard ["e-1","users/u-1","updated",2]');
});
test("one that Pub/Sub does not take is not acknowledged", async () => {
  status = 403;
  expect([statusOf(await unit.invoke("index", posted())), published.length]).toEqual([500, 1]);
});
