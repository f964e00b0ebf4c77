import { rolldown } from "rolldown";
import { join, resolve } from "node:path";
import { rm, readFile } from "node:fs/promises";
const appFile = resolve("tests/fixtures/bundle-app/isobar.config.ts");
const root = resolve(appFile, "..");
const b = await rolldown({ input: appFile, platform: "node", cwd: root, treeshake: false, external: (id) => !id.startsWith(".") && !id.startsWith("/"), onLog: (l, log) => console.log(l, log.code, log.message) });
const { output } = await b.generate({ format: "es", preserveModules: true, entryFileNames: "[name].mjs", minifyInternalExports: false });
for (const o of output) console.log("-----", o.fileName, o.facadeModuleId, o.imports, o.exports, "\n" + o.code);
