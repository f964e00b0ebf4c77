/** What calls a stream function on AWS: Kinesis through an event source mapping. Kafka is decoded, and deployed by no app of ours. */
import type { Binding } from "@isobar/core/plan";

export interface StreamSettings {
  /** Kafka is not among them: its wire is decoded only. */
  readonly variant?: "kinesis";
}
const makers = { kinesis: "stream", kafka: "streamKafka" } as const;
export const streamMaker = ({ settings: { variant = "kinesis" } }: Binding<"stream", StreamSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
