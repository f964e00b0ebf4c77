import type { QueueFunction } from "@isobar/core";
import { queueReading, type Wiring } from "@isobar/core/adapter";
import type { SqsEvent } from "../native.ts";
import { sqs } from "../triggers/queue/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { settling, type Handler } from "./invocation.ts";

/** One queue function behind an SQS event source mapping with ReportBatchItemFailures. Rejects where the whole batch comes again. */
export const queue = (fn: QueueFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, queueReading, sqs, wiring);
