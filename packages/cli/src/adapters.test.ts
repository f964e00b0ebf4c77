import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAdapters } from "./adapters.ts";
import { folderOf } from "./testing/folder.ts";

const packageOf = (name: string, text: string) => ({ [`node_modules/${name}/package.json`]: `{ "type": "module", "exports": { "./deploy": { "types": "./deploy.d.ts", "default": "./deploy.js" } } }`, [`node_modules/${name}/deploy.js`]: text });
const adapter = (cloud: string) => `export const adapter = { cloud: "${cloud}", units: () => [], entry: () => ({}), triggers: {}, faults: () => [] };`;

test("a cloud's adapter is the package of its name, ours or anyone's, each loaded once", async () => {
  const folder = folderOf({ ...packageOf("@isobar/adapter-moon", adapter("moon")), ...packageOf("isobar-adapter-sun", adapter("sun")) });
  expect((await loadAdapters(["sun", "moon", "sun"], folder)).map(({ cloud }) => cloud)).toEqual(["sun", "moon"]);
});

test("ours comes first", async () => {
  const folder = folderOf({ ...packageOf("@isobar/adapter-moon", `${adapter("moon")} adapter.whose = "ours";`), ...packageOf("isobar-adapter-moon", adapter("moon")) });
  expect(await loadAdapters(["moon"], folder)).toEqual([expect.objectContaining({ whose: "ours" })]);
});

test.each<[string, string, RegExp]>([
  ["none installed", "mars", /^no adapter for the cloud "mars" is to be found from .*: install @isobar\/adapter-mars or isobar-adapter-mars$/],
  ["a name that would lead elsewhere", "../moon", /^"\.\.\/moon" is no cloud's name: lower-case letters, digits and hyphens$/],
  ["a package without an adapter", "empty", /isobar-adapter-empty\/deploy\.js exports no adapter for the cloud "empty"$/],
  ["an adapter that plans nothing", "blind", /isobar-adapter-blind\/deploy\.js exports no adapter for the cloud "blind"$/],
  ["another cloud's adapter", "false", /isobar-adapter-false\/deploy\.js exports no adapter for the cloud "false"$/],
])("%s is refused", async (_, cloud, message) => {
  const folder = folderOf({ ...packageOf("isobar-adapter-empty", "export {};"), ...packageOf("isobar-adapter-blind", 'export const adapter = { cloud: "blind", units: () => [], entry: () => ({}), faults: () => [] };'), ...packageOf("isobar-adapter-false", adapter("moon")) });
  await expect(loadAdapters([cloud], join(folder))).rejects.toEqual(expect.objectContaining({ code: "invalid-definition", message: expect.stringMatching(message) }));
});
