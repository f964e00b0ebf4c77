/**
 * A Storage queue and the host that polls it, as a state machine. Rules: delivery-semantics §3, §4 and §12, 7, from azure-sdk-for-net's QueueListener and QueueProcessor.
 *
 * A message is *visible*, or taken, which counts. What was done is deleted. What failed, a crash of the worker included, is visible again after `visibilityTimeout`, unless its count has reached
 * `maxDequeueCount`: then a copy goes to the poison queue, and the original is deleted. The host looks at once while there is work, and less and less often while there is none.
 */
import { IsobarError, type Broker, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { secondsInClock } from "../../deploy/arm.ts";
import { appIn, hostingOf, type Fields } from "./functions.ts";

interface Held {
  readonly message: Published;
  readonly enqueuedAt: number;
  count: number;
}

/** `instanceMs`: how soon one more instance is there. */
export function storageQueueRules(rendered: Rendered, { instanceMs = 1_000 }: Unsure = {}): Rules {
  const app = appIn(rendered, "storageQueue");
  // Defaults: delivery-semantics §2.2.
  const { batchSize = 16, newBatchThreshold = 8, maxDequeueCount: most = 5, visibilityTimeout = "00:00:00", maxPollingInterval = "00:01:00" } = (app.extensions.queues ?? {}) as Fields;
  const [againMs, longestPollMs] = [secondsInClock(visibilityTimeout) * 1000, secondsInClock(maxPollingInterval) * 1000];
  const hosting = hostingOf(app, Number(batchSize) + Number(newBatchThreshold));
  const poison = `${String(app.options.queueName)}-poison`;
  return {
    hosting,
    open(world): Broker {
      const { clock } = world;
      const held = new Set<Held>();
      const visible = new Set<Held>();
      let inFlight = 0;
      let looking = false;
      /** When a message was last there: since then the host has looked less and less often. */
      let seenAt = clock.now();

      function failed(one: Held): void {
        if (one.count < Number(most)) return void clock.after(againMs, () => show(one));
        held.delete(one);
        world.moved(one.message, { queue: poison }, "MaxDequeueCount");
      }
      function show(one: Held): void {
        visible.add(one);
        look(inFlight > 0 ? 0 : Math.floor(Math.min(longestPollMs, clock.now() - seenAt) * world.random()));
      }
      async function run(one: Held): Promise<void> {
        inFlight++;
        one.count++;
        const { message, enqueuedAt } = one;
        const { how, then: [then] } = await world.hand([{ ...message, attempt: one.count, enqueuedAt }]);
        inFlight--;
        seenAt = clock.now();
        if (how === "throttled") {
          // No host looked: nothing has counted.
          one.count--;
          visible.add(one);
          return look(instanceMs);
        }
        if (then === "done") held.delete(one);
        else failed(one);
        look(0);
      }
      function look(afterMs: number): void {
        if (looking || visible.size === 0) return;
        looking = true;
        clock.after(afterMs, () => {
          looking = false;
          seenAt = clock.now();
          for (const one of visible) {
            if (inFlight >= hosting.concurrency * hosting.maxInstances) return;
            visible.delete(one);
            void run(one);
          }
        });
      }
      return {
        publish(message) {
          const one: Held = { message, enqueuedAt: clock.now(), count: 0 };
          held.add(one);
          show(one);
        },
        perform: () => Promise.reject(new IsobarError("unsupported", "a Storage queue takes no copy, which would count anew, and hides nothing for a while")),
        held: () => [...held].map(({ message }) => message),
      };
    },
  };
}
