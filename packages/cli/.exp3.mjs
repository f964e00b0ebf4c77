import { rolldown } from "rolldown";
import { join, resolve, relative } from "node:path";
import { SourceMap } from "node:module";
import { readFileSync } from "node:fs"; const paths = JSON.parse(readFileSync("tsconfig.json","utf8")).compilerOptions.paths;
const root = resolve("tests/fixtures/bundle-app"); const id = join(root, "isobar-entry.ts");
const aws = (k, n) => `import * as lambda from "@isobar/adapter-aws/runtime";\nimport { ${n} } from "./functions/${n}.ts";\nexport const handler = lambda.${k}(${n}, { name: "${n}" });\n`;
for (const [k, n] of [["http", "hello"], ["queue", "remember"]]) {
  const text = aws(k, n);
  const b = await rolldown({ input: "isobar:entry", platform: "node", cwd: root, transform: { target: "node22" }, experimental: { attachDebugInfo: "none" }, plugins: [{ name: "e", resolveId: (s) => s === "isobar:entry" ? id : paths[s] ? resolve(paths[s][0]) : undefined, load: (i) => i === id ? text : undefined }] });
  const { output: [o] } = await b.generate({ format: "esm", minify: true, sourcemap: true, codeSplitting: false });
  const map = new SourceMap(JSON.parse(JSON.stringify(o.map)));
  const per = {}; const lines = o.code.split("\n");
  for (let l = 0; l < lines.length; l++) for (let c = 0; c < lines[l].length; c++) { const e = map.findEntry(l, c); const f = e.originalSource ? relative("/work/main", resolve(root, e.originalSource)) : "?"; per[f] = (per[f] ?? 0) + 1; }
  console.log(n, o.code.length); for (const [f, x] of Object.entries(per).sort((a, b) => b[1] - a[1])) console.log(String(x).padStart(6), f);
}
