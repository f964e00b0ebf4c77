/** One canonical function of each kind: what every cloud is asked to keep. */
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type TriggerKind } from "@isobar/core";
import { plan, type PlannedBinding } from "@isobar/core/plan";
import type { Subject } from "@isobar/conformance/lab";

const deadLetter = { none: defineQueue("failed"), "by-key": defineQueue("failed", { order: "by-key" }) };
const options = (order: keyof typeof deadLetter = "none") => ({
  delivery: { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, maxAge: "1d", retryAfter: { max: "1m" }, deadLetter: deadLetter[order] },
  batch: { maxSize: 10 },
  timeout: "10s",
}) as const;
const byKey = { order: "by-key" } as const;

export interface Canonical {
  readonly kind: TriggerKind;
  /** For a heading, where a kind has several. */
  readonly what?: string;
  readonly fn: AnyFunction;
}
export const canonical: readonly Canonical[] = [
  { kind: "http", fn: http.get("/orders/{id}", { access: "public", streaming: true, timeout: "10s" }, () => empty()) },
  { kind: "queue", what: "unordered", fn: queue(defineQueue("orders"), options(), () => {}) },
  { kind: "queue", what: "ordered by key", fn: queue(defineQueue("orders", byKey), options("by-key"), () => {}) },
  { kind: "topic", what: "unordered", fn: topic(defineTopic("news"), options(), () => {}) },
  { kind: "topic", what: "ordered by key", fn: topic(defineTopic("news", byKey), options("by-key"), () => {}) },
  { kind: "storage", fn: storage(defineBucket("uploads"), { ...options(), prefix: "in/", suffix: ".png" }, () => {}) },
  { kind: "schedule", fn: schedule("0 6 * * *", { ...options(), zone: "Europe/Berlin" }, () => {}) },
  { kind: "changes", fn: changes(defineTable("users"), options(), () => {}) },
  { kind: "stream", fn: stream(defineStream("clicks"), options(), () => {}) },
  { kind: "bus", fn: bus(defineBus("events"), { ...options(), sources: ["shop.orders"], detailTypes: ["placed"] }, () => {}) },
  { kind: "logs", fn: logs(defineLog("access"), options(), () => {}) },
  { kind: "call", fn: call(options(), () => {}) },
];

/** A function on every path that an app can be deployed on. */
export const plansOf = ({ kind, fn }: Canonical, clouds: readonly Subject[]): readonly (PlannedBinding & { readonly cloud: string; readonly service: string })[] =>
  clouds.flatMap((subject) =>
    subject.wires.filter((wire) => wire.kind === kind && wire.decodesOnly === undefined).map(({ variant, service }) => {
      const [binding] = plan(subject.target(defineApp("shop", { act: fn }), { act: { variant } } as never), subject.adapter).bindings;
      return { ...binding!, cloud: subject.cloud, service };
    }),
  );
