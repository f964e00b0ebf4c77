import type { QueueFunction } from "@isobar/core";
import { messages, type Wiring } from "@isobar/core/adapter";
import type { LambdaContext, SqsEvent } from "../native.ts";
import { sqs, type SqsAnswer } from "../triggers/queue/codec.ts";
import { platformOf } from "./invocation.ts";

/** One queue function behind an SQS event source mapping with ReportBatchItemFailures. Rejects where the whole batch comes again. */
export function queue(fn: QueueFunction, wiring?: Wiring): (event: SqsEvent, context: LambdaContext) => Promise<SqsAnswer> {
  const run = messages(fn, sqs, wiring);
  return async (event, context) => {
    const reply = await run(event, platformOf(context));
    if ("fault" in reply) throw reply.fault;
    return reply.respond;
  };
}
