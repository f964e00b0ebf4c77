/** Writes the examples' manifests anew. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { composedFor, exampleNames, goldenFolder } from "./goldens.ts";

for (const example of exampleNames) {
  const files = await composedFor(example);
  await rm(goldenFolder(example), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(goldenFolder(example), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
