import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { ChangesFunction } from "@isobar/core";
import { changesReading, IsobarError, type Wiring } from "@isobar/core/adapter";
import { changesEvent, changesPush } from "../triggers/changes/codec.ts";
import { postedTo } from "./push.ts";
import { isRelayed, relayTo } from "./relay.ts";

/** One function behind Firestore's events over Pub/Sub, and the relay that publishes them through the entry's outbox. Throws `invalid-definition` where the entry brings none. */
export function changes(fn: ChangesFunction, wiring: Wiring = {}): FrameworkFunction {
  const { name = "the function", outbox } = wiring;
  if (outbox === undefined) throw new IsobarError("invalid-definition", `${name} needs \`outbox\`, which its entry does not bring`);
  const push = postedTo(fn, changesReading, changesPush, wiring);
  const relay = relayTo(outbox, wiring);
  return (request, response) => (isRelayed(request) ? relay : push)(request, response) as unknown;
}
/** The same behind Eventarc. */
export const changesDirect = (fn: ChangesFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, changesReading, changesEvent, wiring);
