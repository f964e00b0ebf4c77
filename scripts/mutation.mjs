import { forwarded, main, run } from "./run.mjs";
import { root, setup } from "./setup.mjs";

// Not a test of the product and hours long on everything: outside CI. Name files to ask about some: npm run mutation -- --mutate packages/core/src/value.ts
await main(async () => {
  const env = await setup({ compilers: false });
  const { code } = await run(["node", "node_modules/@stryker-mutator/core/bin/stryker.js", "run", ...forwarded(process.argv.slice(2))], { cwd: root, env: { ...env, STRYKER_DASHBOARD_API_KEY: "" } });
  return code;
});
