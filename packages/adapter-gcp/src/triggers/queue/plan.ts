/** What calls a queue function on Google Cloud: a Pub/Sub push subscription. */
export interface QueueSettings {
  /** 10 to 600 seconds: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
  readonly ackDeadlineSeconds?: number;
}
export const queueMaker = (): "queue" => "queue";
