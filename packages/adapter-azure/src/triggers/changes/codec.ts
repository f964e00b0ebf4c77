/**
 * Changes on Azure Functions: the change feed of a Cosmos DB container, latest version mode.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger, https://learn.microsoft.com/azure/cosmos-db/change-feed-modes
 *
 * | Isobar        | native                                                                                                     |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | id            | _rid and _etag: a document's version                                                                       |
 * | operation     | "written": the feed does not tell creations from updates, and has no deletions                             |
 * | key, subject, | id; which field is the partition key is not told                                                           |
 * | group         |                                                                                                            |
 * | after         | the document without _rid, _self, _etag, _attachments, _ts, _lsn                                           |
 * | before        | not told                                                                                                   |
 * | time,         | _ts, seconds                                                                                               |
 * | enqueuedAt    |                                                                                                            |
 * | attempt       | not told                                                                                                   |
 * | body          | the document as JSON                                                                                       |
 * | only native() | the system properties                                                                                      |
 *
 * Numbers: Cosmos DB keeps doubles (IEEE 754 binary64, https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits), and the library parses the
 * documents before anyone can read their text; whole numbers beyond 2^53 arrive as the bigint of that double. `dataType` does not help: text is parsed
 * too, and of bytes the extension would make its document type (CosmosDBTriggerAttributeBindingProviderGenerator).
 *
 * Settlement: all together; a retry policy runs a batch that threw again. All versions and deletes mode is refused: its items are of another form.
 */
import type { ChangesTold, Value, ValueMap } from "@isobar/core";
import type { Item, MessageCodec } from "@isobar/core/adapter";
import type { CosmosRecord } from "../../native.ts";
import { isFields, isText, together, unreadable, wrong, type Fields } from "../../wires/handed.ts";

const system: ReadonlySet<string> = /* @__PURE__ */ new Set(["_rid", "_self", "_etag", "_attachments", "_ts", "_lsn"]);

/** JSON as it was parsed. Entries, so that a key like "__proto__" stays a key. */
function valueOf(json: unknown): Value {
  if (typeof json === "number") return Number.isInteger(json) && !Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map(valueOf);
  if (typeof json === "object" && json !== null) return mapOf(Object.entries(json));
  return json as Value;
}
const mapOf = (entries: readonly (readonly [string, unknown])[]): ValueMap => Object.fromEntries(entries.map(([name, each]) => [name, valueOf(each)]));

/** An item of all versions and deletes mode: the document is inside. https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#parse-the-response-object */
const isOfAllVersions = (document: unknown): boolean => isFields(document) && isFields(document.metadata) && typeof document.metadata.operationType === "string" && !("id" in document);

function itemOf(document: unknown): Item<ChangesTold> {
  if (!isFields(document) || !isText(document.id)) return unreadable(undefined, document === null ? "a null in place of a document" : "a document without an id");
  const { id: key, _rid, _etag, _ts } = document as Fields as CosmosRecord;
  const id = [_rid ?? key, _etag ?? _ts].filter((each) => each !== undefined).join("/").replaceAll('"', "");
  const writtenAt = typeof _ts === "number" && Math.abs(_ts) < 8.64e12 ? _ts * 1000 : undefined;
  const told = (): ChangesTold => ({
    change: { operation: "written", key: { id: key }, after: mapOf(Object.entries(document).filter(([name]) => !system.has(name))) },
    subject: key,
    ...(writtenAt === undefined ? {} : { time: new Date(writtenAt).toISOString() }),
  });
  return { id, deliveries: [{ id, attempt: undefined, group: key, enqueuedAt: writtenAt, body: JSON.stringify(document), attribute: undefined, record: document, told }] };
}

/** An empty list is answered: there is nothing in it to lose. */
export const cosmosDb: MessageCodec<unknown, undefined, ChangesTold> = {
  decode(native) {
    const { body } = (native ?? {}) as { readonly body?: unknown };
    if (!Array.isArray(body)) throw wrong("no change feed: it is no list of documents");
    if (body.some(isOfAllVersions)) throw wrong("a change feed in all versions and deletes mode: only latest version mode is deployed, and read");
    return { native, items: body.map(itemOf) };
  },
  encode: together,
};
