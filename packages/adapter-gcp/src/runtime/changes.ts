import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { ChangesFunction } from "@isobar/core";
import { changesReading, type Wiring } from "@isobar/core/adapter";
import { changesEvent, changesPush } from "../triggers/changes/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind Firestore's events over Pub/Sub. */
export const changes = (fn: ChangesFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, changesReading, changesPush, wiring);
/** The same behind Eventarc. */
export const changesDirect = (fn: ChangesFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, changesReading, changesEvent, wiring);
