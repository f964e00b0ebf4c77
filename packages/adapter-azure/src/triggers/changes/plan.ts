/** What calls a changes function on Azure: the change feed of a Cosmos DB container, in latest version mode. */
import { approximated, unsupported, type Binding, type Rendered, type TriggerPlan, type Verdict } from "@isobar/core/plan";
import { idInShared, inShared, literal, resource, type Resource } from "../../deploy/arm.ts";
import { connections, type ScaleSettings } from "../../deploy/function-app.ts";
import { assessPositions, inBatch, renderPositions, type PositionSource } from "../../deploy/positions.ts";
import { connectionOf, retry, type Registration } from "../../deploy/registration.ts";
import { planBy } from "../../deploy/variants.ts";

export interface ChangesSettings extends ScaleSettings {
  readonly variant?: "cosmos-db";
  /** The database that the container is in. Default: the table's name. */
  readonly database?: string;
  /** Path of the container's partition key, where it is made here. Default "/id". */
  readonly partitionKey?: string;
}
type ChangesBinding = Binding<"changes", ChangesSettings>;

const source: PositionSource = {
  part: "lease's range of keys",
  batch: "app.cosmosDB maxItemsPerInvocation",
  app: "app.cosmosDB",
  afterCrash: "it comes again after 10 s, or where its host was lost once another has its lease, a minute later",
};
/** https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#latest-version-change-feed-mode */
function images({ fn: { options: { on } } }: ChangesBinding): Verdict {
  if (on !== undefined && !on.includes("written")) return unsupported(`every change in this feed is "written": of ${on.map((each) => `"${each}"`).join(", ")} alone there is none, and the function would never run`, '"written" in `on`');
  return approximated('the change feed tells the latest version of an item alone: nothing of deletions, nothing of the item before, and not whether it was created or updated (`operation` is "written"); versions between two reads are passed over', "a mark of its own on items that are to be deleted, and the item's earlier state in the item");
}

const leases = "leases";
const containerOf = (database: string, name: string, partitionKey: string, comments: string): Resource =>
  resource("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", {
    name: inShared("cosmosDb", `${database}/${name}`),
    comments,
    dependsOn: [idInShared("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "cosmosDb", database)],
    properties: { resource: { id: name, partitionKey: { paths: [literal(partitionKey)], kind: "Hash" } } },
  });
/** The lease container is part of what is deployed; leases carry the function's name, so that each function reads the whole feed. */
function render(binding: ChangesBinding): Rendered {
  const { name, fn: { source: { name: table } }, settings: { database = table, partitionKey = "/id" } } = binding;
  const connection = connectionOf(table);
  const registration: Registration = {
    name,
    app: "cosmosDB",
    maker: "changes",
    options: {
      databaseName: database, containerName: table, connection, leaseContainerName: leases, leaseContainerPrefix: name, createLeaseContainerIfNotExists: false,
      maxItemsPerInvocation: inBatch, feedPollDelay: 5_000, startFromBeginning: false, retry,
    },
  };
  return renderPositions(binding, {
    registration,
    environment: connections.cosmosDb(connection),
    resources: {
      [`database ${database}`]: resource("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", { name: inShared("cosmosDb", database), comments: `the database of ${table}`, properties: { resource: { id: literal(database) } } }),
      [`container ${database}/${table}`]: containerOf(database, table, partitionKey, `${name} follows it`),
      [`container ${database}/${leases}`]: containerOf(database, leases, "/id", `how far ${name} has read`),
    },
    reads: [
      { actions: ["Cosmos DB Built-in Data Reader"], on: `database ${database}`, for: "consuming" },
      { actions: ["Cosmos DB Built-in Data Contributor"], on: `container ${database}/${leases}`, for: "how far it has read" },
    ],
  });
}
export const changesPlan: TriggerPlan<"changes", ChangesSettings> = planBy("changes", "cosmos-db", {
  "cosmos-db": { assess: (binding) => ({ ...assessPositions(binding, source), images: images(binding) }), render },
});
