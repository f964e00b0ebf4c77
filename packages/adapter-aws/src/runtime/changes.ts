import type { ChangesFunction } from "@isobar/core";
import { changesReading, type Wiring } from "@isobar/core/adapter";
import type { DynamoDbEvent } from "../native.ts";
import { dynamoDb } from "../triggers/changes/codec.ts";
import type { PositionAnswer } from "../wires/position.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind a DynamoDB stream's event source mapping with ReportBatchItemFailures. */
export const changes = (fn: ChangesFunction, wiring?: Wiring): Handler<DynamoDbEvent, PositionAnswer> => settling(fn, changesReading, dynamoDb, wiring);
