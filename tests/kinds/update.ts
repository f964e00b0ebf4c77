/** Rewrites docs/kinds.md. */
import { writeFile } from "node:fs/promises";
import { clouds } from "../proof/clouds.ts";
import { kindsDocument, kindsFile } from "./markdown.ts";

await writeFile(kindsFile, kindsDocument(clouds));
