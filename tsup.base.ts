import { defineConfig } from "tsup";

/** One way to build every package: ESM only, types beside the code, chunks shared between a package's doors so that a brand is one object. */
export const library = (doors: readonly string[]) =>
  defineConfig({
    entry: Object.fromEntries(doors.map((door) => [door, `src/${door}.ts`])),
    format: "esm",
    target: "node22",
    platform: "neutral",
    splitting: true,
    treeshake: true,
    clean: true,
    dts: { entry: Object.fromEntries(doors.filter((door) => door !== "bin").map((door) => [door, `src/${door}.ts`])) },
    external: [/^node:/, /^@isobar\//],
  });
