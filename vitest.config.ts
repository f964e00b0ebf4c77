import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import tsconfig from "./tsconfig.json" with { type: "json" };

/** Unit tests read the sources through the same map that the type checker uses: no build between an edit and its test. */
const sources = Object.entries(tsconfig.compilerOptions.paths)
  .sort(([a], [b]) => b.length - a.length)
  .map(([find, [file]]) => ({ find: new RegExp(`^${find}$`), replacement: fileURLToPath(new URL(file!, import.meta.url)) }));

export default defineConfig({
  test: {
    projects: [
      { resolve: { alias: sources }, test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], testTimeout: 20_000, hookTimeout: 60_000, pool: "forks" } },
      { test: { name: "whole", include: ["tests/**/*.test.ts", "packages/*/test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000, pool: "forks" } },
      { resolve: { alias: sources }, test: { name: "types", include: [], typecheck: { enabled: true, only: true, checker: "tsc", include: ["packages/*/src/**/*.test-d.ts"], tsconfig: "./tsconfig.json" } } },
    ],
  },
});
