import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { StreamFunction } from "@isobar/core";
import { streamReading, type Wiring } from "@isobar/core/adapter";
import { streamPush } from "../triggers/stream/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind a Pub/Sub push subscription with ordering. */
export const stream = (fn: StreamFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, streamReading, streamPush, wiring);
