import type { StorageFunction } from "@isobar/core";
import { storageReading, type Wiring } from "@isobar/core/adapter";
import { localStorage } from "../triggers/storage/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const storage = (fn: StorageFunction, wiring?: Wiring): LocalHandler => settling(fn, storageReading, localStorage, wiring);
