/**
 * Topic, the reference: messages as of a queue, each with what is told of it.
 *
 * | Isobar | native |
 * |--------|--------|
 * | subject | told.subject |
 * | the others | as of a queue |
 */
import type { TopicTold } from "@isobar/core";
import { isTextOrAbsent, localCodec } from "../../wires/messages.ts";

export const localTopic = /* @__PURE__ */ localCodec<TopicTold>(({ subject }) => (isTextOrAbsent(subject) ? { subject } : undefined));
