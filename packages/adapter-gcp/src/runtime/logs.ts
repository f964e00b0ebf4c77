import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { LogsFunction } from "@isobar/core";
import { logsReading, type Wiring } from "@isobar/core/adapter";
import { logsPush } from "../triggers/logs/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind a sink of Cloud Logging over Pub/Sub. */
export const logs = (fn: LogsFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, logsReading, logsPush, wiring);
