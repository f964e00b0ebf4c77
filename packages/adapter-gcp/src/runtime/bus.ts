import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { BusFunction } from "@isobar/core";
import { busReading, type Wiring } from "@isobar/core/adapter";
import { busEvent, busPush } from "../triggers/bus/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind CloudEvents over Pub/Sub. */
export const bus = (fn: BusFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, busReading, busPush, wiring);
/** The same behind Eventarc. */
export const busDirect = (fn: BusFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, busReading, busEvent, wiring);
