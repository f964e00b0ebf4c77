/** What calls a queue function on AWS: SQS through an event source mapping. */
export interface QueueSettings {
  /** How long a batch may wait to fill, 0 to 300 seconds; not on FIFO: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
  readonly maximumBatchingWindowSeconds?: number;
}
export const queueMaker = (): "queue" => "queue";
