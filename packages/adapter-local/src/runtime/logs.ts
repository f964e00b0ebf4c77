import type { LogsFunction } from "@isobar/core";
import { logsReading, type Wiring } from "@isobar/core/adapter";
import { localLogs } from "../triggers/logs/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const logs = (fn: LogsFunction, wiring?: Wiring): LocalHandler => settling(fn, logsReading, localLogs, wiring);
