import { bundle } from "./.exp2.mjs";
import { build } from "esbuild";
import { resolve, join } from "node:path";
import { gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
const root = resolve("tests/fixtures/bundle-app");
const aws = (k, n) => `import * as lambda from "@isobar/adapter-aws/runtime";\nimport { ${n} } from "./functions/${n}.ts";\nexport const handler = lambda.${k}(${n}, { name: "${n}" });\n`;
const az = `import { app } from "@azure/functions";\nimport * as azure from "@isobar/adapter-azure/runtime";\nimport { hello } from "./functions/hello.ts";\nimport { order } from "./functions/order.ts";\napp.http("hello", { methods: ["GET"], authLevel: "anonymous", route: "hello/{name}", handler: azure.http(hello) });\napp.http("o", { methods: ["GET"], authLevel: "anonymous", route: "hello/{name}", handler: azure.http(order) });\n`;
const gc = `import { http as register } from "@google-cloud/functions-framework";\nimport * as gcp from "@isobar/adapter-gcp/runtime";\nimport { hello } from "./functions/hello.ts";\nimport { order } from "./functions/order.ts";\nregister("hello", gcp.http({ hello, order }));\n`;
const es = async (text, format, external, minify) => { const t = performance.now(); const r = await build({ stdin: { contents: text, resolveDir: root, loader: "ts" }, bundle: true, write: false, platform: "node", target: "node22", format, external, minify, tsconfigRaw: {}, absWorkingDir: root }); return { code: r.outputFiles[0].text, ms: performance.now() - t }; };
const cases = [["hello", aws("http", "hello"), "esm", []], ["order", aws("http", "order"), "esm", []], ["order-named", aws("http", "order").replace("./functions/order.ts", "./functions/order-named.ts"), "esm", []], ["pages", aws("http", "pages"), "esm", []], ["charge", aws("queue", "charge"), "esm", []], ["azure", az, "cjs", ["@azure/functions-core"]], ["gcp", gc, "cjs", ["@google-cloud/functions-framework"]]];
const med = (a) => a.sort((x, y) => x - y)[a.length >> 1];
for (const [n, t, f, x] of cases) { const row = [n.padEnd(12)]; for (const [who, go] of [["rolldown", (m) => bundle(t, f, x, m, {}, { comments: { annotation: false, jsdoc: false, legal: true } })], ["esbuild", (m) => es(t, f, x, m)]]) for (const m of [false, true]) { const times = []; let r; for (let i = 0; i < 9; i++) { r = await go(m); times.push(r.ms); } row.push(`${who}${m ? " min" : ""} ${Buffer.byteLength(r.code)} B, gz ${gzipSync(r.code).length}, ${med(times).toFixed(0)} ms`); } console.log(row.join(" | ")); }
process.exit(0);
