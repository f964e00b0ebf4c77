/** Toy clouds: adapters that plan, render and deliver by a few rules of their own, as files of one test's folder. */

/** `settle`: what the entry does with a failed attempt; the wait is `waitMs`. A cloud of the kind "lossy" deletes what failed. */
const testing = (waitMs: number, lossy: boolean) => `
const side = {
  maxBatch: 1,
  fabricate: ([message]) => message,
  interpret: (seen, { id }) => [{ id, then: ${lossy} || ("returned" in seen && seen.returned === "done") ? "done" : "again" }],
};
const letterOf = (message, functionName) => ({ do: "dead-letter", to: { resource: "queue", name: "failed" }, body: message.body, attribute: JSON.stringify({ v: 1, id: message.id, function: functionName, reason: "enough" }) });
function enter(fn, rendered, { name, outbox }) {
  return async (message) => {
    if (fn.source.data !== undefined && !JSON.parse(message.body).good) return await outbox.perform(letterOf(message, name)), { returned: "done" };
    try {
      const { settle } = (await fn.handle({ id: message.id, data: message.body }, { attempt: message.attempt })) ?? {};
      if (settle === "ack") return { returned: "done" };
      ${lossy ? 'return { returned: "done" };' : ""}
      if (message.attempt < rendered.resources.queue.most && settle !== "reject") return { returned: "again" };
    } catch (error) {
      return { threw: { type: "Error", message: String(error) } };
    }
    await outbox.perform(letterOf(message, name));
    return { returned: "done" };
  };
}
const rules = () => ({
  hosting: { concurrency: 1, maxInstances: 10, timeoutMs: 5_000, onTimeout: "ends-instance" },
  open({ clock, hand, moved }) {
    const held = new Map();
    const deliver = async (message, attempt) => {
      const { then: [then] } = await hand([{ ...message, attempt, enqueuedAt: clock.now() }]);
      if (then === "done") held.delete(message.id);
      else clock.after(${waitMs}, () => void deliver(message, attempt + 1));
    };
    return {
      publish(message) {
        ${lossy ? "" : "held.set(message.id, message);"}
        void deliver(message, 1);
      },
      perform: async () => { throw new Error("nothing is put off here"); },
      held: () => [...held.values()],
    };
  },
});
const wire = { kind: "queue", variant: "toy", service: "toy", decode: (message) => ({ items: [{ id: message.id, deliveries: [{ id: message.id }] }] }), native: (captured) => captured, side, rules, enter };
export const wires = [wire, { ...wire, kind: "topic", rules: undefined }, { kind: "call", variant: "toy", service: "toy" }];
export const startUnit = () => {};
`;
/** \`backoff\` is emulated, \`order\` approximated where the settings say weak, \`batch\` never had. */
const deploy = (cloud: string) => `
const verdicts = (names, { weak }) => Object.fromEntries(names.map((each) => [each,
  each === weak ? { verdict: "approximated", why: "it is far away, and nobody there has ever heard of such a thing", nearest: "another place", by: [] }
  : each === "backoff" ? { verdict: "emulated", how: "it waits", window: "after a crash ${cloud} waits longer", by: [{ setting: "wait", value: 3 }] }
  : each === "batch" && weak === "all" ? { verdict: "unsupported", why: "it has one hand", nearest: "batch.maxSize: 1" }
  : { verdict: "exact", by: each === "attempts" ? [{ setting: "most", value: 3 }] : [], ...(each === "isolation" ? { note: "alone" } : {}) }]));
const delivery = ["attempts", "backoff", "retryAfter", "maxAge", "deadLetter", "order", "batch", "timeout", "saturation", "identity", "isolation", "caller"];
const of = (names) => ({ variant: () => "toy", assess: ({ settings }) => verdicts(names, settings), render: ({ fn, settings }) => ({ maker: "toy", resources: { queue: { most: fn.options.delivery?.maxAttempts, broken: settings.broken } }, grants: [] }) });
export const adapter = {
  cloud: "${cloud}",
  units: ({ app }) => Object.keys(app.functions).map((name) => ({ name, kind: "queue", functions: [name] })),
  entry: () => { throw new Error("nothing is built here"); },
  faults: ({ resources }) => (resources.queue.broken ? ["the queue is broken"] : []),
  triggers: { queue: of(delivery), topic: of(delivery), call: of(delivery), http: of(["access", "streaming", "timeout", "isolation"]) },
};
`;
export function toyCloud(cloud: string, { waitMs = 10_000, lossy = false } = {}): Readonly<Record<string, string>> {
  const folder = `node_modules/isobar-adapter-${cloud}`;
  return { [`${folder}/package.json`]: `{ "type": "module", "exports": { "./deploy": "./deploy.js", "./testing": "./testing.js" } }`, [`${folder}/deploy.js`]: deploy(cloud), [`${folder}/testing.js`]: testing(waitMs, lossy) };
}
/** A queue function \`charge\`, one behind a topic, a call, and a route. */
export const toyApp = `
const failed = { resource: "queue", name: "failed", order: "none", format: "json" };
const orders = { resource: "queue", name: "orders", order: "none", format: "json", data: { "~standard": { version: 1, vendor: "toy", validate: (value) => ({ value }) } } };
const delivery = { maxAttempts: 3, backoff: "10s", deadLetter: failed };
export default { name: "shop", functions: {
  charge: { kind: "queue", source: orders, options: { delivery }, handle: () => { throw new Error("the handler itself has run"); } },
  hear: { kind: "topic", source: { ...orders, resource: "topic", name: "news" }, options: { delivery: { maxAttempts: 1, deadLetter: "discard" } }, handle() {} },
  add: { kind: "call", source: { resource: "call" }, options: { delivery }, handle() {} },
  hello: { kind: "http", source: { method: "GET", path: "/" }, options: { access: "public" }, handle() {} },
} };
`;
