/** What calls a storage function on AWS: S3, by default through an SQS queue. */
import type { Binding } from "@isobar/core/plan";

export interface StorageSettings {
  /** Default `s3-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
  readonly variant?: "s3-sqs" | "direct";
}
const makers = { "s3-sqs": "storage", direct: "storageDirect" } as const;
export const storageMaker = ({ settings: { variant = "s3-sqs" } }: Binding<"storage", StorageSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
