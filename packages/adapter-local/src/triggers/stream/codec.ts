/**
 * Stream, the reference: messages as of a queue, each with what is told of it.
 *
 * | Isobar | native |
 * |--------|--------|
 * | partitionKey | told.partitionKey |
 * | sequence | told.sequence |
 * | the others | as of a queue |
 */
import type { StreamTold } from "@isobar/core";
import { isText, isTextOrAbsent, localCodec } from "../../wires/messages.ts";

export const localStream = /* @__PURE__ */ localCodec<StreamTold>(({ partitionKey, sequence }) => (isTextOrAbsent(partitionKey) && isText(sequence) ? { partitionKey, sequence } : undefined), { byPosition: true });
