/** What happened, and what became of each message. */
import type { Handed, Rest } from "@isobar/core/adapter";

/** One thing that happened, `atMs` after the first message was sent. `message`: the sender's own number for it. */
export type Step =
  | { readonly atMs: number; readonly what: "sent"; readonly message: string }
  | { readonly atMs: number; readonly what: "handed"; readonly messages: readonly string[]; readonly instance: number }
  | { readonly atMs: number; readonly what: "ran"; readonly message: string; readonly attempt: number | undefined; readonly act: string }
  | { readonly atMs: number; readonly what: "heard"; readonly messages: readonly string[]; readonly how: string; readonly then: readonly ("done" | "again")[] }
  | { readonly atMs: number; readonly what: "dead-letter"; readonly message: string; readonly to: string; readonly reason: string }
  | { readonly atMs: number; readonly what: "postponed" | "put back"; readonly message: string; readonly afterMs: number }
  | { readonly atMs: number; readonly what: "refused"; readonly message: string; readonly effect: string; readonly why: string }
  | { readonly atMs: number; readonly what: "moved"; readonly message: string; readonly to: Rest; readonly why: string };

/** One start of the handler. */
export interface Start {
  readonly atMs: number;
  readonly attempt: number | undefined;
  readonly act: string;
  /** When the handler settled; absent where it was given up, or the process ended under it. */
  readonly endedMs?: number;
  /** When and how the platform heard of the invocation that it was started in; absent where it never did. */
  readonly heardMs?: number;
  readonly how?: Handed["how"];
}
/** Where a message is in the end. */
export interface Fate {
  readonly starts: readonly Start[];
  /** `acknowledged`: handled, or settled without being run (filtered, discarded); `dead-letter`: in a queue, with the reason, where anyone wrote it; `held`: the broker still has it; `discarded`: the platform dropped it as asked; `lost`: nobody has it. */
  readonly rest: "acknowledged" | "dead-letter" | "discarded" | "held" | "lost";
  readonly queue?: string;
  readonly reason?: string;
  readonly atMs?: number;
  /** Dead letters written of it: more than one where a crash came between the letter and the answer. */
  readonly letters: number;
}
export interface Simulated {
  readonly steps: readonly Step[];
  readonly fates: Readonly<Record<string, Fate>>;
  /** In all. */
  readonly invocations: number;
}
