/**
 * SQS and its event source mapping, as a state machine. Rules: delivery-semantics §12, 1–3, from
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 *
 * A message is *visible*, or *hidden* since a receive, or gone. Receiving hides it for the visibility timeout, from that moment, and counts; a count beyond maxReceiveCount moves it to the dead letter
 * instead. What the answer calls done is deleted; what comes again stays hidden until its time, which ChangeMessageVisibility may have moved. On FIFO, while a message of a group is hidden no other of it is received.
 */
import { IsobarError, type Broker, type NeutralMessage, type Published, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { ofType, referred, type Resource } from "../../deploy/resources.ts";
import { hostingOf } from "./lambda.ts";

interface Held {
  readonly message: Published;
  readonly enqueuedAt: number;
  receives: number;
  /** Which receive it is hidden by; a timer of an older one no longer counts. */
  receipt: number;
  hidden: boolean;
  gone: boolean;
}

/** What the rules read of a rendered path. Throws `unsupported` where there is no mapping of a queue. */
export function settingsIn({ resources }: Rendered) {
  const all = resources as Readonly<Record<string, Resource>>;
  const [[, mapping] = []] = ofType(resources, "AWS::Lambda::EventSourceMapping");
  const queue = all[referred(mapping?.Properties.EventSourceArn) ?? ""];
  if (mapping === undefined || queue?.Type !== "AWS::SQS::Queue") throw new IsobarError("unsupported", "no event source mapping of an SQS queue is rendered");
  const { VisibilityTimeout = 30, MessageRetentionPeriod = 345_600, RedrivePolicy, FifoQueue = false } = queue.Properties as { readonly VisibilityTimeout?: number; readonly MessageRetentionPeriod?: number; readonly RedrivePolicy?: { readonly maxReceiveCount: number; readonly deadLetterTargetArn: unknown }; readonly FifoQueue?: boolean };
  const { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0, FunctionResponseTypes = [], ScalingConfig } = mapping.Properties as { readonly BatchSize?: number; readonly MaximumBatchingWindowInSeconds?: number; readonly FunctionResponseTypes?: readonly string[]; readonly ScalingConfig?: { readonly MaximumConcurrency?: number } };
  const sink = RedrivePolicy === undefined ? undefined : all[referred(RedrivePolicy.deadLetterTargetArn) ?? ""]?.Metadata?.Isobar;
  return {
    visibilityMs: VisibilityTimeout * 1000,
    retentionMs: MessageRetentionPeriod * 1000,
    mostReceives: RedrivePolicy?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
    deadLetter: sink?.queue,
    fifo: FifoQueue,
    batchSize: BatchSize,
    windowMs: window * 1000,
    perItem: FunctionResponseTypes.includes("ReportBatchItemFailures"),
    // Without a setting a mapping goes up to 1,250 (delivery-semantics §13, 1).
    concurrency: ScalingConfig?.MaximumConcurrency ?? 1_250,
  };
}

/** `throttledRetryMs`: how soon a poller tries again where Lambda throttled it; no document says. */
export function sqsRules(rendered: Rendered, { throttledRetryMs = 1_000 }: Unsure = {}): Rules {
  const { visibilityMs, retentionMs, mostReceives, deadLetter, fifo, batchSize, windowMs, perItem, concurrency } = settingsIn(rendered);
  return {
    hosting: hostingOf(rendered),
    open(world): Broker {
      const { clock } = world;
      const held = new Map<string, Held>();
      const groups = new Map<string, Held[]>();
      let visible: Held[] = [];
      let inFlight = 0;
      /** The poll that is due; a window that a full batch ends, where it waits for one. */
      let polling: { readonly full: boolean; cancel(): void } | undefined;

      const groupOf = ({ message }: Held) => groups.get(message.group ?? message.id)!;
      function gone(one: Held): void {
        one.gone = true;
        held.delete(one.message.id);
        if (!fifo) return;
        const group = groupOf(one);
        group.splice(group.indexOf(one), 1);
        if (group.length === 0) groups.delete(one.message.group ?? one.message.id);
        poll();
      }
      function show(one: Held): void {
        one.hidden = false;
        if (clock.now() - one.enqueuedAt > retentionMs) {
          world.moved(one.message, "discarded", "older than the queue's retention");
          return gone(one);
        }
        visible.push(one);
        poll();
      }
      function hide(one: Held, ms: number): void {
        one.hidden = true;
        const receipt = ++one.receipt;
        clock.after(ms, () => void (!one.gone && one.receipt === receipt && show(one)));
      }
      /** What one receive takes. On FIFO a group gives its messages in their order, and none while one of it is hidden. */
      function take(): readonly Held[] {
        if (!fifo) return visible.splice(0, batchSize);
        const taken: Held[] = [];
        for (const group of groups.values()) {
          if (group.some(({ hidden }) => hidden)) continue;
          taken.push(...group.slice(0, batchSize - taken.length));
          if (taken.length === batchSize) break;
        }
        visible = visible.filter((one) => !taken.includes(one));
        return taken;
      }
      /** Counts the receive, and hides; a count too many moves the message instead. */
      function receive(): readonly Held[] {
        return take().filter((one) => {
          one.receives++;
          if (one.receives <= mostReceives || (deadLetter !== undefined && !world.takes(deadLetter))) return hide(one, visibilityMs), true;
          world.moved(one.message, deadLetter === undefined ? "discarded" : { queue: deadLetter }, "maxReceiveCount");
          return gone(one), false;
        });
      }
      async function hand(batch: readonly Held[], receivedAt: number): Promise<void> {
        const messages = batch.map(({ message, receives, enqueuedAt }): NeutralMessage => ({ ...message, attempt: receives, enqueuedAt }));
        const { how, then } = await world.hand(messages);
        // A poller tries again while the messages are hidden; then they are received anew, which counts.
        if (how === "throttled" && clock.now() + throttledRetryMs < receivedAt + visibilityMs) return void clock.after(throttledRetryMs, () => void hand(batch, receivedAt));
        inFlight--;
        const done = perItem ? then : then.map(() => (then.includes("again") && how !== "answered" ? "again" : "done"));
        batch.forEach((one, i) => void (done[i] === "done" && !one.gone && gone(one)));
        poll();
      }
      /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching: a window ends when its batch is full. */
      function poll(): void {
        const full = visible.length >= batchSize;
        if (visible.length === 0 || (polling !== undefined && (polling.full || !full))) return;
        polling?.cancel();
        const cancel = clock.after(full ? 0 : windowMs, () => {
          polling = undefined;
          while (inFlight < concurrency && visible.length > 0) {
            const before = visible.length;
            const batch = receive();
            // On FIFO every group that is visible may have one that is hidden; what was moved leaves room for those behind it.
            if (batch.length === 0 && visible.length === before) break;
            if (batch.length === 0) continue;
            inFlight++;
            void hand(batch, clock.now());
          }
        });
        polling = { full, cancel };
      }
      return {
        publish(message) {
          const one: Held = { message, enqueuedAt: clock.now(), receives: 0, receipt: 0, hidden: false, gone: false };
          held.set(message.id, one);
          if (fifo) {
            const group = message.group ?? message.id;
            const known = groups.get(group);
            if (known === undefined) groups.set(group, [one]);
            else known.push(one);
          }
          visible.push(one);
          poll();
        },
        async perform(effect) {
          if (effect.do === "requeue") throw new IsobarError("unsupported", "SQS takes no copy back: it hides the message");
          const id = receiptIn(effect.record);
          const one = held.get(id);
          if (one === undefined || !one.hidden) throw new Error("ChangeMessageVisibility: MessageNotInflight");
          hide(one, Math.ceil(effect.afterMs / 1000) * 1000);
          return id;
        },
        held: () => [...held.values()].map(({ message }) => message),
      };
    },
  };
}

/** As `sqsSideOf` writes it. A kind that travels inside a message keeps that as the carrier. */
function receiptIn(record: unknown): string {
  const { carrier = record } = record as { readonly carrier?: unknown };
  return (carrier as { readonly receiptHandle: string }).receiptHandle.replace(/^receipt-/, "");
}
