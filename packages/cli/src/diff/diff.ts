/** What two builds differ in, and what deploying the second over the first would lose. */
import { IsobarError } from "@isobar/core";
import type { Adapter, Loss, ManifestFiles } from "@isobar/core/plan";
import type { CloudFiles } from "./read.ts";
import { changesBetween, type Change } from "./structure.ts";

export interface FileDiff {
  readonly path: string;
  readonly what: "added" | "removed" | "changed";
  /** Place by place, of JSON that is changed. */
  readonly changes?: readonly Change[];
}
export interface CloudDiff {
  readonly cloud: string;
  readonly files: readonly FileDiff[];
  /** `undefined` where the adapter does not tell. */
  readonly losses: readonly Loss[] | undefined;
}

const isJson = (path: string): boolean => path.endsWith(".json");
const textOf = (content: Uint8Array): string => new TextDecoder().decode(content);
function parsed(path: string, content: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(content));
  } catch (cause) {
    throw new IsobarError("invalid-definition", `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
function fileDiff(path: string, before: Uint8Array | undefined, after: Uint8Array | undefined): readonly FileDiff[] {
  if (before === undefined) return [{ path, what: "added" }];
  if (after === undefined) return [{ path, what: "removed" }];
  if (Buffer.compare(before, after) === 0) return [];
  return [{ path, what: "changed", ...(isJson(path) ? { changes: changesBetween(parsed(path, before), parsed(path, after)) } : {}) }];
}
const texts = (files: CloudFiles): ManifestFiles => Object.fromEntries(Object.entries(files).flatMap(([path, content]) => (isJson(path) ? [[path, textOf(content)]] : [])));

/** Throws `invalid-definition` for a manifest that cannot be read. */
export function diffOf(cloud: string, before: CloudFiles, after: CloudFiles, adapter: Adapter): CloudDiff {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return { cloud, files: paths.flatMap((path) => fileDiff(path, before[path], after[path])), losses: adapter.losses?.(texts(before), texts(after)) };
}
