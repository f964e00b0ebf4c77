/** Deploy time: the target for `isobar.config.ts`, and the adapter that the CLI loads. */
export { gcp, type GcpByKind, type GcpSettings } from "./target.ts";
export { adapter } from "./entries.ts";
