import { describe, expect, test } from "vitest";
import { bus, defineBucket, defineBus, defineLog, defineTopic, logs, schedule, storage, topic, type AnyFunction, type TriggerKind } from "@isobar/core";
import type { NeutralMessage, Rendered, Wire } from "@isobar/core/adapter";
import { script, simulate } from "@isobar/simulator";
import { adapter } from "../../deploy/entries.ts";
import { bound, canonical } from "../planned.ts";
import { wires } from "../wires.ts";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>;
const functions = {
  hear: topic(defineTopic("news"), canonical, () => {}),
  resize: storage(defineBucket("uploads"), canonical, () => {}),
  tick: schedule("0 6 * * *", canonical, () => {}),
  listen: bus(defineBus("events"), canonical, () => {}),
  read: logs(defineLog("access"), canonical, () => {}),
} satisfies Readonly<Record<string, AnyFunction>>;
const index = storage(defineBucket("uploads"), canonical, () => {});
const told: Readonly<Record<string, object>> = {
  hear: { subject: "s" },
  resize: { change: "created", object: { bucket: "uploads", key: "a.jpg" } },
  tick: { scheduledTime: "2030-01-01T06:00:00Z" },
  listen: { event: { source: "shop.orders", detailType: "placed", detail: {} } },
  read: { log: { resource: "/app/access", part: "instance-1", entries: [{ message: "line" }] } },
};
type Name = keyof typeof functions;

/** One message's fate, once a resource was taken away or changed. */
async function fate(name: Name, variant: string | undefined, change: (resources: Resources) => Resources = (all) => all, others: Readonly<Record<string, AnyFunction>> = {}) {
  const fn: AnyFunction = functions[name];
  const settings = variant === undefined ? {} : { variant };
  const rendered: Rendered = (adapter.triggers[fn.kind] as unknown as { render(binding: unknown): Rendered }).render(bound(name, fn, settings, others));
  const wire = wires.find((each) => each.kind === (fn.kind as TriggerKind) && (variant === undefined || each.variant === variant)) as Wire;
  const message = { id: "m", body: "{}", told: told[name] } as Omit<NeutralMessage, "attempt" | "enqueuedAt">;
  const { fates } = await simulate({ wire, rendered: { ...rendered, resources: change(rendered.resources as Resources) }, name, fn, messages: [{ message, acts: script("ok") }] });
  const { starts, rest, queue, reason } = fates.m!;
  return [starts.length, rest, ...[queue, reason].filter((part) => part !== undefined)];
}
const without = (...ids: readonly string[]) => (all: Resources): Resources => Object.fromEntries(Object.entries(all).filter(([id]) => !ids.includes(id)));
const changed = (id: string, more: object) => (all: Resources): Resources => ({ ...all, [id]: { ...all[id]!, Properties: { ...all[id]!.Properties, ...more } } });

describe("what is rendered lets every service deliver", () => {
  test.each([["hear", "sns-sqs"], ["hear", "direct"], ["resize", "s3-sqs"], ["resize", "direct"], ["tick", "scheduler-sqs"], ["tick", "direct"], ["listen", "eventbridge-sqs"], ["listen", "direct"], ["read", "kinesis"], ["read", "direct"]] as const)("%s by %s", async (name, variant) => {
    expect(await fate(name, variant)).toEqual([1, "acknowledged"]);
  });
  test("S3 through a topic where functions of one bucket overlap, and to each of them where they do not", async () => {
    const apart = storage(defineBucket("uploads"), { ...canonical, on: ["deleted"] }, () => {});
    expect([await fate("resize", "s3-sqs", undefined, { index }), await fate("resize", "s3-sqs", undefined, { index: apart }), await fate("resize", "direct", undefined, { index: apart })]).toEqual([[1, "acknowledged"], [1, "acknowledged"], [1, "acknowledged"]]);
  });
});

describe("what a service may not deliver is left in its own dead letter, or nowhere", () => {
  const document = (service: string, arn: unknown) => ({ PolicyDocument: { Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["HearInbox", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": arn } } }] } });
  test.each([
    ["SNS without the queue's policy", "hear", "sns-sqs", without("HearInboxPolicy"), [0, "dead-letter", "HearUndelivered", "SNS is not let in to HearInbox"]],
    ["SNS without either queue's policy", "hear", "sns-sqs", without("HearInboxPolicy", "HearUndeliveredPolicy"), [0, "discarded", "SNS is not let in to HearInbox"]],
    ["SNS for another topic than the policy's", "hear", "sns-sqs", changed("HearInboxPolicy", document("sns.amazonaws.com", { Ref: "OtherTopic" })), [0, "dead-letter", "HearUndelivered", "SNS is not let in to HearInbox"]],
    ["SNS where the policy lets another service in", "hear", "sns-sqs", changed("HearInboxPolicy", document("s3.amazonaws.com", { Ref: "NewsTopic" })), [0, "dead-letter", "HearUndelivered", "SNS is not let in to HearInbox"]],
    ["SNS without the function's permission", "hear", "direct", without("HearPermission"), [0, "dead-letter", "HearUndelivered", "SNS is not let in to HearFunction"]],
    ["S3 without the queue's policy: it has no dead letter", "resize", "s3-sqs", without("ResizeInboxPolicy"), [0, "discarded", "S3 is not let in to ResizeInbox"]],
    ["S3 without the function's permission", "resize", "direct", without("ResizePermission"), [0, "discarded", "S3 is not let in to ResizeFunction"]],
    ["EventBridge without the queue's policy", "listen", "eventbridge-sqs", without("ListenInboxPolicy"), [0, "dead-letter", "ListenUndelivered", "EventBridge is not let in to ListenInbox"]],
    ["EventBridge with a permission for another rule", "listen", "direct", changed("ListenPermission", { SourceArn: { "Fn::GetAtt": ["OtherRule", "Arn"] } }), [0, "dead-letter", "ListenUndelivered", "EventBridge is not let in to ListenFunction"]],
    ["a scheduled rule without the function's permission", "tick", "direct", without("TickPermission"), [0, "dead-letter", "TickUndelivered", "EventBridge is not let in to TickFunction"]],
    ["Scheduler with a role that may write nowhere", "tick", "scheduler-sqs", changed("TickDeliveryRole", { Policies: [] }), [0, "discarded", "Scheduler is not let in to TickInbox"]],
    ["Scheduler with a role that is another service's", "tick", "scheduler-sqs", changed("TickDeliveryRole", { AssumeRolePolicyDocument: { Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" } }] } }), [0, "discarded", "Scheduler is not let in to TickInbox"]],
    ["CloudWatch Logs without its role", "read", "kinesis", without("ReadDeliveryRole"), [0, "discarded", "CloudWatch Logs is not let in to ReadInbox"]],
    ["CloudWatch Logs without the function's permission", "read", "direct", without("ReadPermission"), [0, "discarded", "CloudWatch Logs is not let in to ReadFunction"]],
  ] as const)("%s", async (_, name, variant, change, expected) => {
    expect(await fate(name, variant, change)).toEqual(expected);
  });
  test.each([
    ["S3 to its topic", "UploadsNotificationsPolicy", [0, "discarded", "S3 is not let in to UploadsNotifications"]],
    ["the topic to the queue", "ResizeInboxPolicy", [0, "dead-letter", "ResizeUndelivered", "SNS is not let in to ResizeInbox"]],
  ] as const)("of two hops in a row, %s", async (_, policy, expected) => {
    expect(await fate("resize", "s3-sqs", without(policy), { index })).toEqual(expected);
  });
});
