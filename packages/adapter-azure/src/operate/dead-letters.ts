/** Dead letters on Azure: in a Service Bus queue (bus-letters.ts), or in a Storage queue (storage-letters.ts), as the address in `ISOBAR_QUEUE_<NAME>` says. */
import { IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import { inHand, listed, type DeadLetters, type Machine } from "@isobar/core/plan";
import { storageQueue } from "../client/storage-queue.ts";
import { isStorageQueue, queueIn } from "./addresses.ts";
import { busHands } from "./bus-letters.ts";
import { clientsOn } from "./sending.ts";
import { mostPeeked, storageHands, storageLetter } from "./storage-letters.ts";

/** `clock`: the system's unless told otherwise. */
export function deadLettersOn(machine: Machine, clock: Clock = systemClock): DeadLetters {
  const clients = clientsOn(machine, clock);
  async function* take(...[{ name, order }, { limit, recipients }, signal]: Parameters<DeadLetters["take"]>): ReturnType<DeadLetters["take"]> {
    const address = queueIn(machine.env, name);
    if (isStorageQueue(address)) return yield* inHand(storageHands(address, clients, machine, clock), limit, signal);
    // "It is not possible for an entity that requires sessions to create a non-sessionful message receiver", 405 (Azure/azure-sdk-for-php#1024).
    if (order === "by-key") throw new IsobarError("unsupported", `"${name}" is ordered by key, and so has sessions: Service Bus's REST interface receives from no session. Its portal shows what lies there`);
    yield* inHand(busHands(address, recipients, clients, machine, clock), limit, signal);
  }
  return {
    take,
    async list(queue, look, signal) {
      const address = queueIn(machine.env, queue.name);
      if (!isStorageQueue(address)) return listed(take(queue, look, signal));
      const peeked = await storageQueue(clients.storage(address)).peek({ max: Math.min(look.limit, mostPeeked) }, signal);
      // As many as can be peeked at may not be all.
      return look.limit > mostPeeked && peeked.length === mostPeeked ? listed(take(queue, look, signal)) : peeked.map((each) => storageLetter(each, address));
    },
  };
}
