/** Apps that nobody thought of: functions of every kind with policies, options and settings of any cloud, between which channels, groups and dead letters are shared. */
import { batched, bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App, type DeliveryPolicy, type TriggerKind } from "@isobar/core";
import fc from "fast-check";

/** Texts that are something else to whoever reads them carelessly: a path, an expression, a reference, an end of a string. */
export const hostile = ["../../outside", "/etc/passwd", "${var.x}", "%{ if true }", "${Region}", "[concat('a', 'b')]", "[[x]", "%WEBSITE_SITE_NAME%", 'a"b\\c', "two\nlines", "🦊", ""] as const;
const byKey = { order: "by-key" } as const;
const odd = fc.constantFrom(...hostile, "info");
const seconds = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${n}s` as const);
/** Every key may be left out. */
export const some = <T extends object>(keys: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> => fc.record(keys, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const backoff = fc.oneof(fc.constant(undefined), seconds(1, 300), fc.tuple(fc.integer({ min: 10, max: 60 }), fc.integer({ min: 0, max: 540 })).map(([min, more]) => ({ min: `${min}s`, max: `${min + more}s` }) as const));
const present = (given: object): object => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
const letters = [defineQueue("failed"), defineQueue("lost"), defineQueue("job-1")] as const;
const lettersInOrder = [defineQueue("failed-in-order", byKey), defineQueue("job-0", byKey)] as const;
const policyOf = (queues: readonly object[]) => fc.record({ maxAttempts: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }) }), backoff, maxAge: rarely(seconds(60, 86_400)), retryAfter: rarely(fc.record({ max: seconds(1, 600) })), deadLetter: fc.constantFrom(...queues, "discard") }).map((policy) => present(policy) as unknown as DeliveryPolicy);
const sends = fc.subarray([defineQueue("out"), defineQueue("job-0", byKey), defineTopic("told"), defineTopic("news"), defineTopic("told-in-order", byKey)]);
const secrets = fc.subarray(["stripe-key", "mail-key"]);
export const secretNames = ["stripe-key", "mail-key"] as const;
/** What members of one unit agree on. */
const sized = some<object>({ memoryMb: fc.constantFrom(128, 256, 512, 1_000, 1_024, 2_048), timeout: seconds(1, 60), environment: fc.dictionary(fc.stringMatching(/^[A-F][A-F0-9_]{1,6}$/), odd, { maxKeys: 3 }) });
const groups = ["", "web", "staff"] as const;
type Options = Readonly<Record<string, unknown>>;

interface Drawn {
  readonly kind: TriggerKind;
  readonly policy: DeliveryPolicy;
  readonly inOrder: DeliveryPolicy;
  readonly own: Options;
  readonly sized: Options;
  readonly group: (typeof groups)[number];
  readonly channel: "news" | "told-in-order" | "more";
  readonly text: string;
  readonly batch: number;
  readonly access: "public" | "private" | { readonly jwt: { readonly issuer: string; readonly audience: string } };
  readonly of: number;
}
const kinds: readonly TriggerKind[] = ["http", "queue", "topic", "storage", "schedule", "changes", "stream", "bus", "logs", "call"];
const drawn: fc.Arbitrary<Drawn> = fc.record({
  // Requests come in groups.
  kind: fc.constantFrom(...kinds, "http" as const),
  policy: policyOf(letters), inOrder: policyOf(lettersInOrder),
  own: fc.record({ sends, secrets }), sized: sized as fc.Arbitrary<Options>, group: fc.constantFrom(...groups), channel: fc.constantFrom("news", "told-in-order", "more"), text: odd, batch: fc.constantFrom(1, 1, 10), of: fc.nat(2),
  access: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("public" as const, "private" as const) }, { weight: 1, arbitrary: fc.constant({ jwt: { issuer: "https://login.microsoftonline.com/contoso/v2.0", audience: "api://shop" } }) }),
});

/** No queue is its own queue of dead letters. */
const elsewhere = (policy: DeliveryPolicy, own: string): DeliveryPolicy => (policy.deadLetter !== "discard" && policy.deadLetter.name === own ? { ...policy, deadLetter: "discard" } : policy);
const from = (text: string): string => (text === "" ? "in/" : text);
function functionOf(i: number, { kind, policy, inOrder, own, sized: its, group, channel, text, batch, access, of }: Drawn, groupSizes: Readonly<Record<string, Options>>): AnyFunction {
  const options = { ...own, ...its, delivery: policy, ...(batch === 1 ? {} : { batch: { maxSize: batch } }) } as never;
  switch (kind) {
    case "http": {
      const routed = { ...own, ...groupSizes[group], access, ...(group === "" ? {} : { group }), ...(of === 0 ? { cors: { origins: "*" } } : {}) } as never;
      return of === 2 ? http.all(`/r${i}/{rest+}`, routed, () => empty()) : of === 1 ? http.post(`/r${i}/{id}`, routed, () => empty()) : http.get(`/r${i}/{id}`, routed, () => empty());
    }
    case "queue": return i % 3 === 0 ? queue(defineQueue(`job-${i}`, byKey), { ...(options as object), delivery: elsewhere(inOrder, `job-${i}`) }, () => {}) : queue(defineQueue(`job-${i}`), { ...(options as object), delivery: elsewhere(policy, `job-${i}`) }, () => {});
    case "topic": return channel === "told-in-order" ? topic(defineTopic(channel, byKey), { ...(options as object), delivery: inOrder }, () => {}) : topic(defineTopic(channel), options, () => {});
    case "storage": return storage(defineBucket(["uploads", "raw-files", "box"][of]!), { ...(options as object), delivery: policy, prefix: from(text), ...(of === 0 ? { suffix: ".png" } : {}), on: of === 1 ? ["deleted"] : ["created"] }, () => {});
    case "schedule": return schedule(["0 6 * * 1-5", "*/5 * * * *", "30 2 1 * *"][of]!, { ...(options as object), delivery: policy, ...(of === 0 ? { zone: "Europe/Berlin" } : {}) }, () => {});
    case "changes": return changes(defineTable(["users", "posts", "tags"][of]!), options, () => {});
    case "stream": return stream(defineStream(["clicks", "views", "hits"][of]!), options, batched(async () => {}));
    case "bus": return bus(defineBus(["events", "partners", "bus"][of]!), { ...(options as object), delivery: policy, ...(of === 0 ? {} : { sources: ["shop"], detailTypes: [from(text)] }) }, () => {});
    case "logs": return logs(defineLog(`access${i}`), options, () => {});
    case "call": return call(options, () => null);
  }
}

/** In: a cloud's settings of a function, by its kind. Out: an app with settings for its functions. */
export function apps(settingsOf: { readonly [K in TriggerKind]: fc.Arbitrary<object> }): fc.Arbitrary<{ readonly app: App; readonly functions: Readonly<Record<string, object>> }> {
  return fc.tuple(fc.array(drawn, { minLength: 1, maxLength: 6 }), fc.record({ "": sized, web: sized, staff: sized }), fc.stringMatching(/^[a-e](?:-?[a-z0-9]){0,24}$/).filter((name) => name.length <= 30), fc.stringMatching(/^[A-Za-z]{0,6}$/)).chain(([all, sizes, name, prefix]) => {
    const made = all.map((each, i) => [`f${prefix}${i}`, functionOf(i, each, sizes as Readonly<Record<string, Options>>)] as const);
    return fc.tuple(...made.map(([, { kind }]) => settingsOf[kind])).map((settings) => ({ app: defineApp(name, Object.fromEntries(made)), functions: Object.fromEntries(made.map(([each], i) => [each, settings[i]!])) }));
  });
}
