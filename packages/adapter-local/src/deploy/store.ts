/** Every kind that reaches its function through a queue of the embedded store: what that path keeps of the contract, and the settings that keep it. */
import type { AsynchronousKind, Order } from "@isobar/core";
import { emulated, exact, marginMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { againMs, functionResource, mostInBatch, saturationVerdict, startMs, timeoutVerdict, type MachineSettings } from "./machine.ts";
import { called, type ConsumerResource, type LocalResources, type QueueResource } from "./resources.ts";

/** What a target may say of a function behind a queue of the store. */
export interface StoreSettings<Variant extends string = "local"> extends MachineSettings<Variant> {
  /** How long a message that was handed over stays hidden. Default: the function's own time and that of its process to start. */
  readonly visibilityMs?: number;
}
type StoreKind = Exclude<AsynchronousKind, "stream" | "changes" | "logs">;
type StoreBinding = Binding<StoreKind, StoreSettings<string>>;

/** The path's numbers, computed once for the verdicts and for the settings. */
function numbersOf({ fn, settings }: StoreBinding) {
  const { delivery, batch, timeout } = fn.options;
  const functionMs = timeoutOf(timeout) + marginMs;
  const asked = batch?.maxSize ?? 1;
  const order: Order = (fn.source as { readonly order?: Order }).order ?? "none";
  return {
    delivery, functionMs, asked, order,
    inBatch: Math.min(asked, mostInBatch),
    batchWaitMs: batch?.maxWait === undefined ? 0 : toMs(batch.maxWait),
    visibilityMs: settings.visibilityMs ?? functionMs + startMs,
    waits: delivery.backoff !== undefined || delivery.retryAfter !== undefined,
  };
}
type Numbers = ReturnType<typeof numbersOf>;

const wait = ({ visibilityMs }: Numbers): Verdict =>
  emulated("the run time hides the failed message for the wait, from its settlement, to the millisecond", `after a crash, or where the store was not reached, the wait is ${visibilityMs} ms from the hand-over`, { "queue visibilityMs": visibilityMs });

const deadLetter = ({ delivery: { deadLetter: to } }: Numbers): Verdict =>
  to === "discard"
    ? exact({}, "the run time acknowledges what is given up")
    : emulated("the run time writes the letter before it acknowledges", "a crash between letter and acknowledgement leaves a second letter");

function timeout({ functionMs, visibilityMs }: Numbers): Verdict {
  if (visibilityMs < functionMs) return unsupported(`the visibility set here, ${visibilityMs} ms, ends before the function's ${functionMs} ms: the store would hand the message to a second process`, `visibilityMs: ${functionMs + startMs}`);
  return timeoutVerdict(functionMs, { "queue visibilityMs": visibilityMs });
}
const batch = ({ asked, inBatch, batchWaitMs }: Numbers): Verdict => exact({ "consumer batchSize": inBatch, "consumer batchWaitMs": batchWaitMs }, asked > inBatch ? `${inBatch} at most: a batch's size is a ceiling` : undefined);

/** The verdicts that all these kinds share. */
export function assessStore(binding: StoreBinding): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery, order } = numbers;
  return {
    attempts: emulated("the store counts from 1; the run time ends with the last attempt, and does not run what comes beyond it", "an entry that cannot start ends nothing: its messages come again until it can, and are kept"),
    backoff: delivery.backoff === undefined ? exact({}, `the wait is the consumer's own: ${againMs} ms`) : wait(numbers),
    retryAfter: delivery.retryAfter === undefined ? exact() : wait(numbers),
    maxAge: delivery.maxAge === undefined ? exact({}, "the store keeps a message until it is settled") : emulated("the run time looks at the message's age before each attempt, and before a wait that would pass it", "what waits in the store is looked at when it is handed over, not before"),
    deadLetter: deadLetter(numbers),
    order: order === "none" ? exact() : exact({ "queue order": order }, "one message of a key at a time; keys do not wait for each other"),
    batch: batch(numbers),
    timeout: timeout(numbers),
    saturation: saturationVerdict(binding.settings),
    identity: emulated("the attribute isobar carries the id into the dead letter and back", "none: a message keeps its id in the store"),
    isolation: exact({}, "a process of its own"),
  };
}

/** A queue that only one function has, as the store names a subscriber's. No channel has a slash in its name. */
export const ownQueue = (source: string, functionName: string): string => `${source}/${functionName}`;

/** The queue, where its messages end, the consumer and the function. `queue`: the channel's name, or `ownQueue`. `filling`: what fills it. */
export function renderStore(binding: StoreBinding, maker: string, queue: string, filling: LocalResources = {}): Rendered {
  const { name, settings } = binding;
  const numbers = numbersOf(binding);
  const { delivery: { deadLetter: to }, functionMs, visibilityMs, order, inBatch, batchWaitMs, waits } = numbers;
  return {
    maker,
    ...(waits ? { keeping: "postponing" } : {}),
    resources: {
      ...(to === "discard" ? {} : { [called("queue", to.name)]: { type: "queue", for: name, order: to.order } satisfies QueueResource }),
      [called("queue", queue)]: { type: "queue", for: name, order, visibilityMs } satisfies QueueResource,
      ...filling,
      ...functionResource(name, functionMs, settings),
      [called("consumer", name)]: { type: "consumer", for: name, queue, function: name, batchSize: inBatch, batchWaitMs, againMs } satisfies ConsumerResource,
    } satisfies LocalResources,
    grants: [
      { actions: ["receive", "settle", ...(waits ? ["postpone"] : [])], on: called("queue", queue), for: "consuming" },
      ...(to === "discard" ? [] : [{ actions: ["send"], on: called("queue", to.name), for: "dead letters" }]),
    ],
  };
}
