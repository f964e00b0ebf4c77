/**
 * Bus on Lambda: EventBridge. By default a rule's target is an SQS queue of the function's own; `direct`: the rule invokes the function.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 *
 * | Isobar                | native, the SQS message's body or the invocation itself                                                              |
 * |-----------------------|----------------------------------------------------------------------------------------------------------------------|
 * | id                    | id, which EventBridge makes                                                                                          |
 * | attempt, enqueuedAt   | SQS's; Lambda's asynchronous queue tells none                                                                        |
 * | body                  | all of it                                                                                                            |
 * | told.event.source     | source                                                                                                               |
 * | told.event.detailType | detail-type                                                                                                          |
 * | told.event.detail     | detail                                                                                                               |
 * | told.time             | time; whole seconds                                                                                                  |
 * | told.subject          | events have none                                                                                                     |
 * | only native()         | version, account, region, resources, replay-name; all of the SQS message                                             |
 *
 * Settlement: the message's, as wires/sqs.ts has it; direct: of the whole invocation. Limit: 1 MiB an event.
 */
import { IsobarError, type MessageCodec } from "@isobar/core/adapter";
import type { BusTold } from "@isobar/core";
import type { EventBridgeEvent } from "../../native.ts";
import { isEventBridgeEvent } from "../../wires/eventbridge.ts";
import { wholeInvocation } from "../../wires/invocation.ts";
import { instantOf, objectIn } from "../../wires/records.ts";
import { misfit, sqsCodec } from "../../wires/sqs.ts";

const toldBy = ({ source, "detail-type": detailType, detail, time }: EventBridgeEvent): BusTold => ({ event: { source, detailType, detail }, time: instantOf(time) === undefined ? undefined : time });

export const eventBridgeInSqs = /* @__PURE__ */ sqsCodec<BusTold>((message) => {
  const event: unknown = objectIn(message.body);
  if (!isEventBridgeEvent(event)) return [misfit(message, "no EventBridge event")];
  return [{ ...message, id: event.id, record: { carrier: message.record, event }, told: () => toldBy(event) }];
});

export const eventBridge: MessageCodec<EventBridgeEvent, null, BusTold> = {
  decode(native) {
    if (!isEventBridgeEvent(native)) throw new IsobarError("invalid-native-event", "no EventBridge event: id, source, detail-type or detail is missing");
    const delivery = { id: native.id, attempt: undefined, group: undefined, enqueuedAt: instantOf(native.time), body: JSON.stringify(native), attribute: undefined, record: native, told: () => toldBy(native) };
    return { native, items: [{ id: native.id, deliveries: [delivery] }] };
  },
  encode: wholeInvocation,
};
