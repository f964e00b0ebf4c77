/** Rewrites docs/support.md. */
import { writeFile } from "node:fs/promises";
import { clouds } from "../proof/clouds.ts";
import { supportDocument, supportFile } from "./markdown.ts";

await writeFile(supportFile, supportDocument(clouds));
