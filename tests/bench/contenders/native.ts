/** By hand, as an experienced Lambda developer writes it: no framework, no needless object, failures logged and reported. */
import type { HttpAnswer, HttpEvent, SqsAnswer, SqsEvent } from "./aws.ts";
import type { Contender, Context } from "./contender.ts";
import { book, find, Order } from "./order.ts";

const json = (statusCode: number, value: unknown): HttpAnswer => ({ statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
const textOf = ({ body = "", isBase64Encoded }: HttpEvent): string => (isBase64Encoded ? Buffer.from(body, "base64").toString() : body);

async function get(event: HttpEvent): Promise<HttpAnswer> {
  return json(200, await find(event.pathParameters!["id"]!));
}

async function post(event: HttpEvent): Promise<HttpAnswer> {
  let given: unknown;
  try {
    given = JSON.parse(textOf(event));
  } catch {
    return json(400, { message: "not JSON" });
  }
  const { success, data, error } = Order.safeParse(given);
  return success ? json(201, { id: data.id, total: await book(data) }) : json(400, { issues: error.issues });
}

async function binary({ body = "", isBase64Encoded }: HttpEvent): Promise<HttpAnswer> {
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  return { statusCode: 200, headers: { "content-type": "application/octet-stream" }, body: bytes.toString("base64"), isBase64Encoded: true };
}

function logFailure({ name, message, stack }: Error, messageId: string, { functionName, awsRequestId }: Context): void {
  console.error(JSON.stringify({ level: "error", message: "the delivery failed", function: functionName, requestId: awsRequestId, messageId, error: { name, message, stack } }));
}

async function queue({ Records }: SqsEvent, context: Context): Promise<SqsAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      await book(Order.parse(JSON.parse(body)));
    } catch (error) {
      logFailure(error as Error, messageId, context);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

export const contender: Contender = { get, post, binary, queue, "queue-bad": queue };
