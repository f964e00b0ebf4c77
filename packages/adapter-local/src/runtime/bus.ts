import type { BusFunction } from "@isobar/core";
import { busReading, type Wiring } from "@isobar/core/adapter";
import { localBus } from "../triggers/bus/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const bus = (fn: BusFunction, wiring?: Wiring): LocalHandler => settling(fn, busReading, localBus, wiring);
