/**
 * Bus, the reference: messages as of a queue, each telling of one event.
 *
 * | Isobar | native |
 * |--------|--------|
 * | source, detailType, detail | told.event, of the same name |
 * | subject, time | told.subject, told.time |
 * | the others | as of a queue |
 */
import type { BusTold } from "@isobar/core";
import { isFields, isText, isTextOrAbsent, localCodec } from "../../wires/messages.ts";

export const localBus = /* @__PURE__ */ localCodec<BusTold>(({ event, subject, time }) => {
  if (!isFields(event) || !isTextOrAbsent(subject) || !isTextOrAbsent(time)) return undefined;
  const { source, detailType, detail } = event;
  return isText(source) && isText(detailType) ? { event: { source, detailType, detail }, subject, time } : undefined;
});
