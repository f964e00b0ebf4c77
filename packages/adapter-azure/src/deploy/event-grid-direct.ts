/**
 * A function that Event Grid calls itself: fewer parts, and less of the contract. https://learn.microsoft.com/azure/event-grid/delivery-and-retry and delivery-semantics §2.2, §3.
 */
import { approximated, emulated, exact, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { clockOf, idOfPrefixed } from "./arm.ts";
import { mostAttempts, mostMinutes, subscribed, undelivered, type Source } from "./event-grid.ts";
import { functionApp, functionSecondsOf, hostJson, ownApp, scaleGap, type ScaleSettings } from "./function-app.ts";
import type { Registration } from "./registration.ts";
import { letterEnvironment, letterGrants, sinkOf } from "./service-bus.ts";

/** What a target may say of a function that Event Grid calls. */
export interface DirectSettings extends ScaleSettings {
  /** Events that one instance works on at a time, 1 to 1,000. Default 16. */
  readonly concurrentPerInstance?: number;
}
/** Seconds before the second attempt, the third and so on; the last stands for all that follow. */
export const waitsSeconds = [10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200] as const;
export const answerSeconds = 30;

/** How much longer a wait may be for its randomization, of which no document says how small it is. */
const lateness = 1.1;
/** Which attempts of the table there is time for. */
function attemptsWithin(seconds: number): number {
  let count = 1;
  for (let at = 0; count < mostAttempts; count++) {
    at += lateness * waitsSeconds[Math.min(count, waitsSeconds.length) - 1]!;
    if (at > seconds) return count;
  }
  return count;
}
type DirectBinding = Binding<"storage" | "bus", DirectSettings>;
type Policy = DirectBinding["fn"]["options"]["delivery"];
const retrySetting = "Microsoft.EventGrid eventSubscriptions retryPolicy";
const queued = (nearest: string): string => `${nearest}, or the variant "event-grid-service-bus"`;
const minutesOf = ({ maxAge }: Policy): number => (maxAge === undefined ? mostMinutes : Math.ceil(toMs(maxAge) / 60_000));

function attempts({ maxAttempts, maxAge }: Policy): Verdict {
  if (maxAttempts > mostAttempts) return unsupported("Event Grid tries 30 times at most", queued(`maxAttempts: ${mostAttempts}`));
  const by = { [`${retrySetting}.maxDeliveryAttempts`]: maxAttempts };
  const most = attemptsWithin(mostMinutes * 60);
  if (maxAge === undefined && maxAttempts > most) return approximated(`Event Grid keeps an event for a day, in which its own waits leave time for ${most} attempts`, queued(`maxAttempts: ${most}`), by);
  return exact(by, "handlers are not told which attempt it is");
}
function backoff({ backoff: asked }: Policy): Verdict {
  const note = "the waits are Event Grid's own: 10 s, 30 s, 1 min, 5 min, 10 min, 30 min, 1 h, 3 h, 6 h, then 12 h, each a little later";
  return asked === undefined ? exact({}, note) : approximated(`${note}, and it may leave some out`, queued("no backoff"));
}
function maxAge(policy: Policy): Verdict {
  const minutes = minutesOf(policy);
  const by = { [`${retrySetting}.eventTimeToLiveInMinutes`]: minutes };
  if (policy.maxAge === undefined) return exact(by, "Event Grid gives up what is older than a day");
  if (minutes > mostMinutes) return unsupported("Event Grid keeps an event for a day at most", queued('maxAge: "1d"'));
  return toMs(policy.maxAge) === minutes * 60_000 ? exact(by) : approximated("Event Grid counts an event's age in whole minutes", `maxAge: "${minutes}m"`, by);
}
function deadLetter({ deadLetter: to }: Policy): Verdict {
  if (to === "discard") return exact({}, "Event Grid drops what it gives up where it has no place for it");
  return approximated(
    `what is used up or too old Event Grid leaves as a blob in the container "${undelivered}", five minutes later and without the attribute isobar; what the handler rejects the run time writes to "${to.name}"`,
    'the variant "event-grid-service-bus"',
    { "Microsoft.EventGrid eventSubscriptions deadLetterDestination": undelivered },
  );
}
function timeout(timeoutMs: number): Verdict {
  const seconds = functionSecondsOf(timeoutMs);
  if (seconds > answerSeconds) return unsupported("Event Grid waits 30 s for an answer, and then delivers the event again", queued(`timeout: "${spelledMs((answerSeconds - 1) * 1000)}"`));
  return exact({ "host.json functionTimeout": clockOf(seconds) });
}

/** The verdicts of a function that Event Grid calls. */
export function assessDirect({ fn, settings }: DirectBinding): Assessment<"queue"> {
  const { delivery, batch, timeout: limit } = fn.options;
  return {
    attempts: attempts(delivery),
    backoff: backoff(delivery),
    retryAfter: delivery.retryAfter === undefined ? exact() : approximated("Event Grid waits as long as it does, whatever the handler says", 'the variant "event-grid-service-bus"'),
    maxAge: maxAge(delivery),
    deadLetter: deadLetter(delivery),
    order: exact(),
    batch: exact({ "Microsoft.EventGrid eventSubscriptions maxEventsPerBatch": 1 }, (batch?.maxSize ?? 1) > 1 ? "each invocation carries one event: a batch of these would be delivered again as a whole" : undefined),
    timeout: timeout(timeoutOf(limit)),
    saturation: scaleGap(settings) ?? emulated("the host sets itself no limit, so that it turns nothing away", "an event that is answered 429 or 503 while there is no instance has spent an attempt", { "host.json extensions.http.dynamicThrottlesEnabled": false, "host.json extensions.http.maxOutstandingRequests": -1 }),
    identity: exact({}, "the id is the event's own"),
    isolation: ownApp(fn),
  };
}

/** The function, called by its subscription. */
export function renderDirect(binding: DirectBinding, maker: string, source: Source, filter: object): Rendered {
  const { name, fn, settings } = binding;
  const { delivery, timeout: limit } = fn.options;
  const [sink, sinkEntity] = sinkOf(delivery, name);
  const registration: Registration = { name, app: "eventGrid", maker, options: {} };
  const site = idOfPrefixed("Microsoft.Web/sites", name);
  return {
    maker,
    resources: {
      ...(delivery.deadLetter === "discard" ? {} : { [`queue ${sink}`]: sinkEntity }),
      ...subscribed(name, {
        source, filter,
        keeps: delivery.deadLetter !== "discard",
        delivery: { destination: { endpointType: "AzureFunction", properties: { resourceId: idOfPrefixed("Microsoft.Web/sites/functions", name, name), maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 } } },
        retryPolicy: { maxDeliveryAttempts: delivery.maxAttempts, eventTimeToLiveInMinutes: minutesOf(delivery) },
        dependsOn: [site],
        roles: {},
      }),
      ...functionApp({
        unit: name,
        fn,
        settings,
        environment: letterEnvironment(delivery),
        host: hostJson(functionSecondsOf(timeoutOf(limit)), { http: { routePrefix: "", dynamicThrottlesEnabled: false, maxOutstandingRequests: -1, maxConcurrentRequests: -1 } }),
        registration,
        perInstanceConcurrency: settings.concurrentPerInstance ?? 16,
      }),
    },
    grants: letterGrants(delivery),
  };
}
