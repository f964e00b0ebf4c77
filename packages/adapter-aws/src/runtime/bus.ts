import type { BusFunction } from "@isobar/core";
import { busReading, type Wiring } from "@isobar/core/adapter";
import type { EventBridgeEvent, SqsEvent } from "../native.ts";
import { eventBridge, eventBridgeInSqs } from "../triggers/bus/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind an SQS queue, whose messages are EventBridge events. */
export const bus = (fn: BusFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, busReading, eventBridgeInSqs, wiring);
/** Invoked by an EventBridge rule. Rejects where the invocation comes again. */
export const busDirect = (fn: BusFunction, wiring?: Wiring): Handler<EventBridgeEvent, null> => settling(fn, busReading, eventBridge, wiring);
