/** Pub/Sub's half: one wrapped push, acknowledged by five statuses and by nothing else (https://cloud.google.com/pubsub/docs/push#receive_push). */
import type { MessageSide } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";

interface PushCall {
  readonly method: "POST";
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly rawBody: Uint8Array;
}
const call = (text: string): PushCall => {
  const rawBody = Buffer.from(text);
  return { method: "POST", path: "/", headers: [["content-type", "application/json"], ["user-agent", "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"]], body: rawBody, rawBody };
};
const acknowledged: readonly number[] = [102, 200, 201, 202, 204];

function messageIdOf({ body }: PushCall): string {
  try {
    return (JSON.parse(Buffer.from(body).toString("utf8")) as PubsubPush | null)?.message?.messageId ?? "";
  } catch {
    // A malformed push has no id; what became of it still counts.
    return "";
  }
}

export const pushSide: MessageSide = {
  maxBatch: 1,
  tellsAttempt: true,
  carriesBytes: true,
  malformed: [
    { why: "JSON that is none", native: call("{") },
    { why: "null", native: call("null") },
    { why: "no message", native: call('{"subscription":"projects/p/subscriptions/s"}') },
    { why: "an unwrapped message", native: call('{"n":1}') },
    { why: "a background event", native: call('{"context":{"eventId":"1"},"data":{"data":"e30="}}') },
    { why: "data that is not base64", native: call('{"subscription":"s","message":{"messageId":"1","data":"***"}}') },
    { why: "no messageId", native: call('{"subscription":"s","message":{"data":"e30="}}') },
  ],
  fabricate: (messages, queue) => {
    const [message, second] = messages;
    if (message === undefined || second !== undefined) throw new RangeError(`${messages.length} messages in one push`);
    const { id, attempt, body, enqueuedAt, group, attribute } = message;
    const push: PubsubPush = {
      subscription: `projects/p/subscriptions/${queue}`,
      deliveryAttempt: attempt,
      message: {
        data: Buffer.from(bytesOf(body)).toString("base64"),
        ...(attribute === undefined ? {} : { attributes: { isobar: attribute } }),
        messageId: id,
        publishTime: new Date(enqueuedAt).toISOString(),
        ...(group === undefined ? {} : { orderingKey: group }),
      },
    };
    return call(JSON.stringify(push));
  },
  interpret(seen, native) {
    return [{ id: messageIdOf(native as PushCall), then: "returned" in seen && acknowledged.includes((seen.returned as { readonly status: number }).status) ? "done" : "again" }];
  },
};
