/**
 * Logs on Lambda: a CloudWatch Logs subscription. By default through a Kinesis stream, whose records are gzip; `direct`: CloudWatch Logs invokes the function.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html · https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
 *
 * | Isobar        | native                                                                                                           |
 * |---------------|------------------------------------------------------------------------------------------------------------------|
 * | id            | Kinesis: as wires/kinesis.ts has it. Direct: log group, log stream and the first entry's id                      |
 * | attempt       | not told                                                                                                         |
 * | group         | kinesis.partitionKey: the log stream's, or at random, as the subscription says; direct: none                     |
 * | enqueuedAt    | kinesis.approximateArrivalTimestamp; direct: not told                                                            |
 * | body          | the compressed bytes, as they came                                                                               |
 * | told.log      | as wires/cloudwatch-logs.ts has it                                                                               |
 * | only native() | what is listed in both                                                                                           |
 *
 * A CONTROL_MESSAGE is acknowledged, and nothing is delivered. Settlement: by position; direct: of the whole invocation.
 */
import { IsobarError, unreadableBody, type Delivery, type MessageCodec } from "@isobar/core/adapter";
import type { LogsTold } from "@isobar/core";
import type { CloudWatchLogsEvent } from "../../native.ts";
import { bytesIn } from "../../wires/base64.ts";
import { envelopeIn, isControl, toldBy } from "../../wires/cloudwatch-logs.ts";
import { wholeInvocation } from "../../wires/invocation.ts";
import { kinesisCodec } from "../../wires/kinesis.ts";
import { fieldsOf, textOf } from "../../wires/records.ts";

const misfit = (): never => {
  throw unreadableBody("no CloudWatch log: it is no compressed envelope");
};

export const logsInKinesis = /* @__PURE__ */ kinesisCodec<LogsTold>((message) => {
  const envelope = envelopeIn(message.body);
  if (envelope === undefined) return [{ ...message, told: misfit }];
  return isControl(envelope) ? [] : [{ ...message, record: { carrier: message.record, event: envelope }, told: () => toldBy(envelope) }];
});

export const cloudWatchLogs: MessageCodec<CloudWatchLogsEvent, null, LogsTold> = {
  decode(native) {
    const { data } = fieldsOf(fieldsOf(native).awslogs);
    const body = typeof data === "string" && data !== "" ? bytesIn(data) : undefined;
    if (body === undefined) throw new IsobarError("invalid-native-event", "no CloudWatch Logs event: awslogs.data is no base64");
    const envelope = envelopeIn(body);
    if (envelope !== undefined && isControl(envelope)) return { native: native as CloudWatchLogsEvent, items: [{ id: "control", deliveries: [] }] };
    const id = envelope === undefined ? "awslogs" : [envelope.logGroup, envelope.logStream, textOf(fieldsOf(envelope.logEvents[0]).id)].filter((part) => part !== undefined).join(":");
    const delivery: Delivery<LogsTold> = { id, attempt: undefined, group: undefined, enqueuedAt: undefined, body, attribute: undefined, record: { carrier: native, event: envelope }, told: () => (envelope === undefined ? misfit() : toldBy(envelope)) };
    return { native: native as CloudWatchLogsEvent, items: [{ id, deliveries: [delivery] }] };
  },
  encode: wholeInvocation,
};
