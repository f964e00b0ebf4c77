/**
 * Every kind that is read by position, through Event Hubs or a change feed; and a tick that a timer brings without a queue. Their attempts are made inside one invocation. The host's own retry is the
 * backstop, without an end: behind its last retry the extension checkpoints, and what failed is lost (delivery-semantics §1.6, §1.7, §4). https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries
 */
import type { StreamKind } from "@isobar/core";
import { emulated, exact, insideMs, longestWaitMs, marginMs, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { clockOf, type Resources } from "./arm.ts";
import { functionApp, functionSecondsOf, hostJson, ownApp, scaleGap, type ScaleSettings } from "./function-app.ts";
import type { Registration } from "./registration.ts";
import { letterEnvironment, letterGrants, sinkOf } from "./service-bus.ts";

/**
 * What one invocation carries. These triggers settle it as a whole: of several, those behind one that took its time would be returned unstarted, and bring what was done before them again, letters
 * included, and never get further.
 */
export const inBatch = 1;
/** Scale-in leaves an invocation an hour, a platform update ten minutes: https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout, note 2. */
const longestMs = 3_600_000;
const updateMs = 600_000;

export type PositionBinding = Binding<StreamKind | "schedule", ScaleSettings>;
/** What a function reads from, in the words of its verdicts. */
export interface PositionSource {
  /** What waits while something blocks: "partition". */
  readonly part: string;
  /** What ends an endless wait: how long the service keeps what was not read; absent where it keeps all. */
  readonly kept?: { readonly hours: number; readonly setting: string };
  /** The setting of a batch's size; absent where there are none. */
  readonly batch?: string;
  /** `app.eventHub`, as its settings are spelled. */
  readonly app: string;
  readonly afterCrash: string;
}

function numbersOf({ fn }: PositionBinding) {
  const { delivery, batch, timeout } = fn.options;
  /** Milliseconds of an invocation in which so many attempts have their time. */
  const takesMs = (maxAttempts: number) => insideMs({ ...delivery, maxAttempts }, timeoutOf(timeout));
  return { delivery, asked: batch?.maxSize ?? 1, takesMs, functionSeconds: functionSecondsOf(takesMs(delivery.maxAttempts)) };
}
type Numbers = ReturnType<typeof numbersOf>;

function attempts({ delivery: { maxAttempts }, takesMs }: Numbers, { app, afterCrash }: PositionSource): Verdict {
  if (takesMs(maxAttempts) + marginMs > longestMs && takesMs(1) + marginMs <= longestMs) {
    let most = 1;
    while (takesMs(most + 1) + marginMs <= longestMs) most++;
    return unsupported(`all attempts are made inside one invocation, of which scale-in leaves an hour, and ${maxAttempts} may take ${Math.ceil((takesMs(maxAttempts) + marginMs) / 60_000)} minutes`, `maxAttempts: ${most}, shorter waits or a shorter timeout`);
  }
  const long = takesMs(maxAttempts) > updateMs ? ", and so does a platform update, which leaves an invocation ten minutes" : "";
  return emulated("the run time makes the attempts inside one invocation, and goes on behind what has used them up", `a crash begins the count again${long}: ${afterCrash}`, { [`${app} retry.maxRetryCount`]: -1 });
}
function timeout({ takesMs, functionSeconds, delivery }: Numbers): Verdict {
  if (takesMs(1) + marginMs > longestMs) return unsupported("scale-in leaves an invocation an hour", `timeout: "${spelledMs(59 * 60_000)}"`);
  return exact({ "host.json functionTimeout": clockOf(functionSeconds) }, delivery.maxAttempts > 1 ? "an invocation has time for all attempts, each with this timeout" : undefined);
}
function wait({ delivery, functionSeconds }: Numbers, asked: boolean, { part, afterCrash }: PositionSource): Verdict {
  if (!asked) return exact({}, "attempts follow one another at once");
  if (longestWaitMs(delivery) >= longestMs) return unsupported("a wait is spent inside the invocation, of which scale-in leaves an hour", "a wait of minutes");
  return emulated(`the run time waits inside the invocation, and with it the ${part}, and an instance that is paid`, `after a crash the wait is the host's: ${afterCrash}`, { "host.json functionTimeout": clockOf(functionSeconds) });
}
function maxAge({ delivery: { maxAge: limit } }: Numbers, { kept, part }: PositionSource): Verdict {
  const by = kept === undefined ? {} : { [kept.setting]: kept.hours };
  if (limit === undefined) return exact(by, kept === undefined ? "nothing is dropped for its age" : `what is older than ${kept.hours} hours is dropped unread`);
  if (kept !== undefined && toMs(limit) > kept.hours * 3_600_000) return unsupported(`records are kept for ${kept.hours} hours`, `maxAge: "${kept.hours}h"`);
  return emulated("the run time looks at its time before the first attempt, and before a wait that would pass it", `what waits in its ${part} is looked at when it is read, not before`, by);
}
function deadLetter({ delivery: { deadLetter: to } }: Numbers, { part, app, kept }: PositionSource): Verdict {
  const by = { [`${app} retry.maxRetryCount`]: -1 };
  const end = kept === undefined ? "" : ` until its ${kept.hours} hours are over`;
  if (to === "discard") return emulated("the run time goes on behind what is given up", `what crashes the process every time blocks its ${part}${end}`, by);
  return emulated("the run time writes the letter inside the invocation, and then goes on behind it", `a crash between letter and answer leaves a second letter; while the letter cannot be written, or what crashes the process every time, its ${part} is blocked${end}`, by);
}
const batch = ({ asked }: Numbers, { batch: setting }: PositionSource): Verdict =>
  exact(setting === undefined ? {} : { [setting]: inBatch }, asked > 1 ? "each invocation carries one, which waits for no other: a batch would be settled as a whole, and what it had no time for would bring what was done again" : undefined);

/** The verdicts that these paths share. */
export function assessPositions(binding: PositionBinding, source: PositionSource): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery } = numbers;
  return {
    attempts: attempts(numbers, source),
    backoff: wait(numbers, delivery.backoff !== undefined && delivery.maxAttempts > 1, source),
    retryAfter: delivery.retryAfter === undefined ? exact() : wait(numbers, true, source),
    maxAge: maxAge(numbers, source),
    deadLetter: deadLetter(numbers, source),
    order: exact({}, `what blocks, blocks its ${source.part}: other keys in it wait too`),
    batch: batch(numbers, source),
    timeout: timeout(numbers),
    saturation: scaleGap(binding.settings) ?? exact({}, `what finds no instance free waits in its ${source.part}; attempts are counted where they start`),
    identity: exact({}, "the id is its place, the same at every delivery, and the attribute isobar carries it into the dead letter"),
    isolation: ownApp(binding.fn),
  };
}

/** The place of its dead letters and the function app. `resources`: what it reads; `extensions`: of host.json; `reads`: what taking needs. */
export function renderPositions(binding: PositionBinding, { registration, environment, extensions = {}, resources, reads = [] }: { readonly registration: Registration; readonly environment: Readonly<Record<string, string>>; readonly extensions?: Readonly<Record<string, object>>; readonly resources: Resources; readonly reads?: readonly Grant[] }): Rendered {
  const { name, settings } = binding;
  const { delivery, functionSeconds } = numbersOf(binding);
  const [sink, sinkEntity] = sinkOf(delivery, name);
  return {
    maker: registration.maker,
    keeping: "inside",
    resources: {
      ...(delivery.deadLetter === "discard" ? {} : { [`queue ${sink}`]: sinkEntity }),
      ...resources,
      ...functionApp({ unit: name, fn: binding.fn, settings, environment: { ...environment, ...letterEnvironment(delivery) }, host: hostJson(functionSeconds, extensions), registration }),
    },
    grants: [...reads, ...letterGrants(delivery)],
  };
}
