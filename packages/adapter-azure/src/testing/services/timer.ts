/**
 * A timer: one host calls, one tick at a time. Rules: delivery-semantics §1.5 and §12, 13, from azure-webjobs-sdk-extensions' TimerListener.
 *
 * A tick that is due while another runs is called when that has ended, since the next occurrence counts from the start of the last. Behind the last retry the schedule goes on. Where the host is lost, the
 * monitor's status still says that the tick was next: the next host calls it once, as overdue, and what came due in between is passed over.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import type { ScheduleTold } from "@isobar/core";
import { appIn, hostingOf } from "./functions.ts";
import { retrying } from "./retrying.ts";

/** `startMs`: how soon another host has the timer. */
export function timerRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const { startMs = 60_000 } = unsure;
  const app = appIn(rendered, "timer");
  const ended = retrying(app.options, unsure);
  return {
    hosting: hostingOf(app, 1),
    open(world): Broker {
      const { clock, moved } = world;
      const due: NeutralMessage<ScheduleTold>[] = [];
      let busy = false;
      let hosted = true;
      async function call(tick: NeutralMessage<ScheduleTold>): Promise<void> {
        busy = true;
        const how = await ended(world, [tick]);
        busy = false;
        if (how !== "host lost") due.shift();
        else if (app.options.useMonitor === true) lost({ ...tick, told: { ...tick.told, overdue: true } });
        else moved(due.shift()!, "discarded", "its host was lost, and nobody had noted it");
        next();
      }
      function lost(tick: NeutralMessage<ScheduleTold>): void {
        hosted = false;
        clock.after(startMs, () => {
          hosted = true;
          due[0] = tick;
          for (const missed of due.splice(1)) moved(missed, "discarded", "it was due while no host ran");
          next();
        });
      }
      function next(): void {
        const [tick] = due;
        if (tick !== undefined && !busy && hosted) void call(tick);
      }
      return {
        publish(message: Published) {
          due.push({ ...(message as Published<ScheduleTold>), attempt: undefined, enqueuedAt: clock.now() });
          next();
        },
        perform: () => Promise.reject(new IsobarError("unsupported", "a timer takes nothing back")),
        held: () => due,
      };
    },
  };
}

/** The minutes at which a timer fires, milliseconds since 1970, from one moment on and before another. In: NCRONTAB as the plan renders it, of stars, numbers, lists, ranges and steps. */
export function firings(schedule: string, from: number, until: number): readonly number[] {
  const [, ...fields] = schedule.split(" ");
  const matches = fields.map((field, i) => {
    const [low, high] = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]][i]! as [number, number];
    return field.split(",").map((part) => {
      const [range = "", step = "1"] = part.split("/");
      const [first = "", last = part.includes("/") ? String(high) : first] = range === "*" ? [String(low), String(high)] : range.split("-");
      return (value: number) => value >= Number(first) && value <= Number(last) && (value - Number(first)) % Number(step) === 0;
    });
  });
  const times: number[] = [];
  for (let at = Math.ceil(from / 60_000) * 60_000; at < until; at += 60_000) {
    const time = new Date(at);
    const values = [time.getUTCMinutes(), time.getUTCHours(), time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCDay()];
    if (matches.every((parts, i) => parts.some((matchesPart) => matchesPart(values[i]!)))) times.push(at);
  }
  return times;
}
