/**
 * A Service Bus queue and the host that reads it by single dispatch, as a state machine. Rules: delivery-semantics §4 and §12, 8 and 11, from
 * https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement and azure-sdk-for-net's ReceiverManager and SessionReceiverManager.
 *
 * A message is *scheduled*, *ready*, or *locked* since a hand-over, which counts. The host renews the lock while the function runs, up to its limit; it completes what was done and abandons what was not,
 * which is ready again at once. After a crash nobody settles, and the lock runs out. A message that is given back with its count used up goes to the dead-letter queue, which forwards it. Of a session one
 * message is locked at a time, and its lock counts from the session's acceptance.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Rendered, type Rules, type Unsure, type World } from "@isobar/core/adapter";
import { named, secondsInClock, secondsInIso } from "../../deploy/arm.ts";
import { sourceVariable } from "../../deploy/function-app.ts";
import { discardedSeconds } from "../../deploy/service-bus.ts";
import { appIn, hostingOf, type Fields } from "./functions.ts";

interface Held {
  readonly message: Published;
  readonly enqueuedAt: number;
  readonly session: Session | undefined;
  count: number;
  /** Which lock it is under; what an older one says no longer counts. */
  lock: number;
}
interface Session {
  readonly messages: Held[];
  acceptedAt: number | undefined;
  locked: boolean;
}

/** What the rules read of a rendered path. Throws `unsupported` where there is no queue and no trigger of one. */
export function settingsIn(rendered: Rendered) {
  const app = appIn(rendered, "serviceBusQueue");
  const queueName = String(app.options.queueName);
  const entity = (name: unknown) => named(rendered.resources, "Microsoft.ServiceBus/namespaces/queues", name)?.properties as Fields | undefined;
  const queue = entity(queueName);
  if (queue === undefined) throw new IsobarError("unsupported", `no queue ${JSON.stringify(queueName)} is rendered`);
  const { forwardDeadLetteredMessagesTo: sink, requiresSession: sessions = false, requiresDuplicateDetection: detects = false } = queue;
  const { maxAutoLockRenewalDuration, autoCompleteMessages = true, maxConcurrentCalls, maxConcurrentSessions } = (app.extensions.serviceBus ?? {}) as Fields;
  const seconds = (value: unknown, otherwise: number) => (value === undefined ? otherwise : secondsInIso(value)) * 1000;
  return {
    app,
    queueName,
    // Defaults: https://learn.microsoft.com/azure/templates/microsoft.servicebus/namespaces/queues and delivery-semantics §2.2.
    lockMs: seconds(queue.lockDuration, 60),
    renewMs: (maxAutoLockRenewalDuration === undefined ? 300 : secondsInClock(maxAutoLockRenewalDuration)) * 1000,
    keptMs: seconds(queue.defaultMessageTimeToLive, Number.POSITIVE_INFINITY),
    expiredAreKept: queue.deadLetteringOnMessageExpiration === true,
    mostDeliveries: typeof queue.maxDeliveryCount === "number" ? queue.maxDeliveryCount : 10,
    rememberMs: detects === true ? seconds(queue.duplicateDetectionHistoryTimeWindow, 600) : 0,
    sessions: sessions === true,
    completes: autoCompleteMessages === true,
    sink: typeof sink === "string" ? sink : `${queueName}/$deadletterqueue`,
    discards: secondsInIso(entity(sink)?.defaultMessageTimeToLive) <= discardedSeconds,
    concurrency: Number((sessions === true ? maxConcurrentSessions : maxConcurrentCalls) ?? (sessions === true ? 8 : 16)),
  };
}

/**
 * `instanceMs`: how soon one more instance is there. `forwardMs`: how soon a dead letter is forwarded that was not taken. `crashAbandons`: 1 where a host that outlives its worker abandons at once what
 * that was working on, instead of leaving it locked. No document says.
 */
export function serviceBusRules(rendered: Rendered, { instanceMs = 1_000, forwardMs = 60_000, crashAbandons = 0 }: Unsure = {}): Rules {
  const settings = settingsIn(rendered);
  const { app, queueName, lockMs, renewMs, keptMs, mostDeliveries, rememberMs, sessions, completes, concurrency } = settings;
  const hosting = hostingOf(app, concurrency);
  // ReceiverManager.CalculateRenewDelay: ten seconds before the end, or half of what is left.
  const periodMs = lockMs - Math.min(lockMs / 2, 10_000);
  /** Until when renewals keep a lock that began then, seen from a moment. */
  const lockedUntil = (since: number, at: number): number => since + Math.floor(Math.min(at - since, renewMs) / periodMs) * periodMs + lockMs;

  function open(world: World): Broker {
    const { clock } = world;
    const held = new Set<Held>();
    const ready = new Set<Held>();
    const waiting = new Set<Session>();
    const groups = new Map<string, Session>();
    const scheduled = new Set<Published>();
    const seen = new Map<string, number>();
    let inFlight = 0;
    let paused = false;

    function sessionOf({ group, id }: Published): Session | undefined {
      if (!sessions) return undefined;
      const key = group ?? id;
      const known = groups.get(key) ?? { messages: [], acceptedAt: undefined, locked: false };
      groups.set(key, known);
      return known;
    }
    function enqueue(message: Published): void {
      const one: Held = { message, enqueuedAt: clock.now(), session: sessionOf(message), count: 0, lock: 0 };
      held.add(one);
      const { session } = one;
      if (session === undefined) ready.add(one);
      else {
        session.messages.push(one);
        if (!session.locked) waiting.add(session);
      }
      pump();
    }
    /** What is no longer locked: the message, or its session, whose first it is. A session that has none is let go, and accepted anew. */
    function unlock(one: Held): void {
      const { session } = one;
      if (session === undefined) return void ready.add(one);
      session.locked = false;
      if (session.messages.length === 0) session.acceptedAt = undefined;
      else waiting.add(session);
    }
    function leave(one: Held): void {
      const { session } = one;
      if (session === undefined) return;
      session.messages.splice(session.messages.indexOf(one), 1);
      unlock(one);
    }
    /** A message's way to where dead letters go; while that takes nothing it lies in the queue's own dead-letter queue. */
    function forward(one: Held, why: string): void {
      if (!settings.discards && !world.takes(settings.sink)) return void clock.after(forwardMs, () => forward(one, why));
      held.delete(one);
      world.moved(one.message, settings.discards ? "discarded" : { queue: settings.sink }, why);
    }
    function dead(one: Held, why: string): void {
      leave(one);
      forward(one, why);
    }
    function again(one: Held): void {
      one.lock++;
      if (one.count >= mostDeliveries) dead(one, "MaxDeliveryCountExceeded");
      else unlock(one);
      pump();
    }
    /** A lock that ran out: of a session, with the session. */
    function lose(one: Held): void {
      if (one.session !== undefined) one.session.acceptedAt = undefined;
      again(one);
    }
    function take(): Held | undefined {
      for (;;) {
        const [session] = waiting;
        const [one] = sessions ? [session?.messages[0]] : ready;
        if (session !== undefined) waiting.delete(session);
        if (one === undefined) return undefined;
        ready.delete(one);
        if (clock.now() - one.enqueuedAt < keptMs) return one;
        if (settings.expiredAreKept) dead(one, "TTLExpiredException");
        else {
          leave(one);
          held.delete(one);
          world.moved(one.message, "discarded", "TTLExpiredException");
        }
      }
    }
    async function deliver(one: Held): Promise<void> {
      const { message, enqueuedAt, session } = one;
      inFlight++;
      one.count++;
      const lock = ++one.lock;
      const since = session === undefined ? clock.now() : (session.acceptedAt ??= clock.now());
      if (session !== undefined) session.locked = true;
      const untilMs = lockedUntil(since, Number.POSITIVE_INFINITY) - clock.now();
      // The lock runs out under the function: another instance gets the message, and what this one says of it counts for nothing.
      const keep = untilMs < hosting.timeoutMs ? clock.after(untilMs, () => lose(one)) : () => {};
      const { how, then: [then] } = await world.hand([{ ...message, attempt: one.count, enqueuedAt } satisfies NeutralMessage]);
      keep();
      inFlight--;
      if (how === "throttled") {
        // No instance has received it: nothing has counted.
        one.count--;
        if (session !== undefined) session.acceptedAt = undefined;
        unlock(one);
        pause();
      } else if (one.lock === lock) {
        if (then === "done" && completes) {
          held.delete(one);
          leave(one);
        } else if ((how === "exited" && crashAbandons === 0) || then === "done") {
          clock.after(lockedUntil(since, clock.now()) - clock.now(), () => lose(one));
        } else again(one);
      }
      pump();
    }
    function pause(): void {
      if (paused) return;
      paused = true;
      clock.after(instanceMs, () => {
        paused = false;
        pump();
      });
    }
    function pump(): void {
      while (!paused && inFlight < hosting.concurrency * hosting.maxInstances) {
        const one = take();
        if (one === undefined) return;
        void deliver(one);
      }
    }
    /** Whether it is taken for one that was sent before. */
    function isDuplicate(id: string): boolean {
      const at = seen.get(id);
      if (at !== undefined && clock.now() - at < rememberMs) return true;
      if (rememberMs > 0) seen.set(id, clock.now());
      return false;
    }
    return {
      publish: (message) => void (isDuplicate(message.id) || enqueue(message)),
      async perform(effect) {
        if (effect.do === "postpone") throw new IsobarError("unsupported", "the host holds the lock: nothing can hide the message for a while");
        const { functionName, body, attribute, key, afterMs, deduplicationId: id } = effect;
        const to = app.environment[sourceVariable(functionName)];
        if (to !== queueName) throw new IsobarError("send-failed", `${sourceVariable(functionName)} is ${String(to)}; the function reads ${queueName}`);
        if (sessions && key === undefined) throw new IsobarError("send-failed", "the SessionId was not set");
        // The wire has whole seconds.
        const dueMs = Math.ceil((clock.now() + afterMs) / 1000) * 1000 - clock.now();
        if (isDuplicate(id)) return id;
        const copy: Published = { id, body, attribute, ...(key === undefined ? {} : { group: key }) };
        scheduled.add(copy);
        clock.after(dueMs, () => {
          scheduled.delete(copy);
          enqueue(copy);
        });
        return id;
      },
      held: () => [...[...held].map(({ message }) => message), ...scheduled],
    };
  }
  return { hosting, open };
}
