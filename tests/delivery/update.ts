/** Rewrites docs/delivery.md. */
import { writeFile } from "node:fs/promises";
import { clouds } from "../proof/clouds.ts";
import { deliveryDocument, deliveryFile } from "./markdown.ts";

await writeFile(deliveryFile, await deliveryDocument(clouds));
