/** Rewrites the API reports. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { doors, reportFile, reportOf } from "./report.ts";

for (const door of doors) {
  await mkdir(dirname(reportFile(door)), { recursive: true });
  await writeFile(reportFile(door), await reportOf(door));
}
