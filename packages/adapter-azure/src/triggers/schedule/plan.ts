/** What calls a schedule function on Azure: a timer's messages in a Service Bus queue, or the timer itself. */
import { approximated, emulated, exact, unsupported, type Assessment, type Binding, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { queueVariable, type ScaleSettings } from "../../deploy/function-app.ts";
import { isUtc, ncrontabIn } from "../../deploy/ncrontab.ts";
import { assessPositions, renderPositions, type PositionSource } from "../../deploy/positions.ts";
import { ownQueue, retry, type Registration } from "../../deploy/registration.ts";
import { assessServiceBus, renderServiceBus, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { planBy } from "../../deploy/variants.ts";
import { relayQueue } from "./codec.ts";

/** Default `timer-service-bus`. `direct` has no queue in between: attempts are made inside one call, and a lost host loses the tick. */
export type ScheduleSettings = (ServiceBusSettings & { readonly variant?: "timer-service-bus" }) | (ScaleSettings & { readonly variant: "direct" });
type ScheduleBinding = Binding<"schedule">;

const zoneOf = ({ fn: { options: { zone = "UTC" } } }: ScheduleBinding): string => zone;
const missed = "of ticks that were due while no host ran";
const relayed = `${missed} the first and the last come, marked overdue`;
const called = `${missed} the first comes, marked overdue`;

/** `useMonitor` keeps the schedule's status through restarts: it tells when a tick was due, and brings what was missed. */
const timerOf = (binding: ScheduleBinding, name: string, maker: string): Registration => ({
  name,
  app: "timer",
  maker,
  options: { schedule: ncrontabIn(binding.fn.source.cron, zoneOf(binding)), useMonitor: true, runOnStartup: false, retry },
});
const zoneBy = (binding: ScheduleBinding) => ({ "app.timer schedule": ncrontabIn(binding.fn.source.cron, zoneOf(binding)) });

/** Flex Consumption has no setting for a zone (cloud-rules, Schedule, an unsure fact; a setting that there is would be for a whole app). */
function zone(binding: ScheduleBinding): Verdict {
  if (isUtc(zoneOf(binding))) return exact(zoneBy(binding), relayed);
  return emulated("the timer fires at each UTC time that the zone's offsets may give, and the relay drops those at which its clock shows no tick", `the offsets are those of the zone until 2035: where it gets another, the app has to be built anew; ${relayed}`, zoneBy(binding));
}

/** A tick has nothing before and behind it; a host that is lost takes it along. */
const timer: PositionSource = { part: "tick", app: "app.timer", afterCrash: "it comes again after 10 s, or where its host was lost once the next host starts" };
function assessDirect(binding: Binding<"schedule", ScaleSettings>): Assessment<"schedule"> {
  const shared = assessPositions(binding, timer);
  const utc = isUtc(zoneOf(binding));
  return {
    ...shared,
    deadLetter: binding.fn.options.delivery.deadLetter === "discard" ? shared.deadLetter : approximated("a tick is no message: those that were due while no host ran are lost but for the first, and nobody writes a letter of them; while a letter cannot be written, its tick is called again", 'the variant "timer-service-bus"', { "app.timer retry.maxRetryCount": -1 }),
    order: exact({}, "a tick that is due while another runs waits for its end"),
    saturation: exact({}, "a tick is called by a host that runs"),
    identity: exact({}, "the id is the time when it was due"),
    zone: utc ? exact(zoneBy(binding), called) : unsupported("a timer fires by UTC, and nothing stands between it and the function to drop what the zone's clock does not show", 'zone: "UTC", or the variant "timer-service-bus"'),
  };
}

export const schedulePlan: TriggerPlan<"schedule", ScheduleSettings> = planBy("schedule", "timer-service-bus", {
  "timer-service-bus": {
    assess: (binding: Binding<"schedule", ServiceBusSettings>) => ({ ...assessServiceBus(binding), zone: zone(binding) }),
    render(binding: Binding<"schedule", ServiceBusSettings>) {
      const { name } = binding;
      const queue = ownQueue(name, "ticks");
      return renderServiceBus(binding, {
        maker: "schedule",
        source: name,
        queue,
        detects: true,
        environment: { [queueVariable(relayQueue(name))]: queue },
        resources: { relay: timerOf(binding, `${name}Relay`, "scheduleRelay") },
        grants: [{ actions: ["Azure Service Bus Data Sender"], on: `queue ${queue}`, for: "the timer's ticks" }],
      });
    },
  },
  direct: {
    assess: assessDirect,
    render: (binding: Binding<"schedule", ScaleSettings>) => renderPositions(binding, { registration: timerOf(binding, binding.name, "scheduleDirect"), environment: {}, resources: {} }),
  },
});
