/** Deploy time: the target for `isobar.config.ts`, and the adapter that the CLI loads. */
export { azure, type AzureByKind, type AzureSettings } from "./target.ts";
export { adapter } from "./entries.ts";
