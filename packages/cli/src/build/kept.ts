/** What a former build made of each unit of a cloud, and from what: where that is the same, it is not made again. Lies in the cloud's folder; without it everything is built. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./fingerprint.ts";
import { ownFolder, sealed, unsealed } from "./output.ts";

export interface KeptUnit {
  /** Of all that its bundle depends on. */
  readonly fingerprint: string;
  /** The bundle's files: hashes by path in the cloud's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  /** The zip's hash, and that of what is in it. */
  readonly zip: { readonly of: string; readonly sha256: string };
}
const fileOf = (folder: string): string => join(folder, ownFolder, "bundles.json");

/** In: a cloud's folder. `damaged`: what lies there is not what was written. */
export function readKept(folder: string): { readonly units: ReadonlyMap<string, KeptUnit>; readonly damaged: boolean } {
  let text: string;
  try {
    text = readFileSync(fileOf(folder), "utf8");
  } catch {
    return { units: new Map(), damaged: false };
  }
  const units = unsealed(text) as Readonly<Record<string, KeptUnit>> | undefined;
  return { units: new Map(Object.entries(units ?? {})), damaged: units === undefined };
}
export function writeKept(folder: string, units: ReadonlyMap<string, KeptUnit>): void {
  mkdirSync(join(folder, ownFolder), { recursive: true });
  writeFileSync(fileOf(folder), sealed(Object.fromEntries(units)));
}

/** A file's content that is read when it is asked for: an app's bundles are not all held at once. */
export interface Content {
  readonly sha256: string;
  readonly bytes: number;
  read(): Uint8Array;
}
export const contentOf = (content: Uint8Array): Content => ({ sha256: sha256(content), bytes: content.byteLength, read: () => content });

/** A file of a former build; `undefined` where it is not what it was. */
export function intact(folder: string, path: string, hash: string): Content | undefined {
  const read = () => readFileSync(join(folder, path));
  try {
    const content = read();
    return sha256(content) === hash ? { sha256: hash, bytes: content.byteLength, read } : undefined;
  } catch {
    return undefined;
  }
}
