/** What `isobar` does, as functions: for its own commands, and for tests that build a unit. */
export { loadAdapters } from "./adapters.ts";
export { buildApp, textsOf, type BuiltApp, type BuiltManifest, type BuiltUnit } from "./build/app.ts";
export { buildUnits, type BuildOptions, type Built } from "./build/index.ts";
export { loadApp, loadConfig, type Place, type Sources } from "./build/locate.ts";
export { plansOf } from "./plan/plans.ts";
