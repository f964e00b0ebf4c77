/** Effects on the store in the file that `ISOBAR_STORE` names: what the local harness receives from. The file is opened at the first effect. */
import { IsobarError, type Outbox } from "@isobar/core/adapter";
import type { LocalMessage } from "../native.ts";
import { openStore, type Store } from "../store/store.ts";

const variable = "ISOBAR_STORE";
let opened: { readonly file: string; readonly store: Store } | undefined;
function store(): Store {
  const file = process.env[variable];
  if (file === undefined || file === "") throw new IsobarError("send-failed", `the environment has no ${variable}, which names the local store's file`);
  if (opened?.file !== file) {
    opened?.store.close();
    opened = { file, store: openStore(file) };
  }
  return opened.store;
}

/**
 * Two messages with one `deduplicationId` count as one where they have a key, and nowhere else: that is all that is promised on every cloud.
 *
 * Rejects with `send-failed` where no store is named, and for a delivery to postpone that the store did not hand over or no longer knows by its receipt; with `unsupported` for
 * a copy behind a delay, which nothing asks of a broker that postpones; with the signal's reason where it had aborted before.
 */
export const outbox: Outbox = {
  async perform(effect, signal) {
    signal.throwIfAborted();
    if (effect.do === "requeue") throw new IsobarError("unsupported", "requeue: the local broker hides a delivery where it is");
    if (effect.do === "postpone") {
      const { id, receipt } = effect.record as Partial<LocalMessage>;
      if (receipt !== undefined && store().again(receipt, effect.afterMs)) return;
      throw new IsobarError("send-failed", `message ${id} cannot be postponed: its receipt is ${receipt === undefined ? "missing" : "no longer good"}`);
    }
    const { to, body, attribute, key } = effect;
    const { afterMs, deduplicationId } = effect.do === "send" ? effect : {};
    store().enqueue(to, {
      body,
      ...(attribute === undefined ? {} : { attribute }),
      ...(key === undefined ? {} : { key }),
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(key === undefined || deduplicationId === undefined ? {} : { deduplicationId }),
    });
  },
};
