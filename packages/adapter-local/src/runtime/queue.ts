import type { QueueFunction } from "@isobar/core";
import { queueReading, type Wiring } from "@isobar/core/adapter";
import { localQueue } from "../triggers/queue/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const queue = (fn: QueueFunction, wiring?: Wiring): LocalHandler => settling(fn, queueReading, localQueue, wiring);
