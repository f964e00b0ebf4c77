/** What calls a bus function on AWS: an EventBridge rule, by default through an SQS queue. */
import type { Binding } from "@isobar/core/plan";

export interface BusSettings {
  /** Default `eventbridge-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
  readonly variant?: "eventbridge-sqs" | "direct";
}
const makers = { "eventbridge-sqs": "bus", direct: "busDirect" } as const;
export const busMaker = ({ settings: { variant = "eventbridge-sqs" } }: Binding<"bus", BusSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
