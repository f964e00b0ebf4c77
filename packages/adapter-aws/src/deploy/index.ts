/** Deploy time: the target for `isobar.config.ts`, and the adapter that the CLI loads. */
export { aws, type AwsByKind, type AwsSettings } from "./target.ts";
export type { Existing, ExistingQueue, ExistingTable, FunctionSettings, Network, UnitSettings } from "./settings.ts";
export { adapter } from "./entries.ts";
