/** What calls a logs function on AWS: a CloudWatch Logs subscription, by default through a Kinesis stream. */
import type { Binding } from "@isobar/core/plan";

export interface LogsSettings {
  /** Default `kinesis`. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
  readonly variant?: "kinesis" | "direct";
}
const makers = { kinesis: "logs", direct: "logsDirect" } as const;
export const logsMaker = ({ settings: { variant = "kinesis" } }: Binding<"logs", LogsSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
