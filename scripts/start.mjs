import { forwarded, main, run } from "./run.mjs";
import { root, setup } from "./setup.mjs";

await main(async () => {
  const env = await setup({ compilers: false });
  const { code } = await run(["node", "tests/proof/start.ts", ...forwarded(process.argv.slice(2))], { cwd: root, env });
  return code;
});
