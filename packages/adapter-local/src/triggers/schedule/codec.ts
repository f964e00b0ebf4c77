/**
 * Schedule, the reference: messages as of a queue, each with what is told of it.
 *
 * | Isobar | native |
 * |--------|--------|
 * | scheduledTime | told.scheduledTime |
 * | overdue | told.overdue |
 * | the others | as of a queue |
 */
import type { ScheduleTold } from "@isobar/core";
import { isTextOrAbsent, localCodec } from "../../wires/messages.ts";

export const localSchedule = /* @__PURE__ */ localCodec<ScheduleTold>(({ scheduledTime, overdue }) => (isTextOrAbsent(scheduledTime) && (overdue === undefined || typeof overdue === "boolean") ? { scheduledTime, overdue } : undefined));
