import type { LogsFunction } from "@isobar/core";
import { logsReading, type Wiring } from "@isobar/core/adapter";
import type { CloudWatchLogsEvent, KinesisEvent } from "../native.ts";
import { cloudWatchLogs, logsInKinesis } from "../triggers/logs/codec.ts";
import type { PositionAnswer } from "../wires/position.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind a Kinesis stream, whose records are compressed CloudWatch logs. */
export const logs = (fn: LogsFunction, wiring?: Wiring): Handler<KinesisEvent, PositionAnswer> => settling(fn, logsReading, logsInKinesis, wiring);
/** Invoked by CloudWatch Logs. Rejects where the invocation comes again. */
export const logsDirect = (fn: LogsFunction, wiring?: Wiring): Handler<CloudWatchLogsEvent, null> => settling(fn, logsReading, cloudWatchLogs, wiring);
