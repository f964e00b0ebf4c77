import { rolldown } from "rolldown";
import { join, resolve } from "node:path";
import { writeFileSync, mkdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
const root = resolve("tests/fixtures/bundle-app");
import { createRequire } from "node:module"; const req = createRequire(root + "/x.js");
const id = join(root, "isobar-entry.js");
export async function bundle(text, format, external, minify, extra = {}, out = {}) {
  const t = performance.now();
  const b = await rolldown({ input: "isobar:entry", platform: "node", cwd: root, external, transform: { target: "node22" }, experimental: { attachDebugInfo: "none" },
    plugins: [{ name: "e", resolveId: (s) => s === "isobar:entry" ? id : /^@isobar\//.test(s) ? req.resolve(s) : undefined, load: (i) => i === id ? text : undefined }],
    onLog: (l, log) => console.log(l, log.code, log.message), ...extra });
  const { output } = await b.generate({ format, minify, codeSplitting: false, ...out });
  await b.close();
  return { code: output[0].code, ms: performance.now() - t, modules: output[0].modules, n: output.length };
}
if (process.argv[1].endsWith(".exp2.mjs")) {
const aws = (k, n) => `import * as lambda from "@isobar/adapter-aws/runtime";\nimport { ${n} } from "./functions/${n}.ts";\nexport const handler = lambda.${k}(${n}, { name: "${n}" });\n`;
mkdirSync("/tmp/x", { recursive: true });
for (const [k, n] of [["http", "hello"], ["http", "web"], ["http", "order"], ["http", "pages"], ["queue", "charge"], ["queue", "remember"]]) for (const min of [false, true]) {
  const r = await bundle(aws(k, n), "esm", [], min);
  writeFileSync(`/tmp/x/${n}${min ? ".min" : ""}.mjs`, r.code);
  console.log(n, min, Buffer.byteLength(r.code), gzipSync(r.code).length, r.ms | 0, "ms");
  if (min && n === "hello" || n === "remember" && min) console.log(Object.entries(r.modules).map(([k, m]) => [k, m.renderedLength]));
}
const az = `import { app } from "@azure/functions";\nimport * as azure from "@isobar/adapter-azure/runtime";\nimport { hello } from "./functions/hello.ts";\napp.http("hello", { methods: ["GET"], authLevel: "anonymous", route: "hello/{name}", handler: azure.http(hello) });\n`;
const gc = `import { http as register } from "@google-cloud/functions-framework";\nimport * as gcp from "@isobar/adapter-gcp/runtime";\nimport { hello } from "./functions/hello.ts";\nregister("hello", gcp.http({ hello }));\n`;
for (const [n, t, ext] of [["azure", az, ["@azure/functions-core"]], ["gcp", gc, ["@google-cloud/functions-framework"]]]) for (const min of [false, true]) {
  const r = await bundle(t, "cjs", ext, min);
  writeFileSync(`/tmp/x/${n}${min ? ".min" : ""}.cjs`, r.code);
  console.log(n, min, Buffer.byteLength(r.code), gzipSync(r.code).length, r.ms | 0, "ms");
}
}
