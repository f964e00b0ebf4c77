import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, empty, http } from "@isobar/core";
import { refusals } from "../testing/composed.ts";
import type { AwsSettings } from "./target.ts";

const app = (options: object = {}) => defineApp("shop", { page: http.get("/a", { access: "public", ...options }, () => empty()) });
const own = (page: object): AwsSettings => ({ functions: { page } }) as AwsSettings;
const refused = (options: object, settings: AwsSettings = {}) => refusals(app(options), settings);

describe("limits are checked where the manifest is made", () => {
  test("memory is 128 to 10,240 MB", () => {
    const sentence = (mb: number) => `PageFunction: a Lambda function has 128 to 10,240 MB of memory, not ${mb}`;
    expect([refused({ memoryMb: 128 }), refused({ memoryMb: 10_240 }), refused({ memoryMb: 10_241 }), refused({}, { overrides: { PageFunction: { Properties: { MemorySize: 127 } } } })]).toEqual([[], [], [sentence(10_241)], [sentence(127)]]);
  });
  test("an environment is 4,096 bytes, addresses of the longest region counted in", () => {
    const filled = (bytes: number) => ({ environment: { AB: "x".repeat(bytes - 2) } });
    expect([refused(filled(4_096)), refused(filled(4_097))]).toEqual([[], ["PageFunction: its environment may take 4097 bytes, of which Lambda has 4096"]]);
    // ISOBAR_QUEUE_O=https://sqs.ap-southeast-1.amazonaws.com/123456789012/shop-dev-o, ISOBAR_TOPIC_N=arn:aws:sns:ap-southeast-1:123456789012:shop-dev-n
    const [queue, topic] = [14 + 54 + 10, 14 + 40 + 10];
    const sends = { sends: [defineQueue("o"), defineTopic("n")] };
    expect([refused({ ...sends, ...filled(4_096 - queue - topic) }), refused({ ...sends, ...filled(4_097 - queue - topic) })]).toEqual([[], ["PageFunction: its environment may take 4097 bytes, of which Lambda has 4096"]]);
    expect(refused({ environment: { AB: "ä".repeat(2_048) } })).toEqual(["PageFunction: its environment may take 4098 bytes, of which Lambda has 4096"]);
  });
  test.each(["_HANDLER", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT"])("the variable %s is Lambda's own", (name) => {
    expect(refused({ environment: { [name]: "x" } })).toEqual([`page: the variable ${name} is Lambda's own`]);
  });
  test.each(["_x", "x"])("there is no variable %s", (name) => {
    expect(refused({ environment: { [name]: "x" } })).toEqual([`page: Lambda has no variable ${name}: a letter first, and two characters at least`]);
  });
  test("a text that CloudFormation would replace is no text of the app's", () => {
    expect(refused({ environment: { AA: "x {{resolve:secretsmanager:key}}", AB: "{{ resolve }}" } })).toEqual(['page: the variable AA has a "{{resolve:", which CloudFormation would replace · secrets: ["…"], or an override of the function']);
  });
  test("other variables of AWS's may be set", () => expect(refused({ environment: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/x", AWS_ENDPOINT_URL: "https://x.example", TZ: "Europe/Rome" } })).toEqual([]));
  test.each([
    ["reserved instances", own({ reservedConcurrency: -1 }), ["page: reservedConcurrency is a whole number from 0, not -1"]],
    ["warm instances", own({ provisionedConcurrency: 0 }), ["page: provisionedConcurrency is a whole number from 1, not 0"]],
    ["days of a log", own({ logRetentionDays: 31 }), ["page: a log is kept for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, not for 31"]],
    ["a network without a subnet", own({ network: { subnetIds: [], securityGroupIds: ["sg-1"] } }), ["page: a network has a subnet and a security group at least"]],
    ["more subnets than there may be", own({ network: { subnetIds: Array.from({ length: 17 }, (_, i) => `subnet-${i}`), securityGroupIds: ["sg-1"] } }), ["page: a function runs in 16 subnets and 5 security groups at most"]],
    ["a runtime", { runtime: "nodejs20.x" } as never, ['runtime "nodejs20.x": nodejs24.x or nodejs22.x']],
  ])("%s", (_, settings, sentences) => {
    expect(refused({}, settings)).toEqual(sentences);
  });
  test("a role's policy is 10,240 characters", () => {
    const sends = (count: number) => ({ sends: Array.from({ length: count }, (_, i) => defineQueue(`q${i}`)) });
    expect(refused(sends(20))).toEqual([]);
    expect(refused(sends(80)).filter((sentence) => sentence.startsWith("PageRole"))).toEqual([expect.stringMatching(/^PageRole: its policy may take \d+ characters, of which a role has 10240: send to fewer channels from one unit$/)]);
  });
  test("all of them at once", () => {
    expect(refused({ memoryMb: 20_000, environment: { AWS_REGION: "x", AB: "x".repeat(5_000) } }, own({ reservedConcurrency: 0.5 }))).toEqual([
      "page: reservedConcurrency is a whole number from 0, not 0.5",
      "page: the variable AWS_REGION is Lambda's own",
      "PageFunction: a Lambda function has 128 to 10,240 MB of memory, not 20000",
      "PageFunction: its environment may take 5013 bytes, of which Lambda has 4096",
    ]);
  });
});
