/** SNS, by the query protocol: a form in, XML out. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import { IsobarError } from "@isobar/core/adapter";
import { resourceOf, type Access } from "./access.ts";
import { call, unexpected } from "./call.ts";
import { checkMessage, type Outgoing } from "./message.ts";

/** A topic's `MaximumMessageSize` unless it is set: https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html */
export const maxNotificationBytes = 262_144;

export interface Publish extends Outgoing {
  readonly topicArn: string;
}
const form = (fields: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`])).join("&");

/** Resolves once the topic has it. Throws `payload-too-large` and `send-failed` before anything is sent; rejects as `call` does. */
export async function publish(access: Access, { topicArn, ...message }: Publish, signal: AbortSignal): Promise<{ readonly messageId: string }> {
  checkMessage("SNS", message, maxNotificationBytes);
  const { body, attributes = {}, groupId, deduplicationId } = message;
  const topic = resourceOf(topicArn, "sns");
  if (topic === undefined) throw new IsobarError("send-failed", `${JSON.stringify(topicArn)} is no topic's ARN`);
  const entries = Object.entries(attributes).flatMap(([name, { dataType, stringValue, binaryValue }], i) => {
    const entry = `MessageAttributes.entry.${i + 1}`;
    return [[`${entry}.Name`, name], [`${entry}.Value.DataType`, dataType], [`${entry}.Value.StringValue`, stringValue], [`${entry}.Value.BinaryValue`, binaryValue]];
  });
  const fields = { Action: "Publish", Version: "2010-03-31", TopicArn: topicArn, Message: body, ...Object.fromEntries(entries), MessageGroupId: groupId, MessageDeduplicationId: deduplicationId };
  const request = { service: "sns", action: "Publish", own: topic.endpoint, headers: { "content-type": "application/x-www-form-urlencoded" }, body: form(fields), codeIn: (text: string) => /<Code>([^<]*)<\/Code>/.exec(text)?.[1] } as const;
  const messageId = /<MessageId>([^<]+)<\/MessageId>/.exec(await call(request, access, signal))?.[1];
  if (messageId === undefined) throw unexpected(request, "MessageId");
  return { messageId };
}

/** For one access, for whoever is not bundled. */
export const sns = (access: Access) => ({ publish: (input: Publish, signal: AbortSignal) => publish(access, input, signal) });
