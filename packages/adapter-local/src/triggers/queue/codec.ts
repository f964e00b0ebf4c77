/**
 * Queue, the reference: a batch of messages as JSON, answered item by item.
 *
 * | Isobar     | native      |
 * |------------|-------------|
 * | id         | the attribute's id, else id |
 * | the others | of the same name |
 */
import { localCodec } from "../../wires/messages.ts";

export const localQueue = /* @__PURE__ */ localCodec();
