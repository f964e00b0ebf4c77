/** Event Grid's half of storage. */
import type { StorageChange, StorageTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { cloudEvent, eventGridSide, schemaEvent } from "../../testing/event-grid.ts";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import { eventGridRules } from "../../testing/services/event-grid.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { wireOf } from "../../testing/wire.ts";
import type { GridEvent } from "../../wires/event-grid.ts";
import { directStorage, gridStorage, queuedStorage } from "./codec.ts";

const types: { readonly [C in StorageChange]: string } = { created: "BlobCreated", deleted: "BlobDeleted", updated: "BlobTierChanged", archived: "BlobTierChanged", restored: "BlobTierChanged", other: "BlobRenamed" };
const tiers: Partial<Record<StorageChange, object>> = { updated: { accessTier: "Cool", previousTier: "Hot" }, archived: { accessTier: "Archive", previousTier: "Hot" }, restored: { accessTier: "Hot", previousTier: "Archive" } };
const account = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/shop";

/** https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage#example-events */
function spell({ id, told }: NeutralMessage<StorageTold>): GridEvent {
  const { change, time, object: { bucket, key, size, etag, contentType } } = told!;
  return {
    id,
    source: account,
    type: `Microsoft.Storage.${types[change]}`,
    subject: `/blobServices/default/containers/${bucket}/blobs/${key}`,
    time,
    data: { api: "PutBlob", requestId: "831e1650-001e-001b-66ab-eeb76e000000", eTag: etag === undefined ? undefined : `"${etag}"`, contentType, contentLength: size, blobType: "BlockBlob", url: `https://shop.blob.core.windows.net/${bucket}/${encodeURIComponent(key)}`, sequencer: "00000000000004420000000000028963", ...tiers[change] },
  };
}
const drops = { "data.version": "Event Grid tells no version of a blob" };
const foreign: GridEvent = { id: "event-1", source: "/a", type: "Microsoft.KeyVault.SecretNearExpiry", subject: "secret", time: "2030-01-01T00:00:00Z", data: {} };

export const storageWires: readonly Wire<"storage">[] = [
  wireOf("storage", {
    variant: "event-grid-service-bus",
    service: "Blob Storage → Event Grid (CloudEvents schema) → Service Bus queue",
    form: "bytes",
    codec: queuedStorage,
    rules: serviceBusRules,
    side: serviceBusBroker({ spell: (message) => ({ body: JSON.stringify(cloudEvent(spell(message))) }), malformed: [{ why: "no JSON", body: "{" }, { why: "no event", body: "{}" }, { why: "another service's event", body: JSON.stringify(cloudEvent(foreign)) }], drops }),
  }),
  wireOf("storage", {
    variant: "direct",
    service: "Blob Storage → Event Grid (CloudEvents schema) → Event Grid trigger",
    form: "json",
    codec: directStorage,
    rules: eventGridRules,
    side: eventGridSide({ spell, schema: cloudEvent, malformed: [{ why: "another service's event", event: cloudEvent(foreign) }, { why: "Event Grid's own schema", event: schemaEvent(foreign) }], drops }),
  }),
  wireOf("storage", {
    variant: "event-grid-schema",
    service: "Blob Storage → Event Grid (its own schema) → Event Grid trigger",
    form: "json",
    codec: gridStorage,
    side: eventGridSide({ spell, schema: schemaEvent, malformed: [{ why: "another service's event", event: schemaEvent(foreign) }, { why: "the CloudEvents schema", event: cloudEvent(foreign) }], drops }),
    decodesOnly: "subscriptions are deployed in the CloudEvents schema",
  }),
];
