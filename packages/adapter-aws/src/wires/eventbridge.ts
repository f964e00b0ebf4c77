/** EventBridge's envelope: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
import type { EventBridgeEvent } from "../native.ts";
import { fieldsOf, textOf } from "./records.ts";

export function isEventBridgeEvent(value: unknown): value is EventBridgeEvent {
  const { id, source, "detail-type": type, detail } = fieldsOf(value);
  return textOf(id) !== undefined && textOf(source) !== undefined && textOf(type) !== undefined && detail !== undefined;
}
