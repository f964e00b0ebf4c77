/** What calls a schedule function on Azure: a timer's messages in a Service Bus queue, or the timer itself. */
import type { Binding } from "@isobar/core/plan";
import { retry, serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface ScheduleSettings {
  /** Default `timer-service-bus`. `direct` has no queue in between: attempts are the host's, and a crash loses the tick. */
  readonly variant?: "timer-service-bus" | "direct";
}

/** NCRONTAB has seconds in front; its weekdays are 0 to 6, Sunday 0, so a 7 is one too. https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions */
export function ncrontabOf(cron: string): string {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/);
  return ["0", minute, hour, day, month, weekday?.split(",").map(withoutSeven).join(",")].join(" ");
}
/** "7" is "0"; a range that ends in 7 is one to Saturday, and Sunday; a step in such a range is counted out. */
function withoutSeven(part: string): string {
  const [, low, high, step = "1"] = /^(\d)(?:-(\d))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (low === undefined || !part.split("/")[0]!.includes("7")) return part;
  const days: number[] = [];
  for (let each = Number(low); each <= Number(high ?? low); each += Number(step)) days.push(each % 7);
  return [...new Set(days)].sort().join(",");
}

/** `useMonitor` keeps the schedule's status through restarts: it is what tells when a tick was due. */
export function scheduleMaker({ name, fn: { source }, settings: { variant } }: Binding<"schedule", ScheduleSettings>): Registration {
  if (variant === "direct") return { app: "timer", maker: "scheduleDirect", options: { schedule: ncrontabOf(source.cron), useMonitor: true, retry } };
  return serviceBusQueue("schedule", name, name);
}
