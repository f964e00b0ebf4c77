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
const acknowledged: readonly number[] = [102, 200, 201, 202, 204];

export const pushSide: MessageSide = {
  maxBatch: 1,
  tellsAttempt: true,
  carriesBytes: true,
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
    const rawBody = Buffer.from(JSON.stringify(push));
    return { method: "POST", path: "/", headers: [["content-type", "application/json"], ["user-agent", "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"]], body: rawBody, rawBody } satisfies PushCall;
  },
  interpret(seen, native) {
    const { message } = JSON.parse(Buffer.from((native as PushCall).body).toString("utf8")) as PubsubPush;
    return [{ id: message.messageId, then: "returned" in seen && acknowledged.includes((seen.returned as { readonly status: number }).status) ? "done" : "again" }];
  },
};
