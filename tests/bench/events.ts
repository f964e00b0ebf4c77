/** Events as AWS sends them, with every field it sends: both contenders pay for what they touch only. */
import type { Order } from "./contenders/order.ts";

/** About 60 bytes of fields and 150 a line: six lines are 1 KB, one line is a small message. */
export const order = (lines: number, id = "ord-4711"): Order => ({
  id,
  customer: { name: "Ada Lovelace", email: "ada@example.com" },
  placedAt: "2026-11-23T10:15:00.000Z",
  currency: "EUR",
  lines: Array.from({ length: lines }, (_, i) => ({ sku: `book-${1000 + i}`, title: `An introduction to the analytical engine, volume ${i + 1}`, quantity: i + 1, cents: 1_999 + i, gift: i % 2 === 0, note: "leave it at the door" })),
});

/** Every byte value, so that no text decoder could pass it through unharmed. */
export const largeBody: Uint8Array = Uint8Array.from({ length: 64 * 1024 }, (_, i) => i % 256);

interface Sent {
  /** The path's parameters, as the route's pattern names them. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: string | Uint8Array;
}

/** API Gateway HTTP API, payload format 2.0. */
export function apiEvent(method: string, path: string, { parameters = {}, type, body }: Sent = {}): object {
  const names = Object.entries(parameters);
  const routeKey = `${method} ${names.reduce((pattern, [name, value]) => pattern.replace(value, `{${name}}`), path)}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: {
      accept: "application/json, text/plain, */*",
      "accept-encoding": "gzip, deflate, br, zstd",
      "accept-language": "de-DE,de;q=0.9,en;q=0.8",
      ...(body === undefined ? {} : { "content-length": String(body.length), "content-type": type }),
      host: "k3v9w2x1y0.execute-api.eu-central-1.amazonaws.com",
      origin: "https://shop.example",
      referer: "https://shop.example/orders",
      "sec-fetch-dest": "empty",
      "sec-fetch-mode": "cors",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "x-amzn-trace-id": "Root=1-69230f1c-5d8a1b2c3d4e5f6071829304",
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    ...(names.length === 0 ? {} : { pathParameters: parameters }),
    requestContext: {
      accountId: "123456789012",
      apiId: "k3v9w2x1y0",
      domainName: "k3v9w2x1y0.execute-api.eu-central-1.amazonaws.com",
      domainPrefix: "k3v9w2x1y0",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" },
      requestId: "UkXhDjJ5FiAEPwg=",
      routeKey,
      stage: "$default",
      time: "23/Nov/2026:10:15:00 +0000",
      timeEpoch: 1_795_428_900_000,
    },
    ...(body === undefined ? { isBase64Encoded: false } : typeof body === "string" ? { body, isBase64Encoded: false } : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true }),
  };
}

/** Orders of one line; the one at `declined` is an order that the handlers throw at. */
export const batch = (size: number, { declined }: { readonly declined?: number } = {}): readonly Order[] => Array.from({ length: size }, (_, i) => order(1, i === declined ? "declined" : `ord-${i}`));

/** A standard queue's messages through an event source mapping. */
export const sqsEvent = (bodies: readonly unknown[]): object => ({
  Records: bodies.map((body, i) => ({
    messageId: `059f36b4-87a3-44ab-83d2-66197577000${i}`,
    receiptHandle: `AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a${i}`,
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(1_795_428_900_000 + 37 * i), SenderId: "AIDAIENQZJOLO23YVJ4VO", ApproximateFirstReceiveTimestamp: "1795428900100" },
    messageAttributes: {},
    md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders",
    awsRegion: "eu-central-1",
  })),
});
