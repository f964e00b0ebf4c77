/**
 * Dead letters in the store's file that `ISOBAR_STORE` names: they are looked at where they lie, and nobody is kept from them. The store moves nothing itself: what has no story was sent there, or comes from a
 * function that no longer says who it was.
 *
 * Redrive: into the queue that only this function reads, as deploy/store.ts names it, then out of the dead letter's. What an event of `storage`, `schedule` and `bus` told beside its body is in no letter, so that
 * none of theirs can go back; of a topic's message the subject is in the attribute, where there was one.
 */
import { existsSync } from "node:fs";
import { bytesOf, IsobarError } from "@isobar/core/adapter";
import { inHand, listed, redrivenAttribute, storyOf, type DeadLetter, type DeadLetters, type Machine, type Recipient } from "@isobar/core/plan";
import { ownQueue } from "../deploy/store.ts";
import { openStore, type NewMessage, type Store, type StoredMessage } from "../store/store.ts";

const mostAtOnce = 100;
const variable = "ISOBAR_STORE";

/** Throws `send-failed` where no store is named, or none is there: a look makes none. */
function storeIn({ env }: Machine): Store {
  const file = env[variable];
  if (!file) throw new IsobarError("send-failed", `${variable} is not set: it names the local store's file`);
  if (!existsSync(file)) throw new IsobarError("send-failed", `there is no local store ${file}, which ${variable} names`);
  return openStore(file);
}

function letterOf({ id, body, attribute, key, told, enqueuedAt, attempts }: StoredMessage, queue: string): DeadLetter {
  const story = storyOf(id, attribute);
  return {
    ...(story.function === undefined ? { ...story, last: enqueuedAt } : story),
    body: bytesOf(body),
    key: story.key ?? key,
    place: `queue ${queue}`,
    native: { id, enqueuedAt: new Date(enqueuedAt).toISOString(), attempts, ...(attribute === undefined ? {} : { attribute }), ...(told === undefined ? {} : { told }) },
  };
}

/** Throws `unsupported` for a function that has no queue, and for one whose events are more than a letter holds. */
function targetOf({ name, fn }: Recipient, { attribute }: StoredMessage): { readonly queue: string; readonly told?: object } {
  if (fn.kind === "queue") return { queue: fn.source.name };
  if (fn.kind === "call") return { queue: ownQueue("call", name) };
  if (fn.kind === "topic") {
    const { subject } = JSON.parse(redrivenAttribute("", attribute)) as { readonly subject?: unknown };
    return { queue: ownQueue(fn.source.name, name), told: typeof subject === "string" ? { subject } : {} };
  }
  if (fn.kind === "stream" || fn.kind === "changes" || fn.kind === "logs") throw new IsobarError("unsupported", `${name} reads by position: nothing can be put back for it alone`);
  throw new IsobarError("unsupported", `${name} is told more than a body of what starts it, and a local letter holds no more`);
}

export function deadLettersOn(machine: Machine): DeadLetters {
  async function* take(...[{ name }, { limit }, signal]: Parameters<DeadLetters["take"]>): ReturnType<DeadLetters["take"]> {
    const store = storeIn(machine);
    let after: string | undefined;
    try {
      yield* inHand<StoredMessage>(
        {
          idOf: ({ id, place }) => `${id} ${place}`,
          letterOf: (message) => letterOf(message, name),
          async receive(max, its) {
            its.throwIfAborted();
            const messages = store.peek(name, { max: Math.min(max, mostAtOnce), ...(after === undefined ? {} : { after }) });
            after = messages.at(-1)?.place;
            return messages;
          },
          async redrive(message, to, its) {
            its.throwIfAborted();
            const { queue, told } = targetOf(to, message);
            const letter = letterOf(message, name);
            if (message.inFlight) throw new IsobarError("send-failed", `${letter.id} is being worked on by whoever reads "${name}"`);
            const { body } = message;
            const { key } = letter;
            if ((to.fn.source as { readonly order?: string }).order === "by-key" && key === undefined) throw new IsobarError("invalid-definition", `${letter.id} has no key, and ${to.name} is ordered by key`);
            const again: NewMessage = { body, attribute: redrivenAttribute(letter.id, message.attribute), ...(key === undefined ? {} : { key }), ...(told === undefined ? {} : { told }) };
            store.enqueue({ resource: "queue", name: queue }, again);
            if (!store.remove(name, message.id)) throw new IsobarError("dead-letter-failed", `${letter.id} was sent to ${to.name}, and somebody else took it out of "${name}" meanwhile: it may arrive twice`);
          },
          giveBack: async () => {},
        },
        limit,
        signal,
      );
    } finally {
      store.close();
    }
  }
  return { take, list: (queue, look, signal) => listed(take(queue, look, signal)) };
}
