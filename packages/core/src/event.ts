/**
 * An occurrence, as CloudEvents 1.0 describes it
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes).
 */
export interface Event<T> {
  readonly specversion: "1.0";
  /** The sender's id, else the broker's; the same over retries, re-enqueue and redrive. */
  readonly id: string;
  /** URI-reference of what it came from, in the app's own names: "/queues/orders". */
  readonly source: string;
  /** Neutral: one word for one thing on every cloud. */
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339 in UTC, to the millisecond; absent where the platform does not tell. */
  readonly time?: string;
  readonly data: T;
}
