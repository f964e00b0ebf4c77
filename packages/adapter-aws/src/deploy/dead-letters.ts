/** Queues in which messages end: what a function gives up, and what a service in front of it could not deliver. */
import type { Queue } from "@isobar/core";
import { logicalId, type Named, type Resource } from "./resources.ts";

/** 14 days. botocore 1.43.107, data/sqs/2012-11-05/service-2.json */
export const longestRetentionSeconds = 1_209_600;
/** How long lies what nobody wants: the shortest retention, from the same file. */
export const discardedSeconds = 60;

const queueOf = (about: Readonly<Record<string, string>>, seconds: number, fifo: boolean): Resource => ({
  Type: "AWS::SQS::Queue",
  Metadata: { Isobar: about },
  // SNS, S3 and EventBridge cannot write to a queue under the key alias/aws/sqs.
  Properties: { MessageRetentionPeriod: seconds, SqsManagedSseEnabled: true, ...(fifo ? { FifoQueue: true } : {}) },
});

/** Where a function's messages end; a queue that keeps nothing, FIFO where its source is, for `discard`. */
export const sinkOf = (name: string, to: Queue | "discard", ordered: boolean): Named =>
  to === "discard" ? [logicalId(name, "DiscardedQueue"), queueOf({ for: name, discards: "true" }, discardedSeconds, ordered)] : [logicalId(to.name, "Queue"), queueOf({ for: name, queue: to.name }, longestRetentionSeconds, to.order === "by-key")];

/** Where a service leaves what the function's queue, or Lambda itself, did not take. */
export const undeliveredOf = (name: string, ordered = false): Named => [logicalId(name, "Undelivered"), queueOf({ for: name }, longestRetentionSeconds, ordered)];
