import { defineConfig } from "vitest/config";
import tsconfig from "./tsconfig.json" with { type: "json" };

/** As the unit tests of vitest.config.ts; a mutant that never ends is ended by its test's limit. */
const sources = Object.entries(tsconfig.compilerOptions.paths)
  .sort(([a], [b]) => b.length - a.length)
  .map(([find, [file]]) => ({ find: new RegExp(`^${find}$`), replacement: new URL(file!, import.meta.url).pathname }));

export default defineConfig({
  resolve: { alias: sources },
  test: { include: ["packages/core/src/**/*.test.ts", "packages/adapter-*/src/{triggers,wires,runtime}/**/*.test.ts"], testTimeout: 5_000, pool: "threads" },
});
