import type { StreamFunction } from "@isobar/core";
import { streamReading, type Wiring } from "@isobar/core/adapter";
import type { KafkaEvent, KinesisEvent } from "../native.ts";
import { kinesis } from "../triggers/stream/codec.ts";
import { kafka } from "../triggers/stream/kafka.ts";
import type { PositionAnswer } from "../wires/position.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind a Kinesis stream's event source mapping with ReportBatchItemFailures. */
export const stream = (fn: StreamFunction, wiring?: Wiring): Handler<KinesisEvent, PositionAnswer> => settling(fn, streamReading, kinesis, wiring);
/** Behind Kafka, MSK or self-managed. Rejects where the whole batch comes again. */
export const streamKafka = (fn: StreamFunction, wiring?: Wiring): Handler<KafkaEvent, null> => settling(fn, streamReading, kafka, wiring);
