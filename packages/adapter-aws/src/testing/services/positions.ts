/**
 * Kinesis and DynamoDB streams with their event source mapping. Rules: delivery-semantics §12, 4, from https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 *
 * A *lane* is a shard, or a part of one where the mapping has several batches of a shard in flight; a key has one lane. Its records are read in order, in batches. While a batch fails its lane stands still: what was
 * done before the lowest sequence number that is named is behind it, the rest of that batch comes again, and nothing after it is read. Retries end at MaximumRetryAttempts or MaximumRecordAgeInSeconds, where these are
 * not -1; a throttle is none. What is older than the retention is gone.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { ofType, referred, type Resources } from "../../deploy/resources.ts";
import { hostingOf } from "./lambda.ts";

interface Written {
  readonly message: Published;
  readonly at: number;
}
interface Lane {
  records: Written[];
  /** How many of them are in the batch that is tried; 0 while there is none. */
  batch: number;
  failures: number;
  /** Takes back the time at which it goes on; `undefined` while none is set. */
  cancel: (() => void) | undefined;
}

/** Throws `unsupported` where there is no mapping of a stream. */
function settingsIn({ resources }: Rendered, { tableShards = 1 }: Unsure) {
  const [[, mapping] = []] = ofType(resources, "AWS::Lambda::EventSourceMapping");
  const source = (resources as Resources)[referred(mapping?.Properties.EventSourceArn) ?? ""];
  if (mapping === undefined || (source?.Type !== "AWS::Kinesis::Stream" && source?.Type !== "AWS::DynamoDB::Table")) throw new IsobarError("unsupported", "no event source mapping of a stream is rendered");
  const { ShardCount: shards = tableShards, RetentionPeriodHours: hours = 24 } = source.Properties as { readonly ShardCount?: number; readonly RetentionPeriodHours?: number };
  const {
    BatchSize: size = 100, MaximumBatchingWindowInSeconds: window = 0, FunctionResponseTypes: types = [], ParallelizationFactor: factor = 1, MaximumRetryAttempts: retries = -1, MaximumRecordAgeInSeconds: age = -1,
  } = mapping.Properties as { readonly BatchSize?: number; readonly MaximumBatchingWindowInSeconds?: number; readonly FunctionResponseTypes?: readonly string[]; readonly ParallelizationFactor?: number; readonly MaximumRetryAttempts?: number; readonly MaximumRecordAgeInSeconds?: number };
  const endless = (value: number) => (value < 0 ? Number.POSITIVE_INFINITY : value);
  return { lanes: shards * factor, retentionMs: hours * 3_600_000, size, windowMs: window * 1000, perItem: types.includes("ReportBatchItemFailures"), retries: endless(retries), ageMs: endless(age) * 1000 };
}

/** Any hash will do that keeps a key in its lane: FNV-1a. */
function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

/** `retryMs`, `longestRetryMs`: the wait before a batch is tried again, doubled from the first to the second; no document has it. `throttledRetryMs`: the same after a throttle. `tableShards`: of a table, which grow with it. */
export function positionRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const { retryMs = 1_000, longestRetryMs = 60_000, throttledRetryMs = 1_000 } = unsure;
  const { lanes: count, retentionMs, size, windowMs, perItem, retries, ageMs } = settingsIn(rendered, unsure);
  return {
    hosting: hostingOf(rendered),
    open(world): Broker {
      const { clock } = world;
      const lanes = Array.from({ length: count }, (): Lane => ({ records: [], batch: 0, failures: 0, cancel: undefined }));
      const pass = (lane: Lane, many: number, why?: string): void => {
        for (const { message } of lane.records.splice(0, many)) if (why !== undefined) world.moved(message, "discarded", why);
        lane.batch = Math.max(0, lane.batch - many);
      };
      /** Records come in the order of their age. */
      function passOld(lane: Lane): void {
        const over = (limit: number) => lane.records.filter(({ at }) => clock.now() - at > limit).length;
        pass(lane, over(retentionMs), "older than the stream's retention");
        pass(lane, over(ageMs), "older than MaximumRecordAgeInSeconds");
      }
      const after = (lane: Lane, ms: number): void => {
        lane.cancel = clock.after(ms, () => {
          lane.cancel = undefined;
          void hand(lane);
        });
      };
      function failed(lane: Lane, from: number): void {
        // What is behind the lowest name is no longer tried: the count is of what is left.
        lane.failures = from > 0 ? 1 : lane.failures + 1;
        pass(lane, from);
        if (lane.failures > retries) {
          pass(lane, lane.batch, "MaximumRetryAttempts");
          return read(lane);
        }
        after(lane, Math.min(longestRetryMs, retryMs * 2 ** (lane.failures - 1)));
      }
      async function hand(lane: Lane): Promise<void> {
        passOld(lane);
        if (lane.batch === 0) {
          lane.batch = Math.min(size, lane.records.length);
          lane.failures = 0;
        }
        if (lane.batch === 0) return;
        const { how, then } = await world.hand(lane.records.slice(0, lane.batch).map(({ message, at }): NeutralMessage => ({ ...message, attempt: undefined, enqueuedAt: at })));
        if (how === "throttled") return after(lane, throttledRetryMs);
        const lowest = then.indexOf("again");
        // Without the flag an answer is success, whatever it says.
        if (lowest >= 0 && (perItem || how !== "answered")) return failed(lane, lowest);
        pass(lane, lane.batch);
        read(lane);
      }
      /** A batch that has filled does not wait for the end of its window. */
      function read(lane: Lane): void {
        const full = lane.records.length >= size;
        if (lane.batch > 0 || lane.records.length === 0 || (lane.cancel !== undefined && !full)) return;
        lane.cancel?.();
        after(lane, full ? 0 : windowMs);
      }
      return {
        publish(message) {
          const lane = lanes[laneOf(message.group ?? message.id, count)]!;
          lane.records.push({ message, at: clock.now() });
          read(lane);
        },
        perform: (effect) => Promise.reject(new IsobarError("unsupported", `a stream cannot ${effect.do}: it is read by position`)),
        held: () => lanes.flatMap(({ records }) => records.map(({ message }) => message)),
      };
    },
  };
}
