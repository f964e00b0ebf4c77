import type { ChangesFunction } from "@isobar/core";
import { changesReading, type Wiring } from "@isobar/core/adapter";
import { localChanges } from "../triggers/changes/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const changes = (fn: ChangesFunction, wiring?: Wiring): LocalHandler => settling(fn, changesReading, localChanges, wiring);
