import type { TopicFunction } from "@isobar/core";
import { topicReading, type Wiring } from "@isobar/core/adapter";
import type { SnsEvent, SqsEvent } from "../native.ts";
import { sns, snsInSqs } from "../triggers/topic/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { settling, type Handler } from "./invocation.ts";

/** One subscriber behind its own SQS queue, whose messages are SNS notifications. */
export const topic = (fn: TopicFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, topicReading, snsInSqs, wiring);
/** One subscriber that SNS invokes. Rejects where the invocation comes again. */
export const topicDirect = (fn: TopicFunction, wiring?: Wiring): Handler<SnsEvent, null> => settling(fn, topicReading, sns, wiring);
