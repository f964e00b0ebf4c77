/**
 * A queue function behind a Storage queue: cheap, and a body is all that a message has. https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue and delivery-semantics §2.2, §2.4, §4,
 * from azure-sdk-for-net's QueuesOptions and QueueProcessor.
 */
import { approximated, emulated, exact, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { clockOf, inShared, longestClockSeconds, resource, type Resource } from "./arm.ts";
import { connections, functionApp, functionSecondsOf, hostJson, ownApp, queueVariable, scaleGap, timeoutGap, type ScaleSettings } from "./function-app.ts";
import { connectionOf, type Registration } from "./registration.ts";

/** What a target may say of a function behind a Storage queue. */
export interface StorageQueueSettings extends ScaleSettings {
  /** Messages that one instance works on at a time, 1 to 32. Default 16. */
  readonly batchSize?: number;
  /** Seconds between two looks at an empty queue, at most. Default 60. */
  readonly maxPollingIntervalSeconds?: number;
}
type QueueBinding = Binding<"queue", StorageQueueSettings>;
type Policy = QueueBinding["fn"]["options"]["delivery"];
const host = "host.json extensions.queues";
const better = 'the variant "service-bus"';
const mostAtOnce = 32;

/** The one wait that the host knows: of a range the longest, since no wait may be shorter than what is asked. */
const waitSecondsOf = ({ backoff }: Policy): number => (backoff === undefined ? 0 : Math.ceil(toMs(typeof backoff === "string" ? backoff : backoff.max) / 1000));
const pollSecondsOf = ({ maxPollingIntervalSeconds = 60 }: StorageQueueSettings): number => maxPollingIntervalSeconds;

function backoff({ delivery }: QueueBinding["fn"]["options"], settings: StorageQueueSettings): Verdict {
  const { backoff: asked } = delivery;
  const seconds = waitSecondsOf(delivery);
  const note = `it is seen at the host's next look, ${pollSecondsOf(settings)} s later at most`;
  if (asked === undefined) return exact({}, `there is no wait: ${note}`);
  if (seconds > longestClockSeconds) return unsupported("host.json takes a visibilityTimeout of less than a day", `a wait of 23h, or ${better}`);
  const by = { [`${host}.visibilityTimeout`]: clockOf(seconds) };
  if (typeof asked !== "string" && toMs(asked.min) !== toMs(asked.max)) return approximated(`the host has one wait for every attempt: the longest, ${spelledMs(seconds * 1000)}, so that none is too short`, `backoff: "${asked.max}" at every attempt, or ${better}`, by);
  return exact(by, note);
}
function deadLetter({ deadLetter: to, maxAttempts }: Policy, queue: string): Verdict {
  const poison = `"${queue}-poison", which is the host's own name for it`;
  const by = { [`${host}.maxDequeueCount`]: maxAttempts + 1 };
  if (to === "discard") return emulated("the run time acknowledges what is given up, and what comes once too often without being run", `what cannot even be acknowledged goes to ${poison}`, by);
  if (to.order === "by-key") return unsupported("a Storage queue keeps no order, and takes no key", `"${to.name}" with order: "none", or ${better}`);
  return emulated(
    "the run time writes the letter, to a Storage queue of that name, before it acknowledges; what crashed at its last attempt comes once more and is written without being run",
    `a letter has its body alone: no reason, no id; what cannot be written at that last moment goes to ${poison}; no alert tells of letters, since Azure counts the messages of a whole account, once an hour`,
    by,
  );
}

/** The verdicts of this path. */
export function assessStorageQueue({ fn, settings }: QueueBinding): Assessment<"queue"> {
  const { delivery, batch, timeout: limit } = fn.options;
  const { maxAttempts, retryAfter, maxAge } = delivery;
  const functionSeconds = functionSecondsOf(timeoutOf(limit));
  const { batchSize = 16 } = settings;
  return {
    // One more than asked: what the run time never heard of comes to it once more, and to the dead letter that was named.
    attempts: emulated("the run time looks at dequeueCount, and gives up what has used it up", "what cannot be written then is moved by the host, one delivery later", { [`${host}.maxDequeueCount`]: maxAttempts + 1 }),
    backoff: backoff(fn.options, settings),
    retryAfter: retryAfter === undefined ? exact() : approximated("the host has one wait for every message, whatever the handler says", better),
    maxAge: maxAge === undefined ? exact({}, "a message of ours stays until it is taken, one of another sender for seven days, or as that sender said") : emulated("the run time looks at insertionTime before each attempt, and before a wait that would pass it", "what waits in the queue is looked at when it is received, not before"),
    deadLetter: deadLetter(delivery, fn.source.name),
    order: fn.source.order === "by-key" ? unsupported("nothing orders a Storage queue", better) : exact(),
    batch: exact({}, (batch?.maxSize ?? 1) > 1 ? "each invocation carries one message, which waits for no other" : undefined),
    timeout: timeoutGap(functionSeconds) ?? exact({ "host.json functionTimeout": clockOf(functionSeconds) }, "the host renews its hold on the message while the function runs"),
    saturation:
      scaleGap(settings) ??
      (batchSize >= 1 && batchSize <= mostAtOnce
        ? exact({ [`${host}.batchSize`]: batchSize, [`${host}.newBatchThreshold`]: 0 }, "the host takes no more messages than it starts at once")
        : unsupported("the host takes 1 to 32 messages at a time", `batchSize: ${batchSize < 1 ? 1 : mostAtOnce}`)),
    identity: approximated("a message has a body alone: a sender's id is lost, and what is moved or sent again has another", better),
    isolation: ownApp(fn),
  };
}

export const storageQueueEntity = (name: string, comments: string): Resource => resource("Microsoft.Storage/storageAccounts/queueServices/queues", { name: inShared("storage", `default/${name}`), comments, properties: { metadata: {} } });
export const addressOf = (name: string): string => `[concat('https://', variables('storage'), '.queue.core.windows.net/${name}')]`;

export function renderStorageQueue({ name, fn, settings }: QueueBinding): Rendered {
  const { source: { name: queue }, options: { delivery, timeout: limit } } = fn;
  const { deadLetter: to, maxAttempts } = delivery;
  const connection = connectionOf(queue);
  const registration: Registration = { name, app: "storageQueue", maker: "queueStorageQueue", options: { queueName: queue, connection, dataType: "binary" } };
  return {
    maker: "queueStorageQueue",
    resources: {
      ...(to === "discard" ? {} : { [`storage queue ${to.name}`]: storageQueueEntity(to.name, `dead letters of ${name}`) }),
      [`storage queue ${queue}`]: storageQueueEntity(queue, `${name} reads it`),
      [`storage queue ${queue}-poison`]: storageQueueEntity(`${queue}-poison`, `what the host itself gives up of ${name}`),
      ...functionApp({
        unit: name,
        fn,
        settings,
        environment: { ...connections.storageQueues(connection), ...(to === "discard" ? {} : { [queueVariable(to.name)]: addressOf(to.name) }) },
        host: hostJson(functionSecondsOf(timeoutOf(limit)), {
          queues: { batchSize: settings.batchSize ?? 16, newBatchThreshold: 0, maxDequeueCount: maxAttempts + 1, visibilityTimeout: clockOf(waitSecondsOf(delivery)), maxPollingInterval: clockOf(pollSecondsOf(settings)), messageEncoding: "base64" },
        }),
        registration,
      }),
    },
    grants: [
      { actions: ["Storage Queue Data Contributor"], on: `storage queue ${queue}`, for: "consuming" },
      { actions: ["Storage Queue Data Message Sender"], on: `storage queue ${queue}-poison`, for: "what the host gives up" },
      ...(to === "discard" ? [] : [{ actions: ["Storage Queue Data Message Sender"], on: `storage queue ${to.name}`, for: "dead letters" }]),
    ],
  };
}
