/**
 * A job of Cloud Scheduler that calls its function itself. https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#RetryConfig
 *
 * One run is under way at a time. A call that is answered with success ends it; any other answer, none before the attempt's deadline, and a 429 are a failed attempt, after which the job waits: from its
 * minimum, doubling as often as it says, then in steps of what that came to, up to its maximum. After its retries the tick is given up, and also when the next tick is due meanwhile.
 */
import { IsobarError, type Broker, type Published, type Rendered, type Rules, type Unsure, type World } from "@isobar/core/adapter";
import { blockOf, msOf, ofType } from "../../deploy/resources.ts";
import { hostingOf } from "./cloud-run.ts";

interface Run {
  readonly message: Published;
  readonly dueAt: number;
  failures: number;
}
/** What the rules read of a rendered path. Throws `unsupported` where no job is rendered that calls. */
export function jobIn({ resources }: Rendered) {
  const [[, job] = []] = ofType(resources, "google_cloud_scheduler_job").filter(([, each]) => each.http_target !== undefined);
  if (job === undefined) throw new IsobarError("unsupported", "no job that calls a function is rendered");
  const { retry_count: retries = 0, min_backoff_duration: min = "5s", max_backoff_duration: max = "3600s", max_doublings: doublings = 5 } = blockOf(job, "retry_config") as { readonly retry_count?: number; readonly min_backoff_duration?: string; readonly max_backoff_duration?: string; readonly max_doublings?: number };
  return { retries, minMs: msOf(min), maxMs: msOf(max), doublings, deadlineMs: msOf(job.attempt_deadline ?? "180s") };
}
type Job = ReturnType<typeof jobIn>;
/** Before retry number k: "10s, 20s, 40s, 80s, 160s, 240s, 300s" of a minimum of 10, three doublings and a maximum of 300. */
export const waitMs = ({ minMs, maxMs, doublings }: Pick<Job, "minMs" | "maxMs" | "doublings">, k: number): number => Math.min(maxMs, k <= doublings + 1 ? minMs * 2 ** (k - 1) : minMs * 2 ** doublings * (k - doublings));

/** `endsAtNextTick`: whether the next tick's time ends the retries of the one before (1, as the reference says) or waits for them (0, as other pages say). */
function openJob(job: Job, { clock, hand, moved }: World, { endsAtNextTick = 1 }: Unsure): Broker {
  const waiting: Run[] = [];
  let current: Run | undefined;
  let cancel: (() => void) | undefined;

  const givenUp = (run: Run, why: string): void => moved(run.message, "discarded", why);
  function next(): void {
    cancel = undefined;
    current = waiting.shift();
    if (current !== undefined) call(current);
  }
  function failed(run: Run): void {
    run.failures++;
    const over = run.failures > job.retries;
    if (over || (endsAtNextTick === 1 && waiting.length > 0)) {
      givenUp(run, over ? "retry_count" : "the next tick was due");
      return next();
    }
    cancel = clock.after(waitMs(job, run.failures), () => {
      cancel = undefined;
      call(run);
    });
  }
  function call(run: Run): void {
    let open = true;
    const end = (then: "done" | "again"): void => {
      if (!open) return;
      open = false;
      late();
      if (then === "done") next();
      else failed(run);
    };
    const late = clock.after(job.deadlineMs, () => end("again"));
    void hand([{ ...run.message, attempt: undefined, enqueuedAt: run.dueAt }]).then(({ then: [then = "again"] }) => end(then));
  }
  return {
    publish(message) {
      waiting.push({ message, dueAt: clock.now(), failures: 0 });
      if (current === undefined) return next();
      if (cancel === undefined || endsAtNextTick !== 1) return;
      // It was waiting for its retry.
      cancel();
      givenUp(current, "the next tick was due");
      next();
    },
    perform: (effect) => Promise.reject(new IsobarError("unsupported", `${effect.do}: a job waits as it says itself`)),
    held: () => [...(current === undefined ? [] : [current]), ...waiting].map(({ message }) => message),
  };
}
export function schedulerRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const job = jobIn(rendered);
  return { hosting: hostingOf(rendered), open: (world) => openJob(job, world, unsure) };
}
