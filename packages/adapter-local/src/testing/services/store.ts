/**
 * The embedded store's queues, as `src/store/store.ts` keeps them, and the consumer that hands their messages over.
 *
 * A message is *visible*, or *hidden* since it was received, or gone. Receiving counts from 1, hides the message for the queue's visibility, and makes a receipt that is good until the message is settled,
 * postponed or received again. `done` removes it; `again` hides it for a moment more, unless it was postponed; a process that ended says neither. Of one key, one message at a time, in their order. Nothing is
 * given up: attempts and age are the run time's to end.
 */
import { IsobarError, type Broker, type Hosting, type NeutralMessage, type Published, type Rendered, type Rules } from "@isobar/core/adapter";
import { ofType } from "../../deploy/resources.ts";
import type { LocalMessage } from "../../native.ts";
import { positionRules } from "./positions.ts";

interface Held {
  readonly place: number;
  readonly message: Published;
  readonly enqueuedAt: number;
  attempt: number;
  /** By which it is settled; none once it is postponed. */
  receipt: string | undefined;
  hidden: boolean;
  /** How often it was hidden: a timer of before no longer counts. */
  hides: number;
}
/** How soon a consumer looks again for a process that is free. */
const lookAgainMs = 1_000;

/** One invocation for each process, which ends with it when its time is up. */
export function hostingOf({ resources }: Rendered): Hosting {
  const [fn] = ofType(resources, "function");
  if (fn === undefined) throw new IsobarError("unsupported", "no function is rendered");
  return { concurrency: 1, maxInstances: fn.maxInstances, timeoutMs: fn.timeoutMs, onTimeout: "ends-instance" };
}
/** As the store makes it; the local side writes it into each message. */
export const receiptOf = (id: string, attempt: number): string => `${id}.${attempt}`;

/** Throws `unsupported` where neither a queue's consumer nor a source's reader is rendered. */
export function storeRules(rendered: Rendered): Rules {
  const { resources } = rendered;
  if (ofType(resources, "reader").length > 0) return positionRules(rendered, hostingOf(rendered));
  const [consumer] = ofType(resources, "consumer");
  const queue = consumer === undefined ? undefined : (resources[`queue ${consumer.queue}`] as { readonly visibilityMs?: number } | undefined);
  if (consumer === undefined || queue?.visibilityMs === undefined) throw new IsobarError("unsupported", "no consumer of a queue is rendered");
  const { visibilityMs } = queue;
  const { batchSize, batchWaitMs, againMs } = consumer;
  const hosting = hostingOf(rendered);
  return {
    hosting,
    open({ clock, hand }): Broker {
      const held = new Map<string, Held>();
      const byKey = new Map<string, Held[]>();
      /** In their places. */
      let visible: Held[] = [];
      let published = 0;
      let handing = 0;
      let polling = false;

      /** A message that comes again has kept its place. */
      function show(one: Held): void {
        one.hidden = false;
        let at = visible.length;
        while (at > 0 && visible[at - 1]!.place > one.place) at--;
        visible.splice(at, 0, one);
        poll();
      }
      function hide(one: Held, ms: number, receipt: string | undefined): void {
        one.hidden = true;
        one.receipt = receipt;
        const hides = ++one.hides;
        clock.after(ms, () => void (held.get(one.message.id) === one && one.hidden && one.hides === hides && show(one)));
      }
      function remove(one: Held): void {
        held.delete(one.message.id);
        visible = visible.filter((each) => each !== one);
        const { group } = one.message;
        if (group === undefined) return;
        const own = byKey.get(group)!;
        own.splice(own.indexOf(one), 1);
        if (own.length === 0) byKey.delete(group);
        poll();
      }
      const isDue = (one: Held) => one.message.group === undefined || byKey.get(one.message.group)![0] === one;
      function receive(): readonly Held[] {
        const taken = visible.filter(isDue).slice(0, batchSize);
        visible = visible.filter((one) => !taken.includes(one));
        for (const one of taken) {
          one.attempt++;
          hide(one, visibilityMs, receiptOf(one.message.id, one.attempt));
        }
        return taken;
      }
      async function handOver(batch: readonly Held[]): Promise<void> {
        const messages = batch.map(({ message, attempt, enqueuedAt }): NeutralMessage => ({ ...message, attempt, enqueuedAt }));
        const receipts = batch.map(({ receipt }) => receipt);
        const { how, then } = await hand(messages);
        handing--;
        batch.forEach((one, i) => {
          if (one.receipt !== receipts[i] || held.get(one.message.id) !== one) return;
          if (how === "throttled") {
            // There was no process: nothing was handed over, and nothing is counted.
            one.attempt--;
            hide(one, lookAgainMs, undefined);
          } else if (then[i] === "done") remove(one);
          else if (how === "answered" && one.hidden) hide(one, againMs, undefined);
        });
        poll();
      }
      function poll(): void {
        if (polling || handing >= hosting.maxInstances || !visible.some(isDue)) return;
        polling = true;
        clock.after(visible.length < batchSize ? batchWaitMs : 0, () => {
          polling = false;
          for (let batch = receive(); batch.length > 0; batch = handing < hosting.maxInstances ? receive() : []) {
            handing++;
            void handOver(batch);
          }
        });
      }
      return {
        publish(message) {
          const one: Held = { place: published++, message, enqueuedAt: clock.now(), attempt: 0, receipt: undefined, hidden: false, hides: 0 };
          held.set(message.id, one);
          const { group } = message;
          const own = group === undefined ? undefined : byKey.get(group);
          if (own !== undefined) own.push(one);
          else if (group !== undefined) byKey.set(group, [one]);
          show(one);
        },
        async perform(effect) {
          if (effect.do === "requeue") throw new IsobarError("unsupported", "requeue: the local store hides a delivery where it is");
          const { id, receipt } = effect.record as LocalMessage;
          const one = held.get(id);
          if (one === undefined || receipt === undefined || one.receipt !== receipt) throw new IsobarError("send-failed", `message ${id} cannot be postponed: its receipt is no longer good`);
          hide(one, effect.afterMs, undefined);
          return id;
        },
        held: () => [...held.values()].map(({ message }) => message),
      };
    },
  };
}
