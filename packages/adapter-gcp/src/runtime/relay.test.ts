import { describe, expect, test } from "vitest";
import { changes, defineApp, defineQueue, defineTable, type Change, type Event } from "@isobar/core";
import type { Effect, Outbox, Seen, Wiring } from "@isobar/core/adapter";
import { posting } from "../testing/calls.ts";
import { enter } from "../testing/enter.ts";
import type { HttpCall } from "../testing/exchange.ts";
import { pushCall } from "../testing/pubsub.ts";
import { changesPlan } from "../triggers/changes/plan.ts";
import { changesWires } from "../triggers/changes/testing.ts";
import { relayChannel } from "../triggers/changes/codec.ts";
import { addressOf } from "../deploy/push.ts";

type Sent = Extract<Effect, { readonly do: "send" }>;
const [relayed, direct] = changesWires;
const told = { change: { operation: "updated", key: { id: "u-1" }, before: { n: 1 }, after: { n: 2, big: 9_007_199_254_740_993n } }, subject: "users/u-1", time: "2030-01-01T00:00:00.000Z" } as const;
const posted = direct!.side!.fabricate([{ id: "e-1", attempt: 1, enqueuedAt: 0, body: "", told }], "users") as HttpCall;
const toRelay = (call: HttpCall, query = ""): HttpCall => ({ ...call, path: `/_isobar/relay${query}` });

/** A function with an outbox that remembers, or one that fails. */
function started(fails?: Error) {
  const effects: Effect[] = [];
  const events: Event<Change>[] = [];
  const lines: string[] = [];
  const outbox: Outbox = { perform: async (effect) => (fails === undefined ? void effects.push(effect) : Promise.reject(fails)) };
  const fn = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: defineQueue("users-failed") } }, (event) => void events.push(event));
  const wiring: Wiring = { name: "index", outbox, log: (_level, line) => void lines.push(line) };
  return { effects, events, lines, call: enter(fn, { maker: "changes", keeping: "inside", resources: {}, grants: [] }, wiring) };
}
const statusOf = (seen: Seen) => ("returned" in seen ? (seen.returned as { readonly status: number }).status : seen);
/** What Pub/Sub pushes of what was sent. */
const pushed = ({ body, attribute }: Sent) => pushCall({ id: "m-1", attempt: undefined, enqueuedAt: Date.UTC(2030, 0, 2), body, ...(attribute === undefined ? {} : { attribute }) }, "index");

describe("the relay", () => {
  test("publishes what Eventarc posts, whole, with its id, and acknowledges it then", async () => {
    const { call, effects, events } = started();
    expect(statusOf(await call(toRelay(posted, "?__GCP_CloudEventsMode=x")))).toBe(204);
    const [sent] = effects as readonly Sent[];
    expect([effects.length, events.length, sent!.do, sent!.to, sent!.attribute, sent!.key]).toEqual([1, 0, "send", { resource: "topic", name: "isobar--relay" }, '{"v":1,"id":"e-1","carries":"application/cloudevents+json"}', undefined]);
    expect(JSON.parse(sent!.body as string)).toMatchObject({ specversion: "1.0", id: "e-1", type: "google.cloud.firestore.document.v1.updated", subject: "documents/users/u-1", datacontenttype: "application/json", data: { oldValue: { fields: { n: { integerValue: "1" } } } } });
  });
  test("what it publishes comes back as the very event", async () => {
    const { call, effects, events } = started();
    await call(toRelay(posted));
    expect(statusOf(await call(pushed(effects[0] as Sent)))).toBe(204);
    expect(events).toEqual([{ specversion: "1.0", id: "e-1", source: "/tables/users", type: "changes.updated", subject: "users/u-1", time: "2030-01-01T00:00:00.000Z", data: { operation: "updated", key: { id: "u-1" }, before: { n: 1 }, after: { n: 2, big: 9_007_199_254_740_993n } } }]);
    expect(effects.length).toBe(1);
  });
  test("bytes of protobuf survive the way, and so does a trace", async () => {
    const { call, effects } = started();
    // DocumentEventData { value: Document { name: "projects/p/databases/(default)/documents/users/u-1" } }
    const name = Buffer.from("projects/p/databases/(default)/documents/users/u-1");
    const bytes = Buffer.concat([Buffer.from([0x0a, name.length + 2, 0x0a, name.length]), name]);
    const headers = [...posted.headers.filter(([key]) => key !== "content-type"), ["content-type", "application/protobuf"], ["ce-traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]] as const;
    await call(toRelay({ ...posted, headers, body: bytes }));
    const [sent] = effects as readonly Sent[];
    expect(sent!.attribute).toBe('{"v":1,"id":"e-1","carries":"application/cloudevents+json","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}');
    const { items } = await relayed!.decode(pushed(sent!)) as { readonly items: readonly { readonly deliveries: readonly { readonly id: string; readonly told: () => unknown }[] }[] };
    expect([items[0]!.deliveries[0]!.id, items[0]!.deliveries[0]!.told()]).toEqual(["e-1", { change: { operation: "updated", key: { id: "u-1" }, after: {} }, subject: "users/u-1", time: "2030-01-01T00:00:00.000Z" }]);
  });
  test("an event whose name no header can hold comes as the push it travelled in", async () => {
    const { call, effects } = started();
    const attributes = { "ce-specversion": "1.0", "ce-id": "e-2", "ce-source": "//firestore.googleapis.com/projects/p/databases/(default)", "ce-type": "google.cloud.firestore.document.v1.written", "ce-subject": "documents/users/u ", "ce-datacontenttype": "application/json" };
    const bound = pushCall({ id: "m-9", attempt: undefined, enqueuedAt: 0, body: "{}" }, "eventarc", { attributes });
    expect(statusOf(await call(toRelay(bound, "?__GCP_CloudEventsMode=CE_PUBSUB_BINDING")))).toBe(204);
    expect(JSON.parse((effects[0] as Sent).body as string)).toMatchObject({ id: "e-2", subject: "documents/users/u " });
  });
  test("does not acknowledge what it could not publish", async () => {
    const { call, lines } = started(new Error("no topic"));
    expect(statusOf(await call(toRelay(posted)))).toBe(500);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ level: "error", message: "an event was not relayed; it comes again", error: "Error: no topic" }]);
  });
  test.each<[string, HttpCall]>([
    ["no CloudEvent", posting("{}", [["content-type", "application/json"]])],
    ["nothing", { method: "GET", path: "/", headers: [] }],
    ["a push without its mark", pushCall({ id: "m-1", attempt: 1, enqueuedAt: 0, body: "{}" }, "s", { attributes: { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "t" } })],
  ])("publishes nothing of %s", async (_, call) => {
    const { call: relay, effects } = started();
    expect([statusOf(await relay(toRelay(call))), effects]).toEqual([500, []]);
  });
  test("another path is a push's", async () => {
    const { call, effects } = started();
    expect(statusOf(await call({ ...posted, path: "/_isobar/relayed" }))).toBe(500);
    expect(effects).toEqual([]);
  });
});

test("what was published by someone else is a dead letter, not an event", async () => {
  const { call, effects, events } = started();
  expect(statusOf(await call(pushed({ do: "send", to: relayChannel, body: '{"n":1}', attribute: '{"v":1,"carries":7}' })))).toBe(204);
  expect([events, effects.map((effect) => effect.do)]).toEqual([[], ["dead-letter"]]);
});
test("an entry without an outbox fails when it is made, not when the first event comes", () => {
  const fn = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
  expect(() => enter(fn, { maker: "changes", keeping: "inside", resources: {}, grants: [] }, { name: "index" })).toThrow(expect.objectContaining({ code: "invalid-definition", message: "index needs `outbox`, which its entry does not bring" }));
});
test("the topic is where the plan puts it", () => {
  const fn = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
  const { resources } = changesPlan.render({ name: "index", fn, settings: {}, app: defineApp("shop", { index: fn }) });
  expect(resources["google_cloudfunctions2_function.index"]).toMatchObject({ service_config: { environment_variables: { [addressOf(relayChannel.resource, relayChannel.name)]: "${google_pubsub_topic.index_relay.id}" } } });
});
