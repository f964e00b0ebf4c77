/** Deploy time: the target for `isobar.config.ts`, and the adapter that the CLI loads. */
export { local, type LocalByKind, type LocalSettings } from "./target.ts";
export { adapter } from "./entries.ts";
