/** The program that runs one unit's entry; JavaScript as text, so that it needs no file of its own beside a bundle. */
export const worker = `
import { pathToFileURL } from "node:url";
const entry = process.argv.at(-1);
const plain = (error) => ({ type: error?.constructor?.name ?? typeof error, message: String(error?.message ?? error) });
let handler;
try {
  ({ handler } = await import(pathToFileURL(entry).href));
  process.send({ ready: true });
} catch (error) {
  process.send({ broken: plain(error) }, () => process.exit(1));
}
process.on("message", async ({ id, native, functionName }) => {
  let seen;
  try {
    seen = { returned: await handler(native, { invocationId: id, functionName }) };
  } catch (error) {
    seen = { threw: plain(error) };
  }
  process.send({ id, seen });
});
`;
