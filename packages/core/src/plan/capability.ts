/** What is promised of a binding, kind by kind. A plan has one verdict for each: nothing is left out. */
import type { TriggerKind } from "../triggers/index.ts";

/** Of every event that is settled; the numbers are those of the contract's sentences in ARCHITECTURE.md. */
const delivery = [
  /** 1, 2, 10: how often a delivery is tried, and that it ends then. */
  "attempts",
  /** 3: the wait between attempts. */
  "backoff",
  /** 4: `retry({ after })`. */
  "retryAfter",
  /** 6: how old a delivery may become. */
  "maxAge",
  /** 5, 8, 16: where it goes that was rejected or used up, with its body unchanged. */
  "deadLetter",
  /** 7, 17: what follows waits. */
  "order",
  /** 11: what one invocation carries. */
  "batch",
  /** 9: the time for one delivery. */
  "timeout",
  /** Whether a delivery that found no instance free has spent an attempt. */
  "saturation",
  /** 12: `event.id` stays over retries, re-enqueue and redrive. */
  "identity",
  /** Whether the function has an identity, settings and a bundle of its own. */
  "isolation",
] as const;

export const capabilities = {
  http: ["access", "streaming", "timeout", "isolation"],
  queue: delivery,
  topic: delivery,
  storage: [...delivery, "filter"],
  schedule: [...delivery, "zone"],
  changes: [...delivery, "images"],
  stream: delivery,
  bus: delivery,
  logs: delivery,
  call: [...delivery, "caller"],
} as const satisfies { readonly [K in TriggerKind]: readonly string[] };

/** By kind. */
export type Capabilities = { readonly [K in TriggerKind]: (typeof capabilities)[K][number] };
export type Capability = Capabilities[TriggerKind];
