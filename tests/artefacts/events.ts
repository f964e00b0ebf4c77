/** For every function of every example: an event that it settles or answers, and what it sends then; and one that ends as a dead letter, where the function has such. */
import type { NeutralMessage } from "@isobar/core/adapter";

type Message = Partial<NeutralMessage<object>> & { readonly body: string };
/** A channel's name, the data, the ordering key. */
type Sent = readonly [to: string, data: unknown, key?: string];
/** What a unit is generated beside its function, on one cloud: the same event by another wire, which it sends on. */
export interface Relay {
  /** The wire's. */
  readonly variant: string;
  /** The name that it is registered under. */
  readonly name: string;
  /** Where it is posted to, where that is not the function's own path. */
  readonly path?: string;
  readonly to: string;
}
export type Good =
  | { readonly request: { readonly method: string; readonly url: string; readonly data?: object }; readonly answer: readonly [status: number, body: string]; readonly sent: readonly Sent[] }
  | { readonly message: Message; readonly sent?: readonly Sent[]; /** In what the process writes. */ readonly logs?: string; readonly poison?: Message; readonly letters?: string; readonly relays?: Readonly<Record<string, Relay>> }
  | { readonly payload: object; readonly result: unknown };

const time = "2030-01-01T00:00:01.000Z";
const text = JSON.stringify;
const object = (key: string) => ({ body: "", told: { change: "created", time, object: { bucket: "uploads-bucket", key, size: 1_000, etag: "0123456789abcdef0123456789abcdef", version: "1893456000000001", contentType: "image/jpeg" } } });
const news = text({ photo: "p-1", album: "summer", what: "rendered" });
const sold = (cents: number) => ({ body: "", told: { event: { source: "agency", detailType: "photo.sold", detail: { photo: "p-1", cents } }, subject: "p-1", time } });

export const good: Readonly<Record<string, Readonly<Record<string, Good>>>> = {
  orders: {
    checkout: { request: { method: "POST", url: "https://shop.example/orders/acme", data: { id: "o-1", total: 12 } }, answer: [202, '{"accepted":"o-1","tenant":"acme"}'], sent: [["orders", { id: "o-1", total: 12 }]] },
    charge: { message: { body: text({ id: "o-1", total: 12 }) }, poison: { body: text({ id: "o-2", total: 20_000 }) }, letters: "orders-failed" },
  },
  media: {
    request: { request: { method: "POST", url: "https://media.example/albums/summer/renditions", data: { photo: "p-1", width: 640 } }, answer: [202, '{"album":"summer","accepted":"p-1"}'], sent: [["renditions", { photo: "p-1", width: 640, album: "summer" }, "summer"]] },
    takeDown: { request: { method: "DELETE", url: "https://media.example/albums/summer/photos/p-1" }, answer: [204, ""], sent: [["news", { photo: "p-1", album: "summer", what: "taken-down" }]] },
    render: { message: { body: text({ photo: "p-1", album: "summer", width: 640 }), group: "summer" }, sent: [["news", { photo: "p-1", album: "summer", what: "rendered" }]], poison: { body: "{", group: "summer" }, letters: "renditions-failed" },
    index: { message: { body: news }, poison: { body: "{}" }, letters: "index-failed" },
    notify: { message: { body: news }, poison: { body: "[]" }, letters: "notify-failed" },
    ingest: { message: object("incoming/summer/p-1.jpg"), sent: [["renditions", { photo: "p-1", album: "summer", width: 1_280 }, "summer"]], poison: object("incoming/p-1.jpg"), letters: "ingest-failed" },
    // Half past three in Berlin, in winter.
    sweep: { message: { body: "", enqueuedAt: Date.UTC(2030, 0, 1, 2, 30) + 250, told: { scheduledTime: "2030-01-01T02:30:00.000Z", overdue: false } }, logs: '"swept"', relays: { azure: { variant: "direct", name: "sweepRelay", to: "sweep.ticks" } } },
    cover: { message: { body: "", group: "summer", told: { change: { operation: "updated", key: { id: "summer" }, before: { id: "summer" }, after: { id: "summer", cover: "p-1" } }, subject: "summer", time } }, relays: { gcp: { variant: "direct", name: "cover", path: "/_isobar/relay", to: "isobar--relay" } } },
    count: { message: { body: text({ photo: "p-1", country: "de" }), group: "p-1", told: { partitionKey: "p-1", sequence: "1001" } }, poison: { body: text({ photo: "p-1" }), group: "p-1", told: { partitionKey: "p-1", sequence: "1002" } }, letters: "count-failed" },
    royalties: { message: sold(500), poison: sold(-1), letters: "royalties-failed" },
    watch: { message: { body: "", told: { log: { resource: "/app/access", part: "instance-1", entries: [{ id: "entry-1", time, severity: "WARN", message: "GET /albums/summer 403 12 ms" }] } } }, logs: '"refused requests"' },
    price: { payload: { width: 640, years: 2 }, result: { cents: 350 } },
  },
};
