/**
 * Every kind that reaches its function through a Service Bus queue of its own, by single dispatch: what that path keeps of the contract, and the settings that keep it. Ranges:
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas and delivery-semantics §2.2. Batches are not used: the batch loop runs one batch per instance, abandons all of it together and
 * renews no lock.
 */
import type { MessageKind, Queue } from "@isobar/core";
import { emulated, exact, longestWaitMs, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { clockOf, isoOf, longestClockSeconds, type Resource, type Resources } from "./arm.ts";
import { keptSeconds, queueEntity, queueId } from "./entities.ts";
import { busSettings, connections, functionApp, functionSecondsOf, hostJson, ownApp, queueVariable, scaleGap, sourceVariable, timeoutGap, type ScaleSettings } from "./function-app.ts";
import { connectionOf, serviceBusQueue } from "./registration.ts";

/** What a target may say of a function behind Service Bus. */
export interface ServiceBusSettings extends ScaleSettings {
  /** Seconds that a received message is locked for; the host renews the lock while the function runs. 5 to 300. Default 60: the longest wait after a crash. */
  readonly lockDurationSeconds?: number;
  /** Messages (of a queue in order: keys) that one instance works on at a time. Default 16. */
  readonly concurrentPerInstance?: number;
}

const mostDeliveries = 2_000;
/** The least is operating knowledge (delivery-semantics §2.2). */
const [shortestLockSeconds, longestLockSeconds] = [5, 300];
/** Longer than this a held answer is no longer cheap, and no longer safe: a platform update leaves an invocation ten minutes (https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout, note 2). */
export const longestHoldMs = 600_000;
export const discardedSeconds = 60;
/** What the timer's relay may take beside its function in one app: to get a token and to send. It gives up a little before. */
const relaySeconds = 30;
/** A second copy that was sent within this time is dropped; at least as long as a lock and an invocation may take together. */
const shortestWindowSeconds = 600;

type BusBinding = Binding<MessageKind, ServiceBusSettings>;

/** The path's numbers, computed once for the verdicts and for the settings. */
function numbersOf({ fn, settings }: BusBinding) {
  const { delivery, batch, timeout } = fn.options;
  const ordered = (fn.source as { readonly order?: Queue["order"] }).order === "by-key";
  const waits = delivery.backoff !== undefined || delivery.retryAfter !== undefined;
  const holdMs = ordered && waits ? longestWaitMs(delivery) : 0;
  const functionSeconds = Math.max(functionSecondsOf(timeoutOf(timeout) + holdMs), fn.kind === "schedule" ? relaySeconds : 0);
  const lockSeconds = settings.lockDurationSeconds ?? 60;
  // A session's lock is renewed from its acceptance on, however many messages it then has (azure-sdk-for-net, SessionReceiverManager.RenewSessionLock): it gets all that can be written.
  const renewalSeconds = ordered ? longestClockSeconds : functionSeconds;
  const windowSeconds = Math.max(shortestWindowSeconds, Math.ceil((functionSeconds + lockSeconds) / 60) * 60);
  const keepSeconds = Math.max(keptSeconds, Math.ceil((delivery.maxAge === undefined ? 0 : toMs(delivery.maxAge)) / 1000));
  return { delivery, ordered, waits, holdMs, functionSeconds, lockSeconds, renewalSeconds, windowSeconds, keepSeconds, inBatch: batch?.maxSize ?? 1, concurrent: settings.concurrentPerInstance ?? 16 };
}
type Numbers = ReturnType<typeof numbersOf>;

const queueSetting = "Microsoft.ServiceBus/namespaces/queues";
const hostSetting = "host.json extensions.serviceBus";

function attempts({ delivery: { maxAttempts }, ordered, waits }: Numbers): Verdict {
  if (maxAttempts > mostDeliveries) return unsupported("a Service Bus queue counts deliveries up to 2,000", `maxAttempts: ${mostDeliveries}`);
  const by = { [`${queueSetting} maxDeliveryCount`]: maxAttempts };
  if (ordered || !waits) return exact(by);
  return emulated("the run time counts what earlier copies have used up and the queue's own deliveries of this one, and looks before it runs", "a lock that is lost while the function runs has counted, as on every broker", by);
}
function wait(numbers: Numbers, asked: boolean): Verdict {
  const { delivery, ordered, functionSeconds, lockSeconds, renewalSeconds, windowSeconds } = numbers;
  if (!asked) return exact({}, "there is no wait: an abandoned message comes again at once");
  const afterCrash = `after a crash the wait is what is left of the lock, ${lockSeconds} s at most`;
  if (!ordered) {
    const by = { [`${queueSetting} requiresDuplicateDetection`]: true, [`${queueSetting} duplicateDetectionHistoryTimeWindow`]: isoOf(windowSeconds) };
    return emulated("a copy behind the delay is sent before the original is acknowledged; one that was sent twice is dropped", `${afterCrash}; a copy has the body, the id, the subject and the count, and no other property of the first message`, by);
  }
  if (longestWaitMs(delivery) > longestHoldMs)
    return unsupported("a copy would land behind the messages that follow it, so the answer is held back instead, and the instance with it: over ten minutes we do not, since it is paid all the while and a platform update ends what runs for longer", `a wait of ${spelledMs(longestHoldMs)}`);
  return emulated("the answer is held back while the host renews the session's lock: the group waits, and an instance that is paid", afterCrash, { "host.json functionTimeout": clockOf(functionSeconds), [`${hostSetting}.maxAutoLockRenewalDuration`]: clockOf(renewalSeconds) });
}
function maxAge({ delivery: { maxAge: limit, deadLetter: to }, keepSeconds }: Numbers, hop: Hop | undefined): Verdict {
  const by = { [`${queueSetting} defaultMessageTimeToLive`]: isoOf(keepSeconds) };
  if (limit === undefined) return exact(by, `what waits for longer than ${keepSeconds / 86_400} days ${to === "discard" ? "is discarded" : "becomes a dead letter"}`);
  return emulated("the run time looks at the first enqueue, which copies carry, before each attempt and before a wait that would pass it", `what waits in the queue is looked at when it is received, not before${hop === undefined ? "" : `; the time that ${hop.who} took to bring it there does not count`}`, by);
}
function deadLetter({ delivery: { deadLetter: to }, ordered }: Numbers, name: string, hop: Hop | undefined): Verdict {
  const before = hop === undefined ? "" : `; what ${hop.who} cannot bring to the queue ${hop.leaves}`;
  if (to === "discard")
    return emulated("the run time acknowledges what is given up; what the queue itself gives up is forwarded to a queue that keeps nothing", `what the queue moved itself lies there for ${discardedSeconds} s${before}`, { [`${queueSetting} forwardDeadLetteredMessagesTo`]: discardedName(name), [`${queueSetting} defaultMessageTimeToLive`]: isoOf(discardedSeconds) });
  if (to.order === "by-key" && !ordered) return unsupported("what the queue moves itself has no session, and a queue with sessions takes no such message", `"${to.name}" with order: "none"`);
  const sessions = ordered ? "; whether a queue with sessions may forward what it moved itself no document tells: where it may not, that stays in its own dead-letter queue" : "";
  return emulated(
    "the run time writes the letter before it acknowledges; what the queue gives up itself is forwarded to the same place",
    `a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason${sessions}; letters stay for ${keptSeconds / 86_400} days, then in that queue's own dead-letter queue${before}`,
    { [`${queueSetting} forwardDeadLetteredMessagesTo`]: to.name, [`${queueSetting} deadLetteringOnMessageExpiration`]: true },
  );
}
function timeout({ functionSeconds, renewalSeconds, lockSeconds, ordered }: Numbers): Verdict {
  const gap = timeoutGap(functionSeconds);
  if (gap !== undefined) return gap;
  if (!(lockSeconds >= shortestLockSeconds && lockSeconds <= longestLockSeconds)) return unsupported("a lock lasts 5 to 300 s", `lockDurationSeconds: ${lockSeconds < shortestLockSeconds ? shortestLockSeconds : longestLockSeconds}`);
  const note = functionSeconds > 600 ? "a platform update ends what runs for longer than ten minutes, which then comes again" : ordered ? "a key that is busy for a day without a pause loses its lock once" : undefined;
  return exact({ "host.json functionTimeout": clockOf(functionSeconds), [`${hostSetting}.maxAutoLockRenewalDuration`]: clockOf(renewalSeconds) }, note);
}

/** What brings messages to the queue, where no sender does: each hop may fail for itself. */
export interface Hop {
  readonly who: string;
  /** What it does then: "lies …". */
  readonly leaves: string;
}
/** The verdicts that all these kinds share. */
export function assessServiceBus(binding: BusBinding, hop?: Hop): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery, ordered, inBatch, waits, windowSeconds } = numbers;
  const copies = waits && !ordered;
  const detected = copies || binding.fn.kind === "schedule" ? `; what is moved back by hand within ${windowSeconds / 60} minutes needs a new MessageId, or the queue takes it for a duplicate` : "";
  return {
    attempts: attempts(numbers),
    backoff: wait(numbers, delivery.backoff !== undefined),
    retryAfter: delivery.retryAfter === undefined ? exact() : wait(numbers, true),
    maxAge: maxAge(numbers, hop),
    deadLetter: deadLetter(numbers, binding.name, hop),
    order: ordered ? exact({ [`${queueSetting} requiresSession`]: true, "app.serviceBusQueue isSessionsEnabled": true }) : exact(),
    batch: exact({}, inBatch > 1 ? "each invocation carries one message, which waits for no other: a batch of these would be settled as a whole, and its locks would not be renewed" : undefined),
    timeout: timeout(numbers),
    saturation: scaleGap(binding.settings) ?? exact({ [`${hostSetting}.prefetchCount`]: 0 }, "a message is locked by an instance that runs it at once: waiting for one spends nothing"),
    identity: emulated(
      `the attribute isobar carries the id into ${copies ? "copies and " : ""}dead letters and back`,
      `an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another${detected}`,
    ),
    isolation: ownApp(binding.fn),
  };
}

/** The name of a queue that keeps nothing. A channel's name has no dot. */
const discardedName = (functionName: string): string => `${functionName}.discarded`;

/** Where messages end: the entity's name, and the entity. A look at a letter over REST locks it, which counts as a delivery there. */
export function sinkOf({ deadLetter: to }: BusBinding["fn"]["options"]["delivery"], name: string): readonly [name: string, entity: Resource] {
  if (to === "discard") return [discardedName(name), queueEntity(discardedName(name), `what ${name} gives up ends here`, { defaultMessageTimeToLive: isoOf(discardedSeconds), deadLetteringOnMessageExpiration: false, requiresSession: false })];
  return [to.name, queueEntity(to.name, `dead letters of ${name}`, { maxDeliveryCount: mostDeliveries, defaultMessageTimeToLive: isoOf(keptSeconds), deadLetteringOnMessageExpiration: true, requiresSession: to.order === "by-key" })];
}
/** What a function needs to write its dead letters there. */
export const letterGrants = ({ deadLetter: to }: BusBinding["fn"]["options"]["delivery"]): readonly Grant[] => (to === "discard" ? [] : [{ actions: ["Azure Service Bus Data Sender"], on: `queue ${to.name}`, for: "dead letters" }]);
export const letterEnvironment = ({ deadLetter: to }: BusBinding["fn"]["options"]["delivery"]): Readonly<Record<string, string>> => (to === "discard" ? {} : { ...busSettings, [queueVariable(to.name)]: to.name });

/** What there is of a path besides the queue. `maker`: the entry maker; `source`: what the connection is named after; `queue`: its name, the channel's own, or one that something else fills. */
interface Path {
  readonly maker: string;
  readonly source: string;
  readonly queue: string;
  /** Whether the queue drops what comes twice, whatever the policy. */
  readonly detects?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly resources?: Resources;
  readonly grants?: readonly Grant[];
}
/** The queue, where its messages end, and the function app. */
export function renderServiceBus(binding: BusBinding, { maker, source, queue, detects = false, environment, resources, grants = [] }: Path): Rendered {
  const { name, settings } = binding;
  const { delivery, ordered, waits, functionSeconds, lockSeconds, renewalSeconds, windowSeconds, keepSeconds, concurrent } = numbersOf(binding);
  const [sink, sinkEntity] = sinkOf(delivery, name);
  const copies = waits && !ordered;
  const keeping = ordered && waits ? "holding" : copies ? "requeuing" : undefined;
  return {
    maker,
    ...(keeping === undefined ? {} : { keeping }),
    resources: {
      [`queue ${sink}`]: sinkEntity,
      [`queue ${queue}`]: queueEntity(
        queue,
        `${name} reads it`,
        {
          lockDuration: isoOf(lockSeconds),
          maxDeliveryCount: delivery.maxAttempts,
          requiresSession: ordered,
          requiresDuplicateDetection: copies || detects,
          ...(copies || detects ? { duplicateDetectionHistoryTimeWindow: isoOf(windowSeconds) } : {}),
          defaultMessageTimeToLive: isoOf(keepSeconds),
          deadLetteringOnMessageExpiration: true,
          forwardDeadLetteredMessagesTo: sink,
        },
        [queueId(sink)],
      ),
      ...resources,
      ...functionApp({
        unit: name,
        fn: binding.fn,
        settings,
        environment: { ...connections.serviceBus(connectionOf(source)), ...busSettings, ...(copies ? { [sourceVariable(name)]: queue } : {}), ...letterEnvironment(delivery), ...environment },
        host: hostJson(functionSeconds, {
          serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: clockOf(renewalSeconds), ...(ordered ? { maxConcurrentSessions: concurrent } : { maxConcurrentCalls: concurrent }) },
        }),
        registration: serviceBusQueue(name, maker, source, queue, ordered),
      }),
    },
    grants: [
      { actions: ["Azure Service Bus Data Receiver", ...(copies ? ["Azure Service Bus Data Sender"] : [])], on: `queue ${queue}`, for: copies ? "consuming, and copies behind a delay" : "consuming" },
      ...letterGrants(delivery),
      ...grants,
    ],
  };
}
