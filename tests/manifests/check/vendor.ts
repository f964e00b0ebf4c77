/** The vendors' schemas that no package registry has: beside the project, where they are at all. What they are and whose: their README.md. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../../shared/vendor/", import.meta.url);
/** Why there is nothing to check with; `undefined` when there is. */
export const missing = (): string | undefined => (existsSync(new URL("README.md", folder)) ? undefined : `${fileURLToPath(folder)} is not there`);
export const vendorFolder = (name: string): string => fileURLToPath(new URL(`${name}/`, folder));
/** The parsed file; throws where it is not there. */
export const vendorFile = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
