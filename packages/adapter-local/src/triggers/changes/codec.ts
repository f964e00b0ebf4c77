/**
 * Changes, the reference: messages as of a queue, each telling of one change; values that JSON has no word for as core's `spellValue` writes them.
 *
 * | Isobar | native |
 * |--------|--------|
 * | operation, key, before, after | told.change, of the same name |
 * | subject, time | told.subject, told.time |
 * | the others | as of a queue |
 */
import type { ChangesTold, Operation } from "@isobar/core";
import { isFields, isText, isTextOrAbsent, localCodec } from "../../wires/messages.ts";
import { mapIn } from "../../wires/values.ts";

const operations: readonly Operation[] = ["created", "updated", "deleted", "written"];

export const localChanges = /* @__PURE__ */ localCodec<ChangesTold>(({ change, subject, time }) => {
  if (!isFields(change) || !isText(subject) || !isTextOrAbsent(time)) return undefined;
  const operation = operations.find((each) => each === change.operation);
  const key = mapIn(change.key);
  const [before, after] = [change.before, change.after].map((image) => (image === undefined ? null : mapIn(image)));
  if (operation === undefined || key === undefined || before === undefined || after === undefined) return undefined;
  return { change: { operation, key, ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) }, subject, time };
}, { byPosition: true });
