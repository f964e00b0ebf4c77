/** What calls a call function on AWS: the Invoke API, or an SQS queue for calls that are sent ahead. */
import type { Binding } from "@isobar/core/plan";

export interface CallSettings {
  /** Default `invoke`: the caller waits for the result. `async`: sent ahead, and run under the delivery policy. */
  readonly variant?: "invoke" | "async";
}
const makers = { invoke: "call", async: "callAsync" } as const;
export const callMaker = ({ settings: { variant = "invoke" } }: Binding<"call", CallSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
