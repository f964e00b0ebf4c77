/** Stands in on 127.0.0.1 for what units call while they run: queues and topics, secrets and tokens of every cloud, by the wires of their services. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A message that a unit sent: the channel's name, the text, the ordering key. */
export type Sent = readonly [to: string, body: string, key?: string];
export interface Services {
  readonly host: string;
  /** What was sent since the last call. */
  sent(): readonly Sent[];
  close(): Promise<void>;
}
interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly sent?: Sent;
}
const sentOf = (to: string, body: string, key: string | undefined): Sent => (key === undefined ? [to, body] : [to, body, key]);
const lastOf = (address: string, separator: string): string => address.slice(address.lastIndexOf(separator) + 1);
export const secretValue = "what the store has";

/** `undefined` for what no service of these is asked. */
function answerTo({ path, headers, body }: Asked): Answer | undefined {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
  if (headers["x-amz-target"] === "AmazonSQS.SendMessage") {
    const { QueueUrl, MessageBody, MessageGroupId } = JSON.parse(body) as { readonly QueueUrl: string; readonly MessageBody: string; readonly MessageGroupId?: string };
    return { body: '{"MessageId":"1"}', sent: sentOf(lastOf(QueueUrl, "/"), MessageBody, MessageGroupId) };
  }
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
  if (headers["x-amz-target"] === "secretsmanager.GetSecretValue") return { body: JSON.stringify({ SecretString: secretValue }) };
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  const form = new URLSearchParams(body);
  if (form.get("Action") === "Publish") return { body: "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>", sent: sentOf(lastOf(form.get("TopicArn")!, ":"), form.get("Message")!, form.get("MessageGroupId") ?? undefined) };
  // https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
  if (path.startsWith("/msi/token?")) return { body: JSON.stringify({ access_token: "token", expires_on: "4102444800" }) };
  // https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
  const [, entity] = /^\/([^/?]+)\/messages(?:\?|$)/.exec(path) ?? [];
  if (entity !== undefined) return { status: 201, sent: sentOf(entity, body, (JSON.parse(String(headers["brokerproperties"] ?? "{}")) as { readonly SessionId?: string }).SessionId) };
  // https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
  const [, topic] = /^\/v1\/projects\/[^/]+\/topics\/([^/]+):publish$/.exec(path) ?? [];
  if (topic === undefined) return undefined;
  const { messages: [message] } = JSON.parse(body) as { readonly messages: readonly [{ readonly data?: string; readonly orderingKey?: string }] };
  return { body: '{"messageIds":["1"]}', sent: sentOf(topic, Buffer.from(message.data ?? "", "base64").toString(), message.orderingKey) };
}

export async function startServices(): Promise<Services> {
  let seen: Sent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status = 200, body = "", sent } = answerTo({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() }) ?? { status: 404, body: "nobody is asked this" };
      if (sent !== undefined) seen.push(sent);
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent() {
      const all = seen;
      seen = [];
      return all;
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
