import type { StreamFunction } from "@isobar/core";
import { streamReading, type Wiring } from "@isobar/core/adapter";
import { localStream } from "../triggers/stream/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const stream = (fn: StreamFunction, wiring?: Wiring): LocalHandler => settling(fn, streamReading, localStream, wiring);
