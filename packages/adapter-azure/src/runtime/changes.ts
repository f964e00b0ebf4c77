import type { ChangesFunction } from "@isobar/core";
import { changesReading, type Wiring } from "@isobar/core/adapter";
import { cosmosDb } from "../triggers/changes/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.cosmosDB`, in latest version mode. */
export const changes = (fn: ChangesFunction, wiring?: Wiring): TriggerHandler => consuming(fn, changesReading, cosmosDb, wiring);
