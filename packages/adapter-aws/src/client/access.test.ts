import { describe, expect, test } from "vitest";
import { accessFrom, addressOf, addressVariable, endpointIn, placeOf, queueUrlOf, resourceOf, secretVariable, type Access } from "./access.ts";

const credentials = () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });
const failing = (message: string) => expect.objectContaining({ code: "send-failed", message });

describe("an address is in the unit's environment", () => {
  test("its variable is made of the channel's kind and name", () => {
    expect([addressVariable({ resource: "queue", name: "orders-failed" }), addressVariable({ resource: "topic", name: "news-2-all" })]).toEqual(["ISOBAR_QUEUE_ORDERS_FAILED", "ISOBAR_TOPIC_NEWS_2_ALL"]);
  });
  test("a secret's is made of its name", () => {
    expect(secretVariable("stripe-key-2")).toBe("ISOBAR_SECRET_STRIPE_KEY_2");
  });
  test("one that is missing or empty is named", () => {
    expect(addressOf({ resource: "queue", name: "orders" }, { ISOBAR_QUEUE_ORDERS: "https://q" })).toBe("https://q");
    for (const environment of [{}, { ISOBAR_QUEUE_ORDERS: "" }]) expect(() => addressOf({ resource: "queue", name: "orders" }, environment)).toThrow(failing('queue "orders" has no address: ISOBAR_QUEUE_ORDERS is not set'));
  });
});

describe("access comes from the environment", () => {
  test("as Lambda gives it, read when it is asked for", () => {
    const environment: Record<string, string> = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c", AWS_REGION: "eu-central-1" };
    const { credentials: current, endpoint, region } = accessFrom(environment, "sqs");
    expect([current(), endpoint, region]).toEqual([{ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" }, undefined, "eu-central-1"]);
    Object.assign(environment, { AWS_ACCESS_KEY_ID: "d", AWS_SESSION_TOKEN: "" });
    expect(current()).toEqual({ accessKeyId: "d", secretAccessKey: "b", sessionToken: undefined });
  });
  test.each(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])("without %s it says so", (name) => {
    const { credentials: current } = accessFrom({ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", [name]: "" }, "sqs");
    expect(current).toThrow(failing(`${name} is not set`));
  });
  test("an endpoint of the service goes before one of all services", () => {
    const environment = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:2", AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:3" };
    expect((["sqs", "sns", "secretsmanager"] as const).map((service) => accessFrom(environment, service).endpoint)).toEqual(["http://127.0.0.1:2", "http://127.0.0.1:1", "http://127.0.0.1:3"]);
  });
});

describe("where a call goes, and for which region it is signed", () => {
  const place = (own: string, access: Partial<Access> = {}) => {
    const { url, region } = placeOf(own, { credentials, ...access });
    return `${url.href} ${region}`;
  };
  test.each([
    ["https://sqs.eu-central-1.amazonaws.com/123456789012/orders", "https://sqs.eu-central-1.amazonaws.com/ eu-central-1"],
    ["https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders", "https://sqs.cn-north-1.amazonaws.com.cn/ cn-north-1"],
    ["https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/orders", "https://sqs-fips.us-gov-west-1.amazonaws.com/ us-gov-west-1"],
    ["https://vpce-0a1b-xyz.sqs.ap-southeast-2.vpce.amazonaws.com/123456789012/orders", "https://vpce-0a1b-xyz.sqs.ap-southeast-2.vpce.amazonaws.com/ ap-southeast-2"],
    ["https://vpce-0a1b-xy-ab-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders", "https://vpce-0a1b-xy-ab-1.sqs.eu-west-1.vpce.amazonaws.com/ eu-west-1"],
    ["https://us-east-1a.sqs.eu-west-1.example/123456789012/orders", "https://us-east-1a.sqs.eu-west-1.example/ eu-west-1"],
    ["https://sqs.ap-southeast-12.amazonaws.com/123456789012/orders", "https://sqs.ap-southeast-12.amazonaws.com/ ap-southeast-12"],
    ["https://us-west-2.queue.amazonaws.com/123456789012/orders", "https://us-west-2.queue.amazonaws.com/ us-west-2"],
    ["https://queue.amazonaws.com/123456789012/orders", "https://queue.amazonaws.com/ us-east-1"],
  ])("%s tells both, whatever AWS_REGION says", (own, expected) => {
    expect(place(own, { region: "sa-east-1" })).toBe(expected);
  });
  test("where the URL names no region, AWS_REGION's counts; without it nothing is signed", () => {
    expect(place("https://queues.example/1/orders", { region: "sa-east-1" })).toBe("https://queues.example/ sa-east-1");
    expect(() => place("https://queues.example/1/orders")).toThrow(failing("the address at queues.example names no region, and AWS_REGION is not set"));
  });
  test("an endpoint replaces the place and not the region; it may have a path", () => {
    const own = "http://sqs.eu-west-1.localhost:4566/000000000000/orders";
    expect([place(own, { endpoint: "http://127.0.0.1:4566" }), place(own, { endpoint: "https://broker.example/aws/sqs" })]).toEqual(["http://127.0.0.1:4566/ eu-west-1", "https://broker.example/aws/sqs/ eu-west-1"]);
  });
  test("without an endpoint http is refused, and so is what is no URL", () => {
    for (const own of ["http://sqs.eu-west-1.amazonaws.com/1/orders", "orders", ""]) expect(() => place(own)).toThrow(failing("the address is no https URL"));
    expect(() => place("https://sqs.eu-west-1.amazonaws.com/1/q", { endpoint: "ftp://127.0.0.1" })).toThrow(failing("the endpoint is no https URL"));
  });
  test("what would not be signed as it is sent is refused, and its password is not told", () => {
    for (const endpoint of ["https://u:hunter2@broker.example", "https://:hunter2@broker.example", "https://broker.example/?hunter2", "https://broker.example/a%20b"]) {
      expect(() => place("https://sqs.eu-west-1.amazonaws.com/1/q", { endpoint })).toThrow(failing("the endpoint at broker.example is more than a host and a plain path"));
    }
  });
});

describe("an ARN tells where its resource is", () => {
  test.each([
    ["arn:aws:sqs:eu-central-1:123456789012:orders", "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"],
    ["arn:aws:sqs:us-east-1:123456789012:orders.fifo", "https://sqs.us-east-1.amazonaws.com/123456789012/orders.fifo"],
    ["arn:aws-cn:sqs:cn-northwest-1:123456789012:orders", "https://sqs.cn-northwest-1.amazonaws.com.cn/123456789012/orders"],
    ["arn:aws-us-gov:sqs:us-gov-east-1:123456789012:orders", "https://sqs.us-gov-east-1.amazonaws.com/123456789012/orders"],
    ["arn:aws-eusc:sqs:eusc-de-east-1:123456789012:orders", "https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/orders"],
    ["arn:aws-iso-b:sqs:us-isob-east-1:123456789012:orders", "https://sqs.us-isob-east-1.sc2s.sgov.gov/123456789012/orders"],
  ])("%s", (arn, url) => {
    expect(queueUrlOf(arn)).toBe(url);
  });
  test.each(["", "arn:aws:sns:eu-central-1:123456789012:news", "arn:aws-new:sqs:eu-central-1:123456789012:orders", "arn:aws:sqs:evil.example/:123456789012:orders", "arn:aws:sqs:eu-central-1:12:orders", "arn:aws:sqs:eu-central-1:123456789012:a/b", "x arn:aws:sqs:eu-central-1:123456789012:orders"])("%j is no queue's", (arn) => {
    expect(queueUrlOf(arn)).toBeUndefined();
  });
  test("a topic's endpoint is by its own service", () => {
    expect(resourceOf("arn:aws-cn:sns:cn-north-1:123456789012:news", "sns")).toEqual({ endpoint: "https://sns.cn-north-1.amazonaws.com.cn", region: "cn-north-1", account: "123456789012", name: "news" });
    expect(resourceOf("arn:aws-cn:sns:cn-north-1:123456789012:news", "sqs")).toBeUndefined();
  });
  test("a service's endpoint follows from its region alone, too", () => {
    expect(["eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isof-south-1"].map((region) => endpointIn("sqs", region))).toEqual([
      "https://sqs.eu-central-1.amazonaws.com", "https://sqs.cn-north-1.amazonaws.com.cn", "https://sqs.us-gov-west-1.amazonaws.com", "https://sqs.us-iso-east-1.c2s.ic.gov", "https://sqs.us-isof-south-1.csp.hci.ic.gov",
    ]);
  });
});
