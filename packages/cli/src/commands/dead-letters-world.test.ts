import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { asking, processWorld, runIn } from "./dead-letters-world.ts";

const node = (text: string) => [process.execPath, ["-e", text]] as const;

test("a program is run without a shell, with its arguments and environment as they are", async () => {
  const run = runIn({ A: "1" });
  expect(await run(process.execPath, ["-e", "console.log(JSON.stringify([process.argv.slice(1), process.env.A]))", "--", "$(date) `x` ; exit 3", "*"])).toBe('[["$(date) `x` ; exit 3","*"],"1"]\n');
});
test("one that is not installed is nothing, and is looked for where PATH says", async () => {
  expect([await runIn(process.env)("isobar-no-such-program", []), await runIn({ PATH: "/nowhere" })("node", ["--version"])]).toEqual([undefined, undefined]);
});
test("one that fails says how, and nothing of what it printed", async () => {
  const error = await runIn({})(...node("console.log('secret'); console.error('secret'); process.exit(255)")).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ name: "IsobarError", code: "send-failed", message: expect.stringMatching(/ ended with exit code 255: run it to see why$/) });
  expect(JSON.stringify([(error as Error).cause ?? null, Object.keys(error as Error)])).not.toContain("secret");
});
test("one that does not end is ended", async () => {
  await expect(runIn({}, 300)(...node("setInterval(() => {}, 1000)"))).rejects.toMatchObject({ code: "send-failed", message: expect.stringMatching(/ took more than 0\.3 s$/) });
});
test("one that asks is answered with nothing", async () => {
  expect(await runIn({}, 20_000)(...node("process.stdin.on('data', () => {}).on('end', () => console.log('over'))"))).toBe("over\n");
});
test("the user's wish for the end aborts once, and listening ends with the command", () => {
  const before = process.listenerCount("SIGINT");
  const world = processWorld();
  const [one, two] = [world.interruptible(), world.interruptible()];
  two.over();
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  process.emit("SIGINT");
  expect([one.signal.aborted, (one.signal.reason as Error).message, two.signal.aborted, process.listenerCount("SIGINT")]).toEqual([true, "interrupted", false, before]);
  one.over();
});
test.each<[string, boolean]>([["y\n", true], ["YES \n", true], ["n\n", false], ["\n", false], ["yup\n", false], ["", false]])("%j answers a question: %s", async (line, answer) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const asked = asking(input, output)("Really? ");
  input.end(line);
  expect([await asked, String(output.read())]).toEqual([answer, "Really? "]);
});
