import type { LogsFunction } from "@isobar/core";
import { logsReading, type Wiring } from "@isobar/core/adapter";
import { eventHubsLogs } from "../triggers/logs/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.eventHub` on the hub that a diagnostic setting writes to, registered with `dataType: "binary"`. */
export const logs = (fn: LogsFunction, wiring?: Wiring): TriggerHandler => consuming(fn, logsReading, eventHubsLogs, wiring);
