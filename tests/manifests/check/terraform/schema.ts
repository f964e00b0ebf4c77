/** Resource types of Terraform's Google provider: the vendor's file, and what it lacks. */
import { vendorFile } from "../vendor.ts";

export type AttributeType = "string" | "number" | "bool" | "dynamic" | readonly ["map" | "list" | "set", AttributeType] | readonly ["object", Readonly<Record<string, AttributeType>>];
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}
export interface NestedBlock {
  readonly name: string;
  readonly nesting: "list" | "set" | "single";
  readonly min: number;
  /** 0: no limit. */
  readonly max: number;
  readonly block: Block;
}
export interface Block {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly NestedBlock[];
}
export type Schemas = Readonly<Record<string, Block>>;

/** "!" required, "~" the provider's to set, else optional; then the type. */
const blockOf = (attributes: Readonly<Record<string, AttributeType>>): Block => ({
  attributes: Object.entries(attributes).map(([key, type]) => ({ name: key.replace(/[!~]$/, ""), type, required: key.endsWith("!"), optional: !/[!~]$/.test(key), computed: key.endsWith("~") })),
  blocks: [],
});
/** hashicorp/terraform-provider-google, google/services/storage/resource_storage_notification.go */
const notification = blockOf({ "bucket!": "string", "payload_format!": "string", "topic!": "string", custom_attributes: ["map", "string"], event_types: ["set", "string"], object_name_prefix: "string", "notification_id~": "string", "self_link~": "string", "id~": "string" });
/** The same, google/services/{resourcemanager/data_source_google_project,storage/data_source_google_storage_project_service_account}.go: the vendor's file has no data sources. */
export const dataSources: Schemas = {
  google_project: blockOf({ project_id: "string", "number~": "string", "name~": "string", "org_id~": "string", "folder_id~": "string", "billing_account~": "string", "labels~": ["map", "string"], "id~": "string" }),
  google_storage_project_service_account: blockOf({ project: "string", user_project: "string", "email_address~": "string", "member~": "string", "id~": "string" }),
};
/** What a provider block may say, of what a generated file has a use for: hashicorp/terraform-provider-google, google/provider/provider.go */
export const provider: Block = blockOf({ project: "string", region: "string", zone: "string", default_labels: ["map", "string"], user_project_override: "bool", billing_project: "string" });

/** Direct VPC egress, which the provider has since 7.21: https://docs.cloud.google.com/functions/docs/running/direct-vpc; the vendor's file is of 6.50. */
const directVpc: NestedBlock = { name: "direct_vpc_network_interface", nesting: "list", min: 0, max: 0, block: blockOf({ network: "string", subnetwork: "string", tags: ["list", "string"] }) };
const withDirectVpc = (block: Block): Block => ({
  ...block,
  blocks: block.blocks.map((each) => (each.name === "service_config" ? { ...each, block: { attributes: [...each.block.attributes, ...blockOf({ direct_vpc_egress: "string" }).attributes], blocks: [...each.block.blocks, directVpc] } } : each)),
});

let loaded: Schemas | undefined;
/** Attributes that the provider sets are optional there where the SDK makes them so: `id` is nobody's to set. */
const idIsComputed = (block: Block): Block => ({ ...block, attributes: block.attributes.map((each) => (each.name === "id" ? { ...each, optional: false, computed: true } : each)) });
export const resourceTypes = (): Schemas =>
  (loaded ??= Object.fromEntries(Object.entries({ google_storage_notification: notification, ...(vendorFile("terraform/google.schema.json") as Schemas) }).map(([type, block]) => [type, idIsComputed(type === "google_cloudfunctions2_function" ? withDirectVpc(block) : block)])));
