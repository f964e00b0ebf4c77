/** Rewrites docs/delivery.md. */
import { writeFile } from "node:fs/promises";
import { clouds } from "../proof/clouds.ts";
import { deliveryDocument, deliveryFile } from "./markdown.ts";
import { deliveryResults } from "./results.ts";

await writeFile(deliveryFile, deliveryDocument(await deliveryResults(clouds)));
