import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { ChangesFunction } from "@isobar/core";
import { changesReading, type Wiring } from "@isobar/core/adapter";
import { changesEvent, changesPush } from "../triggers/changes/codec.ts";
import { outbox } from "./outbox.ts";
import { postedTo } from "./push.ts";
import { isRelayed, relayTo } from "./relay.ts";

/** One function behind Firestore's events over Pub/Sub, and the relay that publishes them: through the entry's outbox, or the adapter's own where the function itself writes nothing. */
export function changes(fn: ChangesFunction, wiring: Wiring = {}): FrameworkFunction {
  const push = postedTo(fn, changesReading, changesPush, wiring);
  const relay = relayTo(wiring.outbox ?? outbox, wiring);
  return (request, response) => (isRelayed(request) ? relay : push)(request, response) as unknown;
}
/** The same behind Eventarc. */
export const changesDirect = (fn: ChangesFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, changesReading, changesEvent, wiring);
