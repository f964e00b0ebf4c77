/** What calls a changes function on Azure: the change feed of a Cosmos DB container. */
import type { Binding } from "@isobar/core/plan";
import { connectionOf, retry, type Registration } from "../../deploy/registration.ts";

export interface ChangesSettings {
  readonly variant?: "cosmos-db";
  /** The database that the container is in. Default: the table's name. */
  readonly database?: string;
}

/** The lease container is part of what is deployed; leases carry the function's name, so that each function reads the whole feed. */
export const changesMaker = ({ name, fn: { source }, settings: { database = source.name } }: Binding<"changes", ChangesSettings>): Registration => ({
  app: "cosmosDB",
  maker: "changes",
  options: { databaseName: database, containerName: source.name, connection: connectionOf(source.name), leaseContainerName: "leases", leaseContainerPrefix: name, createLeaseContainerIfNotExists: false, retry },
});
