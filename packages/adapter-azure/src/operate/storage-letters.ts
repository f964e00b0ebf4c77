/**
 * Letters in a Storage queue. It carries a body and nothing else: no letter has a story, and who it was for must be said. Looking at up to 32 hides none; more, and all that is to be
 * redriven, is received, hidden and shown again (https://learn.microsoft.com/rest/api/storageservices/update-message), which its dequeueCount counts.
 */
import type { Clock } from "@isobar/core/adapter";
import { givenBack, notRemoved, storyOf, type DeadLetter, type Hands, type Machine } from "@isobar/core/plan";
import { bearer, sharedKey } from "../client/credentials.ts";
import { addressOf, ask } from "../client/http.ts";
import { storageQueue, type StorageQueueOptions, type StoredMessage } from "../client/storage-queue.ts";
import { sendBack, type Clients } from "./sending.ts";

/** https://learn.microsoft.com/rest/api/storageservices/peek-messages */
export const mostPeeked = 32;
const hideMs = 120_000;
/** The version that client/storage-queue.ts asks in. */
const apiVersion = "2021-12-02";

export interface Hidden {
  readonly message: StoredMessage & { readonly popReceipt: string };
  /** Milliseconds since 1970. */
  readonly hiddenAt: number;
}
export function storageLetter({ id, body, insertedAt, dequeueCount }: StoredMessage, url: string): DeadLetter {
  return { ...storyOf(id, undefined), last: insertedAt, body, key: undefined, place: url, native: { id, dequeueCount, insertedAt: new Date(insertedAt).toISOString() } };
}

/** Hides a message from now on for so many seconds, or shows it again. Out: what it is settled by from now on. */
async function hidden(options: StorageQueueOptions, { id, popReceipt }: Hidden["message"], seconds: number, clock: Clock, signal: AbortSignal): Promise<string> {
  const url = `${addressOf(options.url)}/messages/${encodeURIComponent(id)}?popreceipt=${encodeURIComponent(popReceipt)}&visibilitytimeout=${seconds}`;
  const asked = { method: "PUT", url, headers: { "x-ms-version": apiVersion, "x-ms-date": new Date(clock.now()).toUTCString() } } as const;
  const authorize = "token" in options ? bearer(options.token) : sharedKey(options.connection);
  const { headers } = await ask({ ...asked, operation: `update in ${new URL(url).pathname.split("/messages/")[0]!.slice(1)}`, headers: { ...asked.headers, ...(await authorize(asked, signal)) } }, clock, signal);
  return String(headers["x-ms-popreceipt"] ?? popReceipt);
}

export function storageHands(url: string, clients: Clients, machine: Machine, clock: Clock): Hands<Hidden> {
  const options = clients.storage(url);
  const queue = storageQueue(options);
  return {
    idOf: ({ message }) => message.id,
    letterOf: ({ message }) => storageLetter(message, url),
    async receive(_, signal) {
      const message = await queue.receive({ hideMs }, signal);
      return message === undefined ? [] : [{ message, hiddenAt: clock.now() }];
    },
    async redrive({ message, hiddenAt }, to, signal) {
      const letter = storageLetter(message, url);
      // The receipt is the last one's who received it: this fails where somebody else did.
      const popReceipt = clock.now() - hiddenAt > hideMs / 2 ? await hidden(options, message, hideMs / 1_000, clock, signal) : message.popReceipt;
      await sendBack(letter, { letterId: `${message.id}:${message.insertedAt}` }, to, clients, machine, signal);
      try {
        await queue.delete({ id: message.id, popReceipt }, signal);
      } catch (cause) {
        throw notRemoved(letter, to, cause);
      }
    },
    giveBack(held) {
      const signal = AbortSignal.timeout(10_000);
      return givenBack(held, ({ message }) => hidden(options, message, 0, clock, signal), `for up to ${hideMs / 1_000} s`);
    },
  };
}
