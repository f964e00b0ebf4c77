/** Cosmos DB's half of changes: the feed of one partition, which comes again as a whole. */
import { isDecimal, type ChangesTold } from "@isobar/core";
import type { MessageSide, NeutralMessage, Wire } from "@isobar/core/adapter";
import type { NativeInvocation } from "../../testing/rpc.ts";
import { cosmosRules } from "../../testing/services/cosmos.ts";
import { fateOf, json, wireOf } from "../../testing/wire.ts";
import { cosmosDb } from "./codec.ts";

/** The text of a number beyond doubles in JSON (TC39 JSON.parse source text access, Node ≥ 22). */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
const spelledNumber = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? rawJSON(String(value)) : isDecimal(value) ? rawJSON(value.decimal) : value);

/** System properties: https://learn.microsoft.com/azure/cosmos-db/resource-model#properties-of-an-item */
function documentOf({ id, enqueuedAt, told }: NeutralMessage<ChangesTold>): object {
  const { change: { key, after = {} }, time } = told!;
  return { ...after, ...key, _rid: "7oUyALQd8eQBAAAAAAAAAA==", _self: "dbs/7oUyAA==/", _etag: `"${id}"`, _attachments: "attachments/", _ts: Math.floor((time === undefined ? enqueuedAt : Date.parse(time)) / 1000), _lsn: 100 };
}
const countOf = (native: unknown): number => {
  const feed: unknown = JSON.parse((native as Partial<NativeInvocation>).inputData?.[0]?.data.json ?? "null");
  return Array.isArray(feed) ? feed.length : 1;
};

/** Default batch: 100 documents. */
const cosmosDbSide: MessageSide<ChangesTold> = {
  maxBatch: 100,
  tellsAttempt: false,
  carriesBytes: false,
  settles: "together",
  roundsNumbers: "Cosmos DB keeps doubles, and the library reads doubles",
  drops: {
    id: "the feed numbers nothing: the id is the document's version",
    time: "whole seconds",
    "data.before": "the feed tells no state before",
    "data.operation": "the feed does not tell creations from updates",
  },
  malformed: [
    { why: "a document without the list", native: { inputData: [{ data: json({ id: "a" }) }], triggerMetadata: {} } },
    { why: "a null in place of a document", native: { inputData: [{ data: json([null]) }], triggerMetadata: {} } },
    { why: "all versions and deletes mode", native: { inputData: [{ data: json([{ current: { id: "a" }, metadata: { operationType: "create", lsn: 1, crts: 1 } }]) }], triggerMetadata: {} } },
  ],
  fabricate(messages) {
    if (messages.length > 100) throw new RangeError(`a batch of ${messages.length}`);
    return { inputData: [{ data: { json: JSON.stringify(messages.map(documentOf), spelledNumber) } }], triggerMetadata: {} } satisfies NativeInvocation;
  },
  interpret: (seen, native) => Array.from({ length: countOf(native) }, (_, i) => ({ id: String(i), then: fateOf(seen) })),
};

export const changesWires: readonly Wire<"changes">[] = [wireOf("changes", { variant: "cosmos-db", service: "Cosmos DB change feed, latest version mode", form: "list", codec: cosmosDb, rules: cosmosRules, side: cosmosDbSide })];
