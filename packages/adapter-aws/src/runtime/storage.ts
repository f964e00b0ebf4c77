import type { StorageFunction } from "@isobar/core";
import { storageReading, type Wiring } from "@isobar/core/adapter";
import type { S3Event, SqsEvent } from "../native.ts";
import { s3, s3InSqs } from "../triggers/storage/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind an SQS queue, whose messages are S3 notifications. */
export const storage = (fn: StorageFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, storageReading, s3InSqs, wiring);
/** Invoked by S3. Rejects where the invocation comes again. */
export const storageDirect = (fn: StorageFunction, wiring?: Wiring): Handler<S3Event, null> => settling(fn, storageReading, s3, wiring);
