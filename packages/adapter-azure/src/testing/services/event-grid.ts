/**
 * Event Grid and a function that it calls, as a state machine. Rules: delivery-semantics §3 and §12, 12, from https://learn.microsoft.com/azure/event-grid/delivery-and-retry
 *
 * An event is delivered, and again by a table of waits until it was answered well within 30 s, until it has been delivered so often, or until it is so old; then it is left as a blob, or dropped where it
 * has no place. An answer that comes later settles nothing.
 */
import { IsobarError, type Broker, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { ofType } from "../../deploy/arm.ts";
import { answerSeconds, waitsSeconds } from "../../deploy/event-grid-direct.ts";
import { appIn, hostingOf } from "./functions.ts";

interface Held {
  readonly message: Published;
  readonly publishedAt: number;
  attempts: number;
}
const leftAfterMs = 300_000;

/** `jitter`: the part of a wait that may come on top of it; "a small randomization". */
export function eventGridRules(rendered: Rendered, { jitter = 0.1 }: Unsure = {}): Rules {
  const app = appIn(rendered, "eventGrid");
  const [subscription] = ["systemTopics", "topics"].flatMap((of) => ofType(rendered.resources, `Microsoft.EventGrid/${of}/eventSubscriptions`));
  if (subscription === undefined) throw new IsobarError("unsupported", "no event subscription is rendered");
  const { retryPolicy, deadLetterWithResourceIdentity: sink } = subscription.properties as {
    readonly retryPolicy?: { readonly maxDeliveryAttempts?: number; readonly eventTimeToLiveInMinutes?: number };
    readonly deadLetterWithResourceIdentity?: { readonly deadLetterDestination: { readonly properties: { readonly blobContainerName: string } } };
  };
  const { maxDeliveryAttempts = 30, eventTimeToLiveInMinutes = 1_440 } = retryPolicy ?? {};
  const container = sink?.deadLetterDestination.properties.blobContainerName;
  return {
    hosting: hostingOf(app, app.perInstance),
    open(world): Broker {
      const { clock } = world;
      const held = new Set<Held>();
      function giveUp(one: Held, why: string): void {
        if (container !== undefined) return void clock.after(leftAfterMs, () => left(one, why));
        held.delete(one);
        world.moved(one.message, "discarded", why);
      }
      function left(one: Held, why: string): void {
        held.delete(one);
        world.moved(one.message, { queue: container! }, why);
      }
      function failed(one: Held): void {
        if (one.attempts >= maxDeliveryAttempts) return giveUp(one, "MaxDeliveryAttemptsExceeded");
        const waitMs = waitsSeconds[Math.min(one.attempts, waitsSeconds.length) - 1]! * 1000;
        clock.after(Math.floor(waitMs * (1 + jitter * world.random())), () => {
          if (clock.now() - one.publishedAt > eventTimeToLiveInMinutes * 60_000) giveUp(one, "TimeToLiveExceeded");
          else void deliver(one);
        });
      }
      async function deliver(one: Held): Promise<void> {
        one.attempts++;
        let over = false;
        const late = clock.after(answerSeconds * 1000, () => {
          over = true;
          failed(one);
        });
        // The wire tells no attempt.
        const { then: [then] } = await world.hand([{ ...one.message, attempt: undefined, enqueuedAt: one.publishedAt }]);
        if (over) return;
        late();
        if (then === "done") held.delete(one);
        else failed(one);
      }
      return {
        publish(message) {
          const one: Held = { message, publishedAt: clock.now(), attempts: 0 };
          held.add(one);
          void deliver(one);
        },
        perform: () => Promise.reject(new IsobarError("unsupported", "Event Grid takes nothing back, and waits as long as it does")),
        held: () => [...held].map(({ message }) => message),
      };
    },
  };
}
