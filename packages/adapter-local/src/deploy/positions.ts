/** Every kind that is read by position: its attempts are made inside one invocation, and what is not settled then is handed over again for ever. */
import type { StreamKind } from "@isobar/core";
import { emulated, exact, insideMs, marginMs, timeoutOf, toMs, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { againMs, functionResource, mostInBatch, saturationVerdict, timeoutVerdict, type MachineSettings } from "./machine.ts";
import { called, type LocalResources, type ReaderResource, type SourceResource } from "./resources.ts";

type PositionBinding = Binding<StreamKind, MachineSettings>;

function numbersOf({ fn }: PositionBinding) {
  const { delivery, batch, timeout } = fn.options;
  const asked = batch?.maxSize ?? 1;
  const inBatch = Math.min(asked, mostInBatch);
  const allMs = insideMs(delivery, timeoutOf(timeout));
  // Of several, each is started only with time for all its attempts: core keeps the second half for those that were.
  return { delivery, asked, inBatch, batchWaitMs: batch?.maxWait === undefined ? 0 : toMs(batch.maxWait), invocationMs: (inBatch > 1 ? 2 : 1) * allMs + marginMs };
}
const inside = (how: string): Verdict => emulated(how, "a crash, or the end of the invocation's time, begins the count again: the position is handed over until it is settled");

/** The verdicts that all these kinds share. */
export function assessPositions(binding: PositionBinding): Assessment<"stream"> {
  const { delivery, asked, inBatch, batchWaitMs, invocationMs } = numbersOf(binding);
  return {
    attempts: inside("the run time makes all attempts inside one invocation"),
    backoff: delivery.backoff === undefined ? exact({}, "the wait is none: the next attempt follows at once") : inside("the run time waits inside the invocation, to the millisecond"),
    retryAfter: delivery.retryAfter === undefined ? exact() : inside("the run time waits inside the invocation, to the millisecond"),
    maxAge: delivery.maxAge === undefined ? exact({}, "the store keeps a record until it is settled") : emulated("the run time looks at the record's age before each attempt, and before a wait that would pass it", "what waits behind its key is looked at when it is handed over, not before"),
    deadLetter:
      delivery.deadLetter === "discard"
        ? exact({}, "the run time goes on past what is given up")
        : emulated("the run time writes the letter of the single record, then goes on", "a crash between letter and answer leaves a second letter; a queue that takes none stops the key, and loses nothing"),
    order: exact({ "reader againMs": againMs }, "by key: what follows waits, whatever other keys do"),
    batch: exact({ "reader batchSize": inBatch, "reader batchWaitMs": batchWaitMs }, asked > inBatch ? `${inBatch} at most: a batch's size is a ceiling` : undefined),
    timeout: timeoutVerdict(invocationMs),
    saturation: saturationVerdict(binding.settings),
    identity: emulated("the attribute isobar carries the id into the dead letter and back", "none: a position keeps its id"),
    isolation: exact({}, "a process of its own"),
  };
}

/** The source, where single records end, the reader and the function. */
export function renderPositions(binding: PositionBinding, source: SourceResource): Rendered {
  const { name, fn, settings } = binding;
  const { delivery: { deadLetter: to }, inBatch, batchWaitMs, invocationMs } = numbersOf(binding);
  const from = called(source.type, source.name);
  return {
    maker: fn.kind,
    keeping: "inside",
    resources: {
      ...(to === "discard" ? {} : { [called("queue", to.name)]: { type: "queue", for: name, order: to.order } }),
      [from]: source,
      ...functionResource(name, invocationMs, settings),
      [called("reader", name)]: { type: "reader", for: name, source: from, function: name, batchSize: inBatch, batchWaitMs, againMs } satisfies ReaderResource,
    } satisfies LocalResources,
    grants: [
      { actions: ["read"], on: from, for: "consuming" },
      ...(to === "discard" ? [] : [{ actions: ["send"], on: called("queue", to.name), for: "dead letters" }]),
    ],
  };
}
