/**
 * One partition that is read by position, and its checkpoint: Event Hubs and the change feed. Rules: delivery-semantics §1.6, §1.7, §12, 9, from azure-sdk-for-net's EventHubListener and
 * azure-webjobs-sdk-extensions' CosmosDBTriggerListener.
 *
 * A batch is handed over and tried again by the trigger's retry policy. Whatever its outcome in the end, the checkpoint then moves behind it: what failed for good is lost. Where the host is lost, another
 * one reads from the checkpoint on.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Unsure, type World } from "@isobar/core/adapter";
import type { Fields } from "./functions.ts";
import { retrying } from "./retrying.ts";

export interface Partition {
  readonly options: Fields;
  readonly most: number;
  /** How many make a batch that does not wait, and how long a smaller one does. */
  readonly fill: { readonly least: number; readonly waitMs: number };
  /** Batches between two checkpoints. */
  readonly every: number;
  /** What is older when it is read is gone. */
  readonly keptMs: number;
}

/** `ownershipMs`: how soon another host has the partition. */
export function partition({ options, most, fill, every, keptMs }: Partition, unsure: Unsure, world: World): Broker {
  const { ownershipMs = 60_000 } = unsure;
  const { clock } = world;
  const ended = retrying(options, unsure);
  /** From the checkpoint on. */
  let log: NeutralMessage[] = [];
  /** Read since the checkpoint: where the next batch begins. */
  let read = 0;
  let batches = 0;
  let busy = false;
  let hosted = true;
  /** Ends the wait for a batch to fill. */
  let filled: (() => void) | undefined;

  async function hand(batch: readonly NeutralMessage[]): Promise<void> {
    const how = await ended(world, batch);
    busy = false;
    if (how === "host lost") {
      hosted = false;
      read = 0;
      clock.after(ownershipMs, () => {
        hosted = true;
        poll();
      });
      return;
    }
    read += batch.length;
    if (++batches % every === 0) {
      log = log.slice(read);
      read = 0;
    }
    poll();
  }
  function poll(): void {
    if (filled !== undefined && log.length - read >= fill.least) filled();
    if (busy || !hosted) return;
    // Only what is read from the log can be too old: what a host tries again it has in its memory.
    for (let first = log[read]; first !== undefined && clock.now() - first.enqueuedAt > keptMs; first = log[read]) {
      log.splice(read, 1);
      world.moved(first, "discarded", "older than what is kept");
    }
    const there = log.length - read;
    if (there === 0) return;
    busy = true;
    if (there >= fill.least) return void hand(log.slice(read, read + most));
    const begin = () => {
      cancel();
      filled = undefined;
      void hand(log.slice(read, read + most));
    };
    const cancel = clock.after(fill.waitMs, begin);
    filled = begin;
  }
  return {
    publish(message: Published) {
      // The wire tells no attempt.
      log.push({ ...message, attempt: undefined, enqueuedAt: clock.now() });
      poll();
    },
    perform: () => Promise.reject(new IsobarError("unsupported", "what is read by position cannot be put back or hidden")),
    held: () => log.slice(read),
  };
}
