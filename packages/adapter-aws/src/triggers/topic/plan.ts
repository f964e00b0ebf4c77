/** What calls a topic function on AWS: SNS, by default through an SQS queue. */
import type { Binding } from "@isobar/core/plan";

export interface TopicSettings {
  /** Default `sns-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
  readonly variant?: "sns-sqs" | "direct";
}
const makers = { "sns-sqs": "topic", direct: "topicDirect" } as const;
export const topicMaker = ({ settings: { variant = "sns-sqs" } }: Binding<"topic", TopicSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
